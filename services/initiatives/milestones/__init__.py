# SPDX-License-Identifier: EUPL-1.2
"""Commitments of the municipality, with source and date in its file; ticked off when they are met."""
