# SPDX-License-Identifier: EUPL-1.2
"""Who is entitled to which yearly contribution.

Source: council proposal "Visie Kerngericht werken 2020-2023", section 8 (fixed yearly contributions); the
amounts themselves are the municipality's file.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.budget.organisations.model import Organisation
from shared.contracts.budget import OrganisationKind

Outcome = Literal["allocated", "already-allocated", "no-room", "no-budget"]


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
