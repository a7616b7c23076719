# SPDX-License-Identifier: EUPL-1.2
"""Decisions about what people gave: what goes at once, what stays, and how long. Nothing here reads.

Contact data that no decision needs goes at once (AVG art. 17). Application, decision and payment stay until
their term of keeping ends (AVG art. 17, 3b; Archiefwet), locked as soon as the decision is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.municipality.taking_part import Result, Retention

Fate = Literal["gone", "needed", "locked"]
UNDECIDED = frozenset({"submitted", "assigned", "awaiting-supplement", "awaiting-grant"})
ENDS: Mapping[str, Result] = {"withdrawn": "withdrawn", "declined": "declined", "redirected": "redirected"}
DONE = frozenset({"realised", "evaluated"})


@dataclass(frozen=True)
class Record:
    """What decides how long the words of an initiative are kept; `changed_on` is that of its last step."""

    id: str
    state: str
    received_on: date
    changed_on: date
    assessed: bool
    granted: bool

    @property
    def result(self) -> Result | None:
        """What came of it; None as long as that is open."""
        if self.state in DONE:
            return "granted" if self.granted else "supported"
        return ENDS.get(self.state)

    @property
    def fate(self) -> Fate:
        """What happens to its words once who submitted it asks to be erased."""
        if self.state == "withdrawn" and not self.assessed:
            return "gone"
        return "needed" if self.state in UNDECIDED else "locked"


def kept_until(record: Record, terms: tuple[Retention, ...]) -> date | None:
    """The last day of its term; None while it is open, or where the municipality has set no term."""
    years = next((term.years for term in terms if term.result == record.result), None)
    return later(record.changed_on, years) if years else None


def later(day: date, years: int) -> date:
    """The same day so many years later; for 29 February the last day of that month."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def is_due(record: Record, terms: tuple[Retention, ...], today: date) -> bool:
    """Whether its term has ended, so that it may be proposed for destruction."""
    until = kept_until(record, terms)
    return until is not None and until < today
