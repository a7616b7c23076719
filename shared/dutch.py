# SPDX-License-Identifier: EUPL-1.2
"""How amounts and dates are written in Dutch, wherever people read them."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
NO_BREAK, SOFT_HYPHEN = "\u00a0", "\u00ad"
LONG_WORDS = (
    "Ontvan-gen",
    "beoor-deeld",
    "uitvoe-ring",
    "Gereali-seerd",
    "Afge-wezen",
    "Doorver-wezen",
    "Inge-trokken",
    "Organi-saties",
    "Kernamb-tenaar",
    "behan-deling",
)
LAST_PARTS = re.compile(r"(?<=\w{4})(?=organisatie|budget|groep|ondersteuning|bemiddeling)")


def number(value: int) -> str:
    """1.200"""
    return f"{value:,}".replace(",", ".")


def euro(cents: int) -> str:
    """€ 1.200,00; what is owed has its minus in front. It never breaks over two lines."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}€{NO_BREAK}{number(whole)},{rest:02}"


def day(on: date) -> str:
    """1 juli 2021"""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """1 juli 2021, 9.30 uur"""
    local = at.astimezone(zone)
    return f"{day(local.date())}, {local.hour}.{local.minute:02} uur"


def breakable(text: str) -> str:
    """Lets long words break where their parts meet: browsers do not know where that is in Dutch."""
    for word in LONG_WORDS:
        text = text.replace(word.replace("-", ""), word.replace("-", SOFT_HYPHEN))
    return LAST_PARTS.sub(SOFT_HYPHEN, text)


def share(part: int, whole: int) -> str:
    """A part as a length in a picture, `62.5%`; never above the whole."""
    return f"{min(max(part / whole, 0), 1):.1%}" if whole > 0 else "0%"
