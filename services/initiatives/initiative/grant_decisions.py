# SPDX-License-Identifier: EUPL-1.2
"""What the budget's decisions mean for an initiative: it follows, it decides nothing about money."""

from dataclasses import replace

from services.initiatives.initiative.lifecycle import Initiative, Money, State
from shared.contracts.budget import (
    GrantAllocated,
    GrantAmended,
    GrantData,
    GrantDeclined,
    GrantReleased,
    GrantReserved,
    GrantSettled,
    GrantWaitlisted,
    GrantWithdrawn,
)

WAITS_FOR_MONEY: tuple[State, ...] = ("awaiting-grant", "funded", "not-funded")


def follow(initiative: Initiative, grant: GrantData) -> Initiative:
    """The initiative after this decision of the budget. LookupError if it never asked for money."""
    if initiative.money is None:
        raise LookupError(f"initiative {initiative.id} asked no money, so {grant.TYPE} cannot be about it")
    money = _after(replace(initiative.money, line=grant.line, year=grant.year), grant)
    return replace(initiative, money=money, state=_state_after(initiative, money))


def _after(money: Money, grant: GrantData) -> Money:
    match grant:
        case GrantReserved():
            return replace(money, decision="reserved")
        case GrantWaitlisted():
            return replace(money, decision="waiting")
        case GrantReleased() if grant.amount_cents >= money.asked_cents or money.decision == "waiting":
            return replace(money, decision="released")
        case GrantAllocated():
            return replace(
                money,
                decision="allocated",
                allocated_cents=grant.amount_cents,
                decided_on=grant.decided_on,
            )
        case GrantAmended():
            return replace(money, allocated_cents=grant.amount_cents)
        case GrantDeclined():
            return replace(money, decision="declined", reason=grant.reason, decided_on=grant.decided_on)
        case GrantWithdrawn():
            return replace(money, decision="withdrawn")
        case GrantSettled():
            return replace(money, settled_cents=grant.amount_cents)
    return money  # a part was released: less is promised than was held, and that promise follows


def _state_after(initiative: Initiative, money: Money) -> State:
    """One that was started or withdrawn meanwhile stays so, whatever the budget decides."""
    if initiative.state not in WAITS_FOR_MONEY:
        return initiative.state
    if money.decision in ("awaiting", "waiting", "reserved"):
        return "awaiting-grant"
    return "funded" if money.decision == "allocated" else "not-funded"
