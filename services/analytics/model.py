"""What the overview knows of each thing the events are about: one frozen entity for each subject.

Nothing here names a person, or says how a thing came to be what it is: that is `projection.py`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

InitiativeState = Literal[
    "submitted", "assigned", "supported", "declined", "redirected", "withdrawn", "started", "realised"
]  # fmt: skip
GrantState = Literal["reserved", "released", "allocated", "declined", "withdrawn", "settled"]


@dataclass(frozen=True)
class Initiative:
    """`title` and `summary` are the public ones; they are absent until an official wrote them."""

    kernen: tuple[str, ...]
    example: bool
    received_on: date
    theme: str | None = None
    state: InitiativeState = "submitted"
    title: str | None = None
    summary: str | None = None
    support: tuple[str, ...] = ()
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
    reason: str | None = None
    kind: Literal["grant"] = "grant"

    @property
    def committed_cents(self) -> int:
        """What is promised and did not go back to the line."""
        return max(self.allocated_cents - self.returned_cents, 0)


@dataclass(frozen=True)
class Contribution:
    """The fixed amount of one year for an organisation of this sort."""

    kernen: tuple[str, ...]
    example: bool
    sort: str
    line: str
    year: int
    amount_cents: int
    kind: Literal["contribution"] = "contribution"


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
    """What the council set aside for one year, by line."""

    kernen: tuple[str, ...]
    example: bool
    year: int
    total_cents: int
    lines: tuple[tuple[str, int], ...]
    kind: Literal["budget"] = "budget"


@dataclass(frozen=True)
class Appointment:
    """These kernen have a kernambtenaar from the first up to and including the last day."""

    kernen: tuple[str, ...]
    example: bool
    first: date
    last: date | None
    kind: Literal["appointment"] = "appointment"


Entity = Initiative | Grant | Contribution | Organisation | BudgetYear | Appointment

E = TypeVar("E", bound=Entity)


def changed(entity: E, **facts: Any) -> E:
    """A copy with some facts changed. As `dataclasses.replace`, which is three times as slow: a rebuild
    does this a million times. It does not look whether a fact exists; the tests of the fold do.
    """
    copy = object.__new__(type(entity))
    copy.__dict__.update(entity.__dict__, **facts)
    return copy
