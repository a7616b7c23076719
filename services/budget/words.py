# SPDX-License-Identifier: EUPL-1.2
"""The words and figures in which people read about money: plain Dutch (B1)."""

from datetime import date

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
NO_BREAK = "\u00a0"


def euro(cents: int) -> str:
    """€ 1.200,00"""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", ".")
    return f"{'-' if cents < 0 else ''}€{NO_BREAK}{grouped},{rest:02}"


def day(value: date) -> str:
    """1 juli 2021"""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def share(part: int, whole: int) -> str:
    """A part as a length in a picture, `62.5%`; never above the whole."""
    return f"{min(max(part / whole, 0), 1):.1%}" if whole > 0 else "0%"


FICTIONAL = "Voorbeeld: deze gegevens zijn verzonnen."
