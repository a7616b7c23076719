# SPDX-License-Identifier: EUPL-1.2
"""Yearly contributions: each entitled organisation once a year the full amount, whatever dies meanwhile."""
