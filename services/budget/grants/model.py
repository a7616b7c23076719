# SPDX-License-Identifier: EUPL-1.2
"""Decisions about a grant: state in; moves of money and events out, or a refusal.

    asked ─▶ reserved ─▶ allocated ─▶ settled
      │       ▲ │  └▶ released └▶ withdrawn
      │       │ └─────────────▶ declined
      └▶ refusal-proposed ─────────▲
              └▶ waiting ──────────┘

Nobody is refused by a program: what does not meet the conditions, or finds no money, becomes a refusal that
is proposed to an official. As long as nothing but money is missing it stands in line: what returns to the
line reserves it. When a reservation ends its release is published first, so that the last event of a grant is
its state; a refusal that is only proposed is in no event.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from services.budget.grants.policy import NO_MONEY, Objection, Request
from services.budget.ledger.model import Booking, Move, require_same_world
from shared.contracts.budget import (
    GrantAllocated,
    GrantData,
    GrantDeclined,
    GrantReleased,
    GrantReserved,
    GrantWaitlisted,
)
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent, Origin
from shared.contracts.initiatives import SubmitterKind
from shared.contracts.refusals import FieldError, Invalid, Refused

GrantState = Literal[
    "asked",
    "refusal-proposed",
    "waiting",
    "reserved",
    "released",
    "allocated",
    "declined",
    "withdrawn",
    "settled",
]

CAN: dict[GrantState, tuple[str, ...]] = {
    "refusal-proposed": ("decisions",),
    "waiting": ("decisions",),
    "reserved": ("decisions",),
    "allocated": ("amendments", "withdrawals", "payments", "settlements"),
    "settled": ("payments", "refunds"),
    "withdrawn": ("refunds",),
}


@dataclass(frozen=True)
class Grant:
    """`held_cents` is what it takes of its line now: reserved, promised, or the final cost; else 0.

    `ordered_cents` of it are ordered to be paid, and `paid_cents` of those are paid.
    """

    id: str
    initiative_id: str
    kernen: tuple[str, ...]
    year: int
    line: str
    recipient_kind: SubmitterKind
    asked_cents: int
    state: GrantState
    since: date  # when it came into this state, in the world
    origin: Origin
    held_cents: int = 0
    ordered_cents: int = 0
    paid_cents: int = 0
    allocated_cents: int | None = None
    settled_cents: int | None = None
    decided_on: date | None = None
    legal_basis: str | None = None  # on what that decision rests
    organisation_id: str | None = None  # to whom it was promised, if the register knows them
    objection: Objection | None = None

    @property
    def kern(self) -> str | None:
        """Where its money counts: the first kern."""
        return self.kernen[0] if self.kernen else None

    @property
    def needs_only_money(self) -> bool:
        return self.objection is not None and self.objection.reason in NO_MONEY


@dataclass(frozen=True)
class GrantChange:
    """What a decision on a grant comes to: the grant as it is now, the money that moves, the events."""

    grant: Grant
    moves: tuple[Move, ...]
    events: tuple[GrantData, ...]

    def booking(self, act: Act) -> Booking:
        it = self.grant
        return Booking(it.id, it.year, it.line, it.kern, act, it.objection.reason if it.objection else None)

    @property
    def new_events(self) -> list[NewEvent]:
        return [NewEvent(self.grant.id, data) for data in self.events]


def ask(grant_id: str, request: Request, act: Act) -> Grant:
    """A grant begins when money is asked for an initiative; each initiative has one at most."""
    return Grant(
        id=grant_id,
        initiative_id=request.initiative_id,
        kernen=request.kernen,
        year=request.year,
        line=request.line,
        recipient_kind=request.recipient_kind,
        asked_cents=request.amount_cents,
        state="asked",
        since=act.happened_on,
        origin=act.origin,
    )


def reserve(grant: Grant, amount_cents: int, act: Act) -> GrantChange:
    """Hold what is asked, or less of it, until it is decided on. Only the ledger can say if there is room."""
    require(grant, act, "asked", "refusal-proposed", "waiting")
    if grant.objection and not grant.needs_only_money:
        unmet = f"It does not meet {', '.join(grant.objection.criteria)}; it can only be declined."
        raise Refused("criteria-not-met", unmet, CAN["refusal-proposed"])
    if amount_cents > grant.asked_cents:
        limit = f"{amount_cents} cents is above the {grant.asked_cents} cents asked; give at most those."
        raise Refused("above-asked", limit, CAN["waiting"])
    held = replace(grant, state="reserved", held_cents=amount_cents, since=act.happened_on, objection=None)
    move = Move("reserve", "available", "reserved", amount_cents)
    return GrantChange(held, (move,), (GrantReserved(**facts(grant, amount_cents, act)),))


def propose_refusal(grant: Grant, objection: Objection, act: Act) -> GrantChange:
    """There is a reason against it, which an official has to confirm."""
    require(grant, act, "asked")
    return GrantChange(replace(grant, state="refusal-proposed", objection=objection), (), ())


def wait(grant: Grant, act: Act) -> GrantChange:
    """No refusal, though there is no money: it stays in line until there is."""
    require(grant, act, "refusal-proposed")
    if not grant.needs_only_money:
        detail = "Only a grant for which nothing but money is missing can wait for it; decline it."
        raise Refused("cannot-wait", detail, CAN["refusal-proposed"])
    waiting = replace(grant, state="waiting", since=act.happened_on)
    return GrantChange(waiting, (), (GrantWaitlisted(**facts(grant, grant.asked_cents, act)),))


def allocate(
    grant: Grant, amount_cents: int, legal_basis: str, act: Act, organisation_id: str | None = None
) -> GrantChange:
    """Promise what is reserved, or less of it; the difference is free again."""
    require(grant, act, "reserved")
    if amount_cents > grant.held_cents:
        limit = (
            f"{amount_cents} cents is above the {grant.held_cents} cents reserved; allocate at most those."
        )
        raise Refused("above-reserved", limit, CAN["reserved"])
    promised = GrantAllocated(
        **facts(grant, amount_cents, act),
        decided_on=act.happened_on,
        legal_basis=legal_basis,
        recipient_kind=grant.recipient_kind,
    )
    rest = release(grant, grant.held_cents - amount_cents, act)
    allocated = replace(
        grant,
        state="allocated",
        held_cents=amount_cents,
        allocated_cents=amount_cents,
        since=act.happened_on,
        decided_on=act.happened_on,
        legal_basis=legal_basis,
        organisation_id=organisation_id,
    )
    move = Move("allocate", "reserved", "committed", amount_cents)
    return GrantChange(allocated, (*rest.moves, move), (*rest.events, promised))


def release(grant: Grant, amount_cents: int, act: Act) -> GrantChange:
    """This much of the reservation is free again."""
    held = grant.held_cents - amount_cents
    freed = replace(grant, state="released", held_cents=held, since=act.happened_on)
    event = GrantReleased(**facts(grant, amount_cents, act))
    if grant.state == "waiting":
        return GrantChange(freed, (), (event,))
    if not amount_cents:
        return GrantChange(freed, (), ())
    return GrantChange(freed, (Move("release", "reserved", "available", amount_cents),), (event,))


def decline(grant: Grant, objection: Objection, legal_basis: str | None, act: Act) -> GrantChange:
    """No money; what was reserved for it is free again."""
    require(grant, act, "refusal-proposed", "waiting", "reserved")
    refusal = GrantDeclined(
        **facts(grant, grant.asked_cents, act),
        decided_on=act.happened_on,
        reason=objection.reason,
        criteria=objection.criteria,
        legal_basis=legal_basis,
    )
    freed = release(grant, grant.held_cents, act)
    declined = replace(
        freed.grant,
        state="declined",
        objection=objection,
        decided_on=act.happened_on,
        legal_basis=legal_basis,
    )
    return GrantChange(declined, freed.moves, (*freed.events, refusal))


def require(grant: Grant, act: Act, *states: GrantState) -> None:
    """Refuse what cannot be done to a grant in this state, or happened before it came to it."""
    if grant.state not in states:
        allowed = CAN.get(grant.state, ())
        then = f"what can be done now: {', '.join(allowed)}" if allowed else "nothing more can be decided"
        raise Refused(f"grant-{grant.state}", f"The grant is {grant.state}; {then}.", allowed)
    require_same_world(act, grant.origin)
    if act.happened_on < grant.since:
        message = f"{act.happened_on} is before {grant.since}, since when the grant is {grant.state}"
        raise Invalid(FieldError("happenedOn", f"{message}; give that date or a later one"))


def facts(grant: Grant, amount_cents: int, act: Act) -> dict[str, Any]:
    """What is in every event about it."""
    return {
        "initiative_id": grant.initiative_id,
        "line": grant.line,
        "year": grant.year,
        "amount_cents": amount_cents,
        "kernen": grant.kernen,
        "happened_on": act.happened_on,
        "actor": act.actor,
        "origin": act.origin,
    }
