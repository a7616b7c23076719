# SPDX-License-Identifier: EUPL-1.2
"""What the overview knows of each thing the events are about: one frozen entity for each subject.

Nothing here names a person, or says how a thing came to be what it is: that is `projection.py`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from services.analytics.processes import Milestone, Network, Participation
from shared.contracts.surveys import Audience, BenchmarkArea, Instrument, Standing, Unit

InitiativeState = Literal[
    "submitted", "assigned", "supported", "declined", "redirected", "withdrawn", "started", "realised"
]  # fmt: skip
GrantState = Literal["waiting", "reserved", "released", "allocated", "declined", "withdrawn", "settled"]


@dataclass(frozen=True)
class Initiative:
    """`title` and `summary` are the public ones; they are absent until an official wrote them. `extended`,
    `supplemented` and `exceeded` are what happened to its term, `result` is what came of it in the end.
    """

    kernen: tuple[str, ...]
    example: bool
    received_on: date
    theme: str | None = None
    state: InitiativeState = "submitted"
    title: str | None = None
    summary: str | None = None
    support: tuple[str, ...] = ()
    supplemented: bool = False
    extended: bool = False
    exceeded: bool = False
    result: str | None = None
    kind: Literal["initiative"] = "initiative"


@dataclass(frozen=True)
class Grant:
    """Money for one initiative. `asked_cents` is what was asked, before anything was promised."""

    kernen: tuple[str, ...]
    example: bool
    initiative_id: str
    line: str
    year: int
    state: GrantState = "reserved"
    asked_cents: int = 0
    reserved_cents: int = 0
    allocated_cents: int = 0
    returned_cents: int = 0
    settled_cents: int = 0
    paid_cents: int = 0
    reason: str | None = None
    kind: Literal["grant"] = "grant"

    @property
    def committed_cents(self) -> int:
        """What is promised and did not go back to the line."""
        return max(self.allocated_cents - self.returned_cents, 0)


@dataclass(frozen=True)
class Contribution:
    """The fixed amount of one year for an organisation of this sort; nothing once it is withdrawn."""

    kernen: tuple[str, ...]
    example: bool
    sort: str
    line: str
    year: int
    amount_cents: int
    paid: bool = False
    kind: Literal["contribution"] = "contribution"


@dataclass(frozen=True)
class Expense:
    """What the municipality buys itself: set aside, and paid by invoice."""

    kernen: tuple[str, ...]
    example: bool
    line: str
    year: int
    amount_cents: int = 0
    paid_cents: int = 0
    kind: Literal["expense"] = "expense"


@dataclass(frozen=True)
class Organisation:
    """`name` is absent for a natural person, who is never listed or counted."""

    kernen: tuple[str, ...]
    example: bool
    sort: str
    name: str | None
    active_from: date
    active_until: date | None
    kind: Literal["organisation"] = "organisation"


@dataclass(frozen=True)
class BudgetYear:
    """What the council set aside for one year, by line, as it is now.

    `reached` are the highest thresholds that were told, by line, in percents.
    """

    kernen: tuple[str, ...]
    example: bool
    year: int
    total_cents: int = 0
    lines: tuple[tuple[str, int], ...] = ()
    reached: tuple[tuple[str, int], ...] = ()
    closed: bool = False
    kind: Literal["budget"] = "budget"


@dataclass(frozen=True)
class Appointment:
    """These kernen have a kernambtenaar from the first up to and including the last day."""

    kernen: tuple[str, ...]
    example: bool
    first: date
    last: date | None
    kind: Literal["appointment"] = "appointment"


@dataclass(frozen=True)
class Survey:
    """People can answer it from the first up to and including the last day, unless it was closed before."""

    kernen: tuple[str, ...]
    example: bool
    title: str
    audience: Audience
    first: date
    last: date
    closed: bool = False
    kind: Literal["survey"] = "survey"


@dataclass(frozen=True)
class Result:
    """One indicator of one round, in one kern or (no kernen) in the municipality, as it stands now.

    Of a suppressed one no number is known. `comparable_with` are the instruments it may be drawn against.
    """

    kernen: tuple[str, ...]
    example: bool
    survey_id: str
    instrument: Instrument
    indicator: str
    audience: Audience
    year: int
    unit: Unit
    standing: Standing
    n: int | None
    value: float | None
    spread: float | None
    comparable_with: tuple[Instrument, ...]
    source: str
    kind: Literal["result"] = "result"


@dataclass(frozen=True)
class Benchmark:
    """What others scored."""

    kernen: tuple[str, ...]
    example: bool
    area: BenchmarkArea
    instrument: Instrument
    indicator: str
    year: int
    unit: Unit
    value: float
    n: int | None
    source: str
    kind: Literal["benchmark"] = "benchmark"


@dataclass(frozen=True)
class Story:
    """Somebody told a story; its text is not here. One that was withdrawn is listed nowhere."""

    kernen: tuple[str, ...]
    example: bool
    published_on: date
    withdrawn: bool = False
    kind: Literal["story"] = "story"


Entity = (
    Initiative
    | Grant
    | Contribution
    | Expense
    | Organisation
    | BudgetYear
    | Appointment
    | Survey
    | Result
    | Benchmark
    | Story
    | Participation
    | Network
    | Milestone
)

E = TypeVar("E", bound=Entity)


def changed(entity: E, **facts: Any) -> E:
    """A copy with some facts changed. As `dataclasses.replace`, which is three times as slow: a rebuild
    does this a million times. It does not look whether a fact exists; the tests of the fold do.
    """
    copy = object.__new__(type(entity))
    copy.__dict__.update(entity.__dict__, **facts)
    return copy
