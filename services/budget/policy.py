# SPDX-License-Identifier: EUPL-1.2
"""The rules by which money leaves a line: which conditions a request meets, and who is entitled to what.

Sources: council proposal "Visie Kerngericht werken 2020-2023", section 8 (four yeses for incidental support,
fixed yearly contributions); the amounts and questions themselves are the municipality's file.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.contracts.budget import DeclineReason, OrganisationKind
from shared.contracts.envelope import Event
from shared.contracts.initiatives import InitiativeAssessed, SubmitterKind

NO_MONEY: frozenset[DeclineReason] = frozenset({"no-room", "above-kern-maximum", "no-budget", "year-closed"})
Outcome = Literal["allocated", "already-allocated", "no-room", "no-budget"]


@dataclass(frozen=True)
class Request:
    """Money asked for an initiative that was assessed: support it. `met` are the criteria answered yes."""

    initiative_id: str
    kernen: tuple[str, ...]
    year: int
    line: str
    amount_cents: int
    recipient_kind: SubmitterKind
    met: frozenset[str]


@dataclass(frozen=True)
class Objection:
    """Why there is no money; `criteria` are those not met."""

    reason: DeclineReason
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """By which a line gives grants: the limit up to which nobody has to decide, and the most per kern."""

    automatic_limit_cents: int
    max_per_kern_cents: int | None
    legal_basis: str


@dataclass(frozen=True)
class Organisation:
    """Who is entitled to a contribution while active; the kernen are ordered, the first is its own."""

    id: str
    kind: OrganisationKind
    kernen: tuple[str, ...]
    active_from: date
    active_until: date | None

    @property
    def kern(self) -> str | None:
        """Where its money counts: the first kern."""
        return self.kernen[0] if self.kernen else None

    def is_active_in(self, year: int) -> bool:
        """For a day of that year at least."""
        ended = self.active_until is not None and self.active_until < date(year, 1, 1)
        return self.active_from <= date(year, 12, 31) and not ended


@dataclass(frozen=True)
class Rate:
    """The yearly amount of one kind of organisation, and the line that pays it."""

    line: str
    amount_cents: int


@dataclass(frozen=True)
class Share:
    """What a contribution run does for one organisation."""

    organisation: Organisation
    rate: Rate
    outcome: Outcome


def request_in(event: Event[InitiativeAssessed], default_line: str) -> Request | None:
    """The money that an assessment asks for; None if it asks for none, or advises against support."""
    said = event.data
    if said.outcome != "support" or not said.amount_asked_cents:
        return None
    return Request(
        initiative_id=event.subject,
        kernen=said.kernen,
        year=said.happened_on.year,
        line=said.line or default_line,
        amount_cents=said.amount_asked_cents,
        recipient_kind=said.submitter_kind,
        met=frozenset(answer.criterion for answer in said.answers if answer.yes),
    )


def objection_to(request: Request, criteria: Sequence[str]) -> Objection | None:
    """Every criterion of the line must be answered yes: one that was not asked is not met."""
    unmet = tuple(criterion for criterion in criteria if criterion not in request.met)
    return Objection("criteria-not-met", unmet) if unmet else None


def shares(
    year: int,
    organisations: Sequence[Organisation],
    rates: Mapping[OrganisationKind, Rate],
    allocated: Collection[str],
    available: Mapping[str, int],
) -> list[Share]:
    """Who gets a contribution of this year: each entitled organisation once, in full or not at all.

    `organisations` stand in the order of registration, and are served in it; `allocated` are the ids that
    have theirs; `available` is what each line of the year has left, in cents.
    """
    left, found = dict(available), []
    for organisation in organisations:
        rate = rates.get(organisation.kind)
        if rate is None or not organisation.is_active_in(year):
            continue
        outcome: Outcome = "allocated"
        if organisation.id in allocated:
            outcome = "already-allocated"
        elif rate.line not in left:
            outcome = "no-budget"
        elif left[rate.line] < rate.amount_cents:
            outcome = "no-room"
        else:
            left[rate.line] -= rate.amount_cents
        found.append(Share(organisation, rate, outcome))
    return found
