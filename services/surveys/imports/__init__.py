# SPDX-License-Identifier: EUPL-1.2
"""Rounds that were held elsewhere: checked as a whole, recorded once, corrected when the source changes."""
