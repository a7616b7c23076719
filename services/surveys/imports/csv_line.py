# SPDX-License-Identifier: EUPL-1.2
"""One line of a CSV, read value by value; what is wrong goes to the findings, with the line's number."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.fields import HIDDEN
from shared.contracts.refusals import Findings


@dataclass(frozen=True)
class Line:
    """`number` counts from 1, as in an editor."""

    number: int
    values: Mapping[str, str]
    findings: Findings

    def wrong(self, column: str, message: str) -> None:
        self.findings.require(False, f"line {self.number}", f"{column} {message}")

    def value(self, column: str) -> str:
        return self.values.get(column, "")

    def choice(self, column: str, known: Collection[str], default: str = "") -> str:
        """One of the known words."""
        value = self.value(column) or default
        if value not in known:
            self.wrong(column, f"{value[:60]!r} is not known; choose from {', '.join(sorted(known))}")
        return value

    def choices(self, column: str, known: Collection[str]) -> tuple[str, ...]:
        """Words with spaces between them, or none."""
        words = tuple(self.value(column).split())
        for word in words:
            if word not in known:
                self.wrong(column, f"{word[:60]!r} is not known; choose from {', '.join(sorted(known))}")
        return words

    def whole(self, column: str, least: int, most: int) -> int | None:
        """A whole number within bounds; None if the column is empty, or wrong."""
        value = self.value(column)
        if not value:
            return None
        if re.fullmatch(r"[0-9]{1,9}", value) and least <= int(value) <= most:
            return int(value)
        self.wrong(column, f"{value[:20]!r} is no whole number from {least} to {most}; correct it")
        return None

    def tenths(self, column: str, least: int, most: int) -> float | None:
        """A number with at most one decimal, within bounds; None if the column is empty, or wrong."""
        value = self.value(column)
        if not value:
            return None
        if re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", value) and least <= float(value) <= most:
            return float(value)
        message = (
            f"{value[:20]!r} is no number from {least} to {most} with one decimal after a point, like 6.5"
        )
        self.wrong(column, f"{message}; correct it")
        return None

    def day(self, column: str, least: date, most: date) -> date | None:
        """A date within bounds; None if the column is empty, or wrong."""
        value = self.value(column)
        if not value:
            return None
        try:
            found = date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
        except ValueError:
            found = None
        if found is None or not least <= found <= most:
            self.wrong(
                column, f"{value[:20]!r} is no date from {least} to {most}, like 2021-11-30; correct it"
            )
            return None
        return found

    def text(self, column: str, longest: int) -> str:
        """Words that everybody may read: some, not too many, and nothing that cannot be seen."""
        value = self.value(column)
        if not 0 < len(value) <= longest:
            self.wrong(column, f"has {len(value)} characters; give 1 to {longest}")
        if re.search(rf"[{HIDDEN}\t\n]", value):
            self.wrong(column, "contains a character that cannot be shown; remove it")
        return value

    def counts(self, column: str) -> tuple[tuple[str, int], ...]:
        """Answers and how many gave each, like `6=12 7=30`."""
        found: dict[str, int] = {}
        for part in self.value(column).split():
            shape = re.fullmatch(r"([a-z0-9-]{1,60})=([0-9]{1,7})", part)
            if shape is None or shape[1] in found:
                self.wrong(column, f"{part[:60]!r} is no answer with its count, once, like 7=30; correct it")
                return ()
            found[shape[1]] = int(shape[2])
        return tuple(found.items())
