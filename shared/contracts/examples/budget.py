# SPDX-License-Identifier: EUPL-1.2
"""The year around it, and its money."""

from datetime import date
from typing import Any

from shared.contracts.budget import (
    BudgetAdopted,
    BudgetAmended,
    BudgetClosed,
    BudgetThresholdReached,
    Ceiling,
    ContributionAllocated,
    ContributionPaid,
    ContributionWithdrawn,
    GrantAllocated,
    GrantAmended,
    GrantDeclined,
    GrantPaid,
    GrantReleased,
    GrantReserved,
    GrantReturned,
    GrantSettled,
    GrantWaitlisted,
    GrantWithdrawn,
    LineAmount,
    LineLeft,
    OrganisationChanged,
    OrganisationEnded,
    OrganisationRegistered,
)
from shared.contracts.budget.expenses import ExpenseAmended, ExpenseCommitted, ExpensePaid
from shared.contracts.examples.common import BOTH, HERE, INITIATIVE, SECOND, History, day, opaque

BASIS = "Verordening Dorpen Waterrijk, artikel 3"
GROUP, GRANT, RESERVED_GRANT = (opaque(name) for name in ("group", "grant", "reserved"))
MONEY: dict[str, Any] = {
    **HERE,
    "initiative_id": INITIATIVE,
    "line": "incidental",
    "year": 2021,
    "amount_cents": 1_200_00,
}
YEARLY: dict[str, Any] = {
    **BOTH,
    "actor": "budget-holder",
    "organisation_id": GROUP,
    "organisation_kind": "signal-group",
    "year": 2021,
    "line": "signal-groups",
    "amount_cents": 750_00,
}
EXPENSE = opaque("expense")
SPENT: dict[str, Any] = {
    "kernen": (),
    "origin": "live",
    "line": "implementation",
    "year": 2021,
    "amount_cents": 2_000_00,
}
OTHER_MONEY = MONEY | {"initiative_id": SECOND, "amount_cents": 400_00}
YEAR: dict[str, Any] = {"kernen": (), "origin": "example", "actor": "budget-holder", "year": 2021}
CEILING = Ceiling(publication="Gemeenteblad 2020, nummer 300001", distribution="first-come")
BESIDE = LineAmount(line="implementation", amount_cents=30_000_00, within_total=False)
ADOPTED = BudgetAdopted(
    **YEAR,
    happened_on=date(2020, 11, 10),
    total_cents=50_000_00,
    decision_reference="Raadsbesluit van 10 november 2020, nummer 7",
    lines=(
        LineAmount(line="incidental", amount_cents=5_000_00, within_total=True, ceiling=CEILING),
        LineAmount(line="other", amount_cents=9_625_00, within_total=True),
        BESIDE,
    ),
)
AMENDED = BudgetAmended(
    **YEAR,
    happened_on=day(6, 1),
    total_cents=50_000_00,
    cause="moved",
    decision_reference=None,
    lines=(
        LineAmount(line="incidental", amount_cents=5_500_00, within_total=True, ceiling=CEILING),
        LineAmount(line="other", amount_cents=9_125_00, within_total=True),
        BESIDE,
    ),
)
CLOSED = BudgetClosed(
    **YEAR,
    happened_on=day(12, 31),
    lines=(LineLeft(line="incidental", left_cents=550_00), LineLeft(line="other", left_cents=0)),
)
REACHED = BudgetThresholdReached(
    **YEAR,
    happened_on=day(6, 21),
    line="incidental",
    percent=80,
    total_cents=5_500_00,
    used_cents=4_600_00,
)

STORY: History = (
    (opaque("budget"), 1, ADOPTED),
    (opaque("budget"), 2, AMENDED),
    (opaque("budget"), 3, REACHED),
    (opaque("budget"), 4, CLOSED),
    (
        GROUP,
        1,
        OrganisationRegistered(
            **BOTH,
            actor="budget-holder",
            happened_on=day(1, 4),
            kind="signal-group",
            name="Signaleringsgroep Twee Oevers",
            active_from=day(1, 1),
            active_until=None,
        ),
    ),
    (
        GROUP,
        2,
        OrganisationChanged(
            **BOTH,
            actor="budget-holder",
            happened_on=day(5, 10),
            kind="signal-group",
            name="Signaleringsgroep Oevers",
            active_from=day(1, 1),
            active_until=None,
        ),
    ),
    (
        GROUP,
        3,
        OrganisationEnded(
            **BOTH,
            actor="budget-holder",
            happened_on=day(11, 29),
            kind="signal-group",
            active_until=day(12, 31),
        ),
    ),
    (
        opaque("contribution"),
        1,
        ContributionAllocated(**YEARLY, happened_on=day(1, 15), decided_on=day(1, 15), legal_basis=BASIS),
    ),
    (opaque("paid contribution"), 2, ContributionPaid(**YEARLY | {"actor": "system"}, happened_on=day(2, 1))),
    (opaque("contribution"), 2, ContributionWithdrawn(**YEARLY, happened_on=day(2, 1))),
    (GRANT, 1, GrantReserved(**MONEY, actor="system", happened_on=day(3, 12))),
    (
        GRANT,
        2,
        GrantAllocated(
            **MONEY,
            actor="budget-holder",
            happened_on=day(3, 19),
            decided_on=day(3, 19),
            legal_basis=BASIS,
            recipient_kind="organisation",
        ),
    ),
    (GRANT, 3, GrantPaid(**MONEY | {"amount_cents": 600_00}, actor="system", happened_on=day(4, 2))),
    (
        GRANT,
        4,
        GrantSettled(
            **MONEY | {"amount_cents": 1_050_00},
            actor="budget-holder",
            happened_on=day(7, 15),
            allocated_cents=1_200_00,
        ),
    ),
    (
        GRANT,
        5,
        GrantReturned(**MONEY | {"amount_cents": 150_00}, actor="budget-holder", happened_on=day(7, 15)),
    ),
    (
        opaque("amended"),
        3,
        GrantAmended(
            **OTHER_MONEY,
            actor="budget-holder",
            happened_on=day(9, 1),
            before_cents=350_00,
            decided_on=day(9, 1),
        ),
    ),
    (opaque("waiting"), 1, GrantWaitlisted(**OTHER_MONEY, actor="budget-holder", happened_on=day(9, 2))),
    (
        opaque("refused"),
        1,
        GrantDeclined(
            **OTHER_MONEY,
            actor="budget-holder",
            happened_on=day(9, 6),
            decided_on=day(9, 6),
            reason="criteria-not-met",
            criteria=("one-off",),
            legal_basis=BASIS,
        ),
    ),
    (RESERVED_GRANT, 2, GrantReleased(**OTHER_MONEY, actor="system", happened_on=day(9, 9))),
    (EXPENSE, 1, ExpenseCommitted(**SPENT, actor="budget-holder", happened_on=day(2, 1))),
    (
        EXPENSE,
        2,
        ExpenseAmended(
            **SPENT | {"amount_cents": 2_500_00},
            actor="budget-holder",
            happened_on=day(3, 1),
            before_cents=2_000_00,
        ),
    ),
    (EXPENSE, 3, ExpensePaid(**SPENT | {"amount_cents": 1_250_00}, actor="system", happened_on=day(5, 10))),
    (opaque("given up"), 3, GrantWithdrawn(**OTHER_MONEY, actor="budget-holder", happened_on=day(9, 20))),
)
