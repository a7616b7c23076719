# SPDX-License-Identifier: EUPL-1.2
"""How figures and dates are written in Dutch."""

from datetime import date, datetime
from math import ceil
from zoneinfo import ZoneInfo

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
NO_BREAK = "\u00a0"


LONG_WORDS = (
    "Gereali-seerd", "Doorver-wezen", "Inge-trokken", "Organi-saties", "Kernamb-tenaar", "behan-deling",
)  # fmt: skip
SOFT_HYPHEN = "\u00ad"


def breakable(text: str) -> str:
    """Lets the long words of a table's heads break: browsers do not know where to in Dutch."""
    for word in LONG_WORDS:
        text = text.replace(word.replace("-", ""), word.replace("-", SOFT_HYPHEN))
    return text


def number(value: int) -> str:
    """1.200"""
    return f"{value:,}".replace(",", ".")


def euro(cents: int) -> str:
    """€ 1.200,00"""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}€{NO_BREAK}{number(whole)},{rest:02}"


def score(value: float, unit: str) -> str:
    """6,3 or 54,5%"""
    text = f"{value:.1f}".replace(".", ",")
    return f"{text.removesuffix(',0')}%" if unit == "percentage" else text


def day(value: date) -> str:
    """1 juli 2021"""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """1 juli 2021, 9.30 uur"""
    local = value.astimezone(zone)
    return f"{day(local.date())}, {local.hour}.{local.minute:02} uur"


def share(part: int, whole: int) -> str:
    """A part as a length in a picture, `62.5%`; never above the whole."""
    return f"{min(max(part / whole, 0), 1):.1%}" if whole > 0 else "0%"


def heat(count: int, most: int) -> int:
    """How dark a count is in a table, from 0 to 4."""
    return min(ceil(4 * count / most), 4) if most > 0 else 0
