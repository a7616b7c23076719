# SPDX-License-Identifier: EUPL-1.2
"""What becomes of a promise: amended, withdrawn, or settled by what it cost in the end. Pure."""

from dataclasses import replace

from services.budget.model import CAN, Act, Decision, Grant, Move, facts, release, require
from shared.contracts.budget import GrantAmended, GrantReturned, GrantSettled, GrantWithdrawn
from shared.contracts.refusals import Refused


def amend(grant: Grant, amount_cents: int, act: Act) -> Decision:
    """Promise more or less than before. Whether there is room for more, only the ledger can say."""
    require(grant, act, "allocated")
    before = grant.held_cents
    more = amount_cents - before
    if not more:
        raise Refused("not-amended", f"{before} cents are allocated already.", CAN["allocated"])
    amended = replace(grant, held_cents=amount_cents, allocated_cents=amount_cents, since=act.happened_on)
    move = (
        Move("amend", "available", "committed", more)
        if more > 0
        else Move("amend", "committed", "available", -more)
    )
    event = GrantAmended(**facts(grant, amount_cents, act), before_cents=before, decided_on=act.happened_on)
    return Decision(amended, (move,), (event,))


def withdraw(grant: Grant, act: Act) -> Decision:
    """The promise ends; what is still held for it is free again."""
    require(grant, act, "allocated")
    held = grant.held_cents
    ended = replace(grant, state="withdrawn", held_cents=0, since=act.happened_on)
    move = Move("withdraw", "committed", "available", held)
    return Decision(ended, (move,), (GrantWithdrawn(**facts(grant, held, act)),))


def take_back(grant: Grant, act: Act) -> Decision | None:
    """The initiative is off: what is reserved or promised for it is free again, if anything still is."""
    match grant.state:
        case "allocated":
            return withdraw(grant, act)
        case "reserved" | "waiting":
            return release(grant, grant.held_cents, act)
        case "refusal-proposed":  # nobody was told of it
            return Decision(replace(grant, state="released", since=act.happened_on), (), ())
    return None


def settle(grant: Grant, actual_cents: int, act: Act) -> Decision:
    """The actual cost is final; the rest goes back to the line of its year."""
    require(grant, act, "allocated")
    promised = grant.held_cents
    if actual_cents > promised:
        limit = f"{actual_cents} cents is above the {promised} cents allocated; settle at most those."
        raise Refused("above-allocated", limit, CAN["allocated"])
    final = replace(grant, state="settled", held_cents=actual_cents, since=act.happened_on)
    cost = GrantSettled(**facts(grant, actual_cents, act), allocated_cents=promised)
    rest = promised - actual_cents
    if not rest:
        return Decision(final, (), (cost,))
    move = Move("return", "committed", "available", rest)
    return Decision(final, (move,), (cost, GrantReturned(**facts(grant, rest, act))))
