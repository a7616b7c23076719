# SPDX-License-Identifier: EUPL-1.2
"""What becomes of a promise: amended, withdrawn, paid in parts, settled by what it cost in the end. Pure.

What is ordered to be paid may be paid at any moment: it is not taken back. If the cost turns out to be less
than was paid, the difference returns to the line when it has been paid back, and not before.
"""

from dataclasses import replace

from services.budget.grants.model import CAN, Grant, GrantChange, facts, release, require
from services.budget.ledger.model import Move
from shared.contracts.budget import GrantAmended, GrantPaid, GrantReturned, GrantSettled, GrantWithdrawn
from shared.contracts.commands import Act
from shared.contracts.refusals import Refused


def amend(grant: Grant, amount_cents: int, act: Act) -> GrantChange:
    """Promise more or less than before. Whether there is room for more, only the ledger can say."""
    require(grant, act, "allocated")
    before = grant.held_cents
    more = amount_cents - before
    if not more:
        raise Refused("not-amended", f"{before} cents are allocated already.", CAN["allocated"])
    if amount_cents < grant.ordered_cents:
        limit = f"{grant.ordered_cents} cents are paid or ordered to be paid; allocate at least those."
        raise Refused("below-ordered", limit, CAN["allocated"])
    amended = replace(grant, held_cents=amount_cents, allocated_cents=amount_cents, since=act.happened_on)
    move = (
        Move("amend", "available", "committed", more)
        if more > 0
        else Move("amend", "committed", "available", -more)
    )
    event = GrantAmended(**facts(grant, amount_cents, act), before_cents=before, decided_on=act.happened_on)
    return GrantChange(amended, (move,), (event,))


def withdraw(grant: Grant, act: Act) -> GrantChange:
    """The promise ends; what is not ordered to be paid is free again."""
    require(grant, act, "allocated")
    free = grant.held_cents - grant.ordered_cents
    ended = replace(grant, state="withdrawn", held_cents=grant.ordered_cents, since=act.happened_on)
    moves = (Move("withdraw", "committed", "available", free),) if free else ()
    return GrantChange(ended, moves, (GrantWithdrawn(**facts(grant, free, act)),))


def take_back(grant: Grant, act: Act) -> GrantChange | None:
    """The initiative is off: what is reserved or promised for it is free again, if anything still is."""
    match grant.state:
        case "allocated":
            return withdraw(grant, act)
        case "reserved" | "waiting":
            return release(grant, grant.held_cents, act)
        case "refusal-proposed":  # no event was published of it
            return GrantChange(replace(grant, state="released", since=act.happened_on), (), ())
    return None


def order(grant: Grant, amount_cents: int, act: Act) -> Grant:
    """A part of it is to be paid; never more than is promised."""
    require(grant, act, "allocated", "settled")
    left = grant.held_cents - grant.ordered_cents
    if amount_cents > left:
        limit = f"{amount_cents} cents is above the {left} cents not ordered yet; pay at most those."
        raise Refused("above-allocated", limit, CAN["allocated"])
    return replace(grant, ordered_cents=grant.ordered_cents + amount_cents)


def paid(grant: Grant, amount_cents: int, act: Act) -> GrantChange:
    """What was ordered is paid, whatever became of the grant meanwhile."""
    after = replace(grant, paid_cents=grant.paid_cents + amount_cents)
    move = Move("pay", "committed", "paid", amount_cents)
    return GrantChange(after, (move,), (GrantPaid(**facts(grant, amount_cents, act)),))


def unpaid(grant: Grant, amount_cents: int, act: Act) -> GrantChange:
    """What was ordered was not paid: it can be ordered again, unless the promise was withdrawn meanwhile."""
    after = replace(grant, ordered_cents=grant.ordered_cents - amount_cents)
    if grant.state != "withdrawn":
        return GrantChange(after, (), ())
    freed = replace(after, held_cents=grant.held_cents - amount_cents)
    move = Move("withdraw", "committed", "available", amount_cents)
    return GrantChange(freed, (move,), (GrantReturned(**facts(grant, amount_cents, act)),))


def settle(grant: Grant, actual_cents: int, act: Act) -> GrantChange:
    """The actual cost is final; what was not paid above it goes back to the line of its year."""
    require(grant, act, "allocated")
    promised = grant.held_cents
    if actual_cents > promised:
        limit = f"{actual_cents} cents is above the {promised} cents allocated; settle at most those."
        raise Refused("above-allocated", limit, CAN["allocated"])
    if under_way := grant.ordered_cents - grant.paid_cents:
        detail = f"{under_way} cents are being paid; settle when the answer on them is in."
        raise Refused("payment-under-way", detail, CAN["allocated"])
    held = max(actual_cents, grant.paid_cents)
    final = replace(
        grant, state="settled", held_cents=held, settled_cents=actual_cents, since=act.happened_on
    )
    cost = GrantSettled(**facts(grant, actual_cents, act), allocated_cents=promised)
    rest = promised - held
    if not rest:
        return GrantChange(final, (), (cost,))
    move = Move("return", "committed", "available", rest)
    return GrantChange(final, (move,), (cost, GrantReturned(**facts(grant, rest, act))))


def refund(grant: Grant, amount_cents: int, act: Act) -> GrantChange:
    """What was paid above the cost, or for a promise that was withdrawn, came back."""
    require(grant, act, "settled", "withdrawn")
    due = grant.paid_cents - (grant.settled_cents or 0)
    if amount_cents > due:
        limit = f"{amount_cents} cents is above the {max(due, 0)} cents to be paid back."
        raise Refused("above-due", limit)
    after = replace(
        grant,
        held_cents=grant.held_cents - amount_cents,
        ordered_cents=grant.ordered_cents - amount_cents,
        paid_cents=grant.paid_cents - amount_cents,
    )
    move = Move("return", "paid", "available", amount_cents)
    return GrantChange(after, (move,), (GrantReturned(**facts(grant, amount_cents, act), refunded=True),))
