# SPDX-License-Identifier: EUPL-1.2
"""What explains the money: statements, and the report that ledger, events and overview agree."""
