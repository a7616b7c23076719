# SPDX-License-Identifier: EUPL-1.2
"""Money that moves between the accounts of a line, and what that makes of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.budget import BudgetThresholdReached
from shared.contracts.commands import Act
from shared.contracts.envelope import Cents, Data, Origin
from shared.contracts.refusals import FieldError, Invalid, Refused

Account = Literal["council", "available", "reserved", "committed", "paid"]
Operation = Literal[
    "adopt", "reserve", "release", "allocate", "amend", "withdraw", "return", "contribute", "commit", "pay"
]
Shortfall = Literal["no-room", "above-kern-maximum", "year-closed", "no-budget"]
Amounts = tuple[str, str, int]  # credit, debit, cents
PositiveCents = Annotated[Cents, Field(ge=1)]


@dataclass(frozen=True)
class Move:
    """Money from one account of a line (credit) to another of the same line (debit)."""

    operation: Operation
    credit: Account
    debit: Account
    amount_cents: int


@dataclass(frozen=True)
class Booking:
    """What money moves for, on which line. `subject` is the year, grant or contribution it is about."""

    subject: str
    year: int
    line: str
    kern: str | None
    act: Act
    reason: str | None = None


@dataclass(frozen=True)
class Year:
    """A budget year; `closed_on` is absent while it is open."""

    year: int
    id: str
    total_cents: int
    adopted_on: date
    closed_on: date | None
    origin: Origin

    def require_open(self) -> None:
        if self.closed_on:
            detail = f"{self.year} was closed on {self.closed_on}; what is left of it can be carried over."
            raise Refused("year-closed", detail, ("amendments",))


@dataclass(frozen=True)
class Balance:
    """One line of one year, in cents. Reserved, committed and paid lie side by side within the total."""

    total: int = 0
    reserved: int = 0
    committed: int = 0
    paid: int = 0

    @property
    def available(self) -> int:
        return self.total - self.reserved - self.committed - self.paid


class Fault(Data):
    """An amount that is not what the postings make; `held` is what a kern holds of a line."""

    year: int
    line: str
    kern: str | None
    account: Literal["total", "reserved", "committed", "paid", "held"]
    stored_cents: int
    postings_cents: int

    def __str__(self) -> str:
        of = f"{self.line} {self.year}{f', {self.kern}' if self.kern else ''}"
        return f"{of}: {self.account} is {self.stored_cents} cents, the postings make {self.postings_cents}"


def is_same_world(one: Origin, other: Origin) -> bool:
    """The example is a world of its own: its money is never real, and real money is never its own."""
    return (one == "example") == (other == "example")


def require_same_world(act: Act, origin: Origin) -> None:
    """Whoever acts on something of the example says so, and nobody does so on something real."""
    if not is_same_world(act.origin, origin):
        known = "is of the example" if origin == "example" else "is real"
        message = f"is {act.origin}, and what it is about {known}; give {origin}"
        raise Invalid(FieldError("origin", message))


def within_world(act: Act, origin: Origin) -> Act:
    """For what follows by itself: it is of the example where what it is about is."""
    return act if is_same_world(act.origin, origin) else replace(act, origin=origin)


def balance_of(amounts: Iterable[Amounts]) -> Balance:
    """The balance that these postings make."""
    sums: dict[str, int] = defaultdict(int)
    for credit, debit, cents in amounts:
        sums[credit] -= cents
        sums[debit] += cents
    return Balance(-sums["council"], sums["reserved"], sums["committed"], sums["paid"])


def thresholds_reached(percents: Iterable[int], announced: int, total: int, used: int) -> list[int]:
    """Of these percentages of a line those that its use has come to, above the highest announced before."""
    if not total:
        return []
    return sorted(percent for percent in percents if percent > announced and used * 100 >= percent * total)


def threshold_reached(booking: Booking, percent: int, total: int, used: int) -> BudgetThresholdReached:
    return BudgetThresholdReached(
        happened_on=booking.act.happened_on,
        kernen=(),
        actor=booking.act.actor,
        origin=booking.act.origin,
        year=booking.year,
        line=booking.line,
        percent=percent,
        total_cents=total,
        used_cents=used,
    )
