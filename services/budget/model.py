# SPDX-License-Identifier: EUPL-1.2
"""Decisions about a grant: state in; moves of money and events out, or a refusal.

    asked ─▶ reserved ─▶ allocated ─▶ settled
      │       │    │         └▶ withdrawn
      │       │    └▶ released
      └───────┴▶ declined

When a reservation ends its release is told first, so that the last event of a grant tells its state.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from services.budget.policy import Objection, Request
from shared.contracts import budget as said
from shared.contracts.envelope import Origin, Role
from shared.contracts.initiatives import SubmitterKind
from shared.contracts.refusals import FieldError, Invalid, Refused

Account = Literal["council", "available", "reserved", "committed", "paid"]
Operation = Literal["adopt", "reserve", "release", "allocate", "withdraw", "return", "contribute"]
GrantState = Literal["asked", "declined", "reserved", "released", "allocated", "withdrawn", "settled"]

CAN: dict[GrantState, tuple[str, ...]] = {"reserved": ("decisions",), "allocated": ("settlements",)}


@dataclass(frozen=True)
class Move:
    """Money from one account of a line (credit) to another of the same line (debit)."""

    operation: Operation
    credit: Account
    debit: Account
    amount_cents: int


@dataclass(frozen=True)
class Act:
    """Who acts, when in the world, and whether it is live, imported or an example."""

    actor: Role
    happened_on: date
    origin: Origin


@dataclass(frozen=True)
class Grant:
    """`held_cents` is what it takes of its line now: reserved, promised, or the final cost; else 0."""

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
    allocated_cents: int | None = None
    decided_on: date | None = None
    objection: Objection | None = None

    @property
    def kern(self) -> str | None:
        """Where its money counts: the first kern."""
        return self.kernen[0] if self.kernen else None


@dataclass(frozen=True)
class Decision:
    """What a decision comes to: the grant as it is now, the money that moves, what to tell the world."""

    grant: Grant
    moves: tuple[Move, ...]
    events: tuple[said.GrantData, ...]


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


def reserve(grant: Grant, act: Act) -> Decision:
    """Hold what is asked until it is decided on. Whether there is room, only the ledger can say."""
    _require(grant, act, "asked")
    asked = grant.asked_cents
    held = replace(grant, state="reserved", held_cents=asked, since=act.happened_on)
    move = Move("reserve", "available", "reserved", asked)
    return Decision(held, (move,), (said.GrantReserved(**_facts(grant, asked, act)),))


def allocate(grant: Grant, amount_cents: int, legal_basis: str, act: Act) -> Decision:
    """Promise what is reserved, or less of it; the difference is free again."""
    _require(grant, act, "reserved")
    if amount_cents > grant.held_cents:
        limit = (
            f"{amount_cents} cents is above the {grant.held_cents} cents reserved; allocate at most those."
        )
        raise Refused("above-reserved", limit, CAN["reserved"])
    promised = said.GrantAllocated(
        **_facts(grant, amount_cents, act),
        decided_on=act.happened_on,
        legal_basis=legal_basis,
        recipient_kind=grant.recipient_kind,
    )
    rest = _released(grant, grant.held_cents - amount_cents, act)
    allocated = replace(
        grant,
        state="allocated",
        held_cents=amount_cents,
        allocated_cents=amount_cents,
        since=act.happened_on,
        decided_on=act.happened_on,
    )
    move = Move("allocate", "reserved", "committed", amount_cents)
    return Decision(allocated, (*rest.moves, move), (*rest.events, promised))


def decline(grant: Grant, objection: Objection, act: Act) -> Decision:
    """No money; what was reserved for it is free again."""
    _require(grant, act, "asked", "reserved")
    refusal = said.GrantDeclined(
        **_facts(grant, grant.asked_cents, act),
        decided_on=act.happened_on,
        reason=objection.reason,
        criteria=objection.criteria,
    )
    freed = _released(grant, grant.held_cents, act)
    declined = replace(freed.grant, state="declined", objection=objection, decided_on=act.happened_on)
    return Decision(declined, freed.moves, (*freed.events, refusal))


def take_back(grant: Grant, act: Act) -> Decision | None:
    """The initiative is off: what is reserved or promised for it is free again, if anything still is."""
    if grant.state == "reserved":
        return _released(grant, grant.held_cents, act)
    if grant.state == "allocated":
        held = grant.held_cents
        ended = replace(grant, state="withdrawn", held_cents=0, since=act.happened_on)
        move = Move("withdraw", "committed", "available", held)
        return Decision(ended, (move,), (said.GrantWithdrawn(**_facts(grant, held, act)),))
    return None


def settle(grant: Grant, actual_cents: int, act: Act) -> Decision:
    """The actual cost is final; the rest goes back to the line of its year."""
    _require(grant, act, "allocated")
    promised = grant.held_cents
    if actual_cents > promised:
        limit = f"{actual_cents} cents is above the {promised} cents allocated; settle at most those."
        raise Refused("above-allocated", limit, CAN["allocated"])
    final = replace(grant, state="settled", held_cents=actual_cents, since=act.happened_on)
    cost = said.GrantSettled(**_facts(grant, actual_cents, act), allocated_cents=promised)
    rest = promised - actual_cents
    if not rest:
        return Decision(final, (), (cost,))
    move = Move("return", "committed", "available", rest)
    return Decision(final, (move,), (cost, said.GrantReturned(**_facts(grant, rest, act))))


def _require(grant: Grant, act: Act, *states: GrantState) -> None:
    if grant.state not in states:
        allowed = CAN.get(grant.state, ())
        then = f"what can be done now: {', '.join(allowed)}" if allowed else "nothing more can be decided"
        raise Refused(f"grant-{grant.state}", f"The grant is {grant.state}; {then}.", allowed)
    if act.happened_on < grant.since:
        told = f"{act.happened_on} is before {grant.since}, since when the grant is {grant.state}"
        raise Invalid(FieldError("happenedOn", f"{told}; give that date or a later one"))


def _released(grant: Grant, amount_cents: int, act: Act) -> Decision:
    """This much of the reservation is free again."""
    held = grant.held_cents - amount_cents
    freed = replace(grant, state="released", held_cents=held, since=act.happened_on)
    if not amount_cents:
        return Decision(freed, (), ())
    move = Move("release", "reserved", "available", amount_cents)
    return Decision(freed, (move,), (said.GrantReleased(**_facts(grant, amount_cents, act)),))


def _facts(grant: Grant, amount_cents: int, act: Act) -> dict[str, Any]:
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
