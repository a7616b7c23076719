# SPDX-License-Identifier: EUPL-1.2
"""Payments: orders to the municipality's own financial system, by creditor number, and its answers.

    open ─▶ sent ─▶ paid
              └▶ refused

An order is in one file at most, and a file never changes: made again, it is the same bytes. So nothing is
paid twice, however often a file is fetched or an answer is sent. Who a creditor is, only the financial
system knows.
"""
