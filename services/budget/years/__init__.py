# SPDX-License-Identifier: EUPL-1.2
"""Budget years: what the council set aside, moved, raised and carried over, until a year is closed."""
