# SPDX-License-Identifier: EUPL-1.2
"""How the overview writes what it measured, beside what `shared.dutch` writes everywhere."""

from math import ceil


def score(value: float, unit: str) -> str:
    """6,3 or 54,5%"""
    text = f"{value:.1f}".replace(".", ",")
    return f"{text.removesuffix(',0')}%" if unit == "percentage" else text


def heat(count: int, most: int) -> int:
    """How dark a count is in a table, from 0 to 4."""
    return min(ceil(4 * count / most), 4) if most > 0 else 0
