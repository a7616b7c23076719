# SPDX-License-Identifier: EUPL-1.2
"""One row of a table, read value by value; what is wrong goes to the findings, in Dutch, with the row."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.fields import HIDDEN
from shared.contracts.refusals import Findings
from shared.csv_reader import calendar_date, decimal_number, fault, whole_number
from shared.dutch import number

SECRET = {".", "x", "X"}  # how the CBS says that a figure is missing or secret


@dataclass(frozen=True)
class Line:
    """`number` counts as a spreadsheet does: the names of the columns are row 1."""

    number: int
    values: Mapping[str, str]
    findings: Findings

    def wrong(self, column: str, message: str) -> None:
        error = fault(self.number, f"{column} {message}")
        self.findings.require(False, error.field, error.message)

    def value(self, column: str) -> str:
        """What stands in a column; nothing if the source keeps it secret."""
        value = self.values.get(column, "")
        return "" if value in SECRET else value

    def is_secret(self, column: str) -> bool:
        return self.values.get(column) in SECRET

    def choice(self, column: str, known: Collection[str], default: str = "") -> str:
        """One of the known words."""
        value = self.value(column) or default
        if value not in known:
            self.wrong(column, f"{value[:60]!r} kennen wij niet. Kies uit: {', '.join(sorted(known))}.")
        return value

    def choices(self, column: str, known: Collection[str]) -> tuple[str, ...]:
        """Words with spaces between them, or none."""
        words = tuple(self.value(column).split())
        for word in words:
            if word not in known:
                self.wrong(column, f"{word[:60]!r} kennen wij niet. Kies uit: {', '.join(sorted(known))}.")
        return words

    def whole(self, column: str, least: int, most: int) -> int | None:
        """A whole number within bounds; None if the column is empty, or wrong."""
        value = self.value(column)
        if not value:
            return None
        found = whole_number(value)
        if found is not None and least <= found <= most:
            return found
        self.wrong(column, f"{value[:20]!r} is geen heel getal van {least} tot en met {_written(most)}.")
        return None

    def decimal(self, column: str, least: int, most: int, decimals: int) -> float | None:
        """A number within bounds, with so many decimals at most; None if the column is empty, or wrong."""
        value = self.value(column)
        if not value:
            return None
        found = decimal_number(value, decimals)
        if found is not None and least <= found <= most:
            return found
        message = f"{value[:20]!r} is geen getal van {least} tot en met {most}, zoals 6,5. Gebruik hoogstens "
        self.wrong(column, f"{message}{'één decimaal' if decimals == 1 else f'{decimals} decimalen'}.")
        return None

    def day(self, column: str, least: date, most: date) -> date | None:
        """A date within bounds; None if the column is empty, or wrong."""
        value = self.value(column)
        if not value:
            return None
        found = calendar_date(value)
        if found is None or not least <= found <= most:
            bounds = f"van {least:%d-%m-%Y} tot en met {most:%d-%m-%Y}"
            self.wrong(column, f"{value[:20]!r} is geen datum {bounds}. Schrijf de datum als 30-11-2021.")
            return None
        return found

    def text(self, column: str, longest: int) -> str:
        """Words that everybody may read: some, not too many, and nothing that cannot be seen."""
        value = self.value(column)
        if not 0 < len(value) <= longest:
            self.wrong(column, f"heeft {len(value)} tekens. Gebruik 1 tot en met {longest} tekens.")
        if re.search(rf"[{HIDDEN}\t\n]", value):
            self.wrong(column, "heeft een teken dat niet te zien is. Haal dat teken weg.")
        return value

    def counts(self, column: str) -> tuple[tuple[str, int], ...]:
        """Answers and how many gave each, like `6=12 7=30`."""
        found: dict[str, int] = {}
        for part in self.value(column).split():
            shape = re.fullmatch(r"([a-z0-9-]{1,60})=([0-9]{1,7})", part)
            if shape is None or shape[1] in found:
                self.wrong(column, f"{part[:60]!r} is geen antwoord met zijn aantal, één keer, zoals 7=30.")
                return ()
            found[shape[1]] = int(shape[2])
        return tuple(found.items())


def _written(most: int) -> str:
    """A year as it is, a count with points."""
    return number(most) if most > 9_999 else str(most)
