# SPDX-License-Identifier: EUPL-1.2
"""Notices: who gets which one, and what became of it."""
