# SPDX-License-Identifier: EUPL-1.2
"""Expenses: what the municipality buys itself, such as buurtbemiddeling: committed, then paid by invoice."""
