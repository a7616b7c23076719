# SPDX-License-Identifier: EUPL-1.2
"""The words of the pages: plain Dutch (B1)."""

from datetime import date

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
FICTIONAL = "Dit is een verzonnen voorbeeld."
CODE_FAULTS = {
    "code-used": "Met deze code is al een keer geantwoord. Elke code werkt één keer.",
    "code-unknown": "Deze code kennen wij niet. Kijk in uw brief en typ de code opnieuw.",
}


def day(value: date) -> str:
    """1 juli 2021"""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
