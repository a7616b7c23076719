# SPDX-License-Identifier: EUPL-1.2
"""The ledger: where every cent is, and the guard that no line is ever overspent.

Append-only double entry in integer cents. Every line of a year has four accounts that share its total: what
is available, reserved (held for a decision), committed (promised, not yet paid) and paid. Paid money is no
longer committed. A fifth, council, is where a line's money comes from. A posting moves one amount from an
account (credit) to another (debit), so debits equal credits by construction; the stored balances are the
sums of the postings, which `queries` recomputes.
"""
