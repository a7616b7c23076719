# SPDX-License-Identifier: EUPL-1.2
"""What is right for the budget service: its years, lines and organisations, and grants in several states."""

from datetime import UTC, datetime
from typing import Any

from shared.municipality import Municipality
from tests.flows.suite import Suite, until
from tests.fuzz.schemas import Known, Schema, one_of, some

REQUESTS = 24  # grants to decide on, amend, withdraw, settle and pay
LAST_YEARS = 3


def budget(of: Municipality, suite: Suite) -> Known:
    this_year = datetime.now(UTC).year
    years = list(range(this_year - LAST_YEARS, this_year + 1))
    for year in years:
        suite.post("budget", "/v1/budget-years", year=year, decisionReference="Besluit", lines=_lines(of))
    grants = _asked(of, suite)
    organisations, contributions = _registered(of, suite, this_year)
    expenses = _committed(of, suite, this_year)
    kernen, lines = [kern.slug for kern in of.kernen], [line.id for line in of.lines]
    little = {"type": "integer", "exclusiveMinimum": 0, "maximum": 100_00}
    now = none("happenedOn")
    return Known(
        fields={"kernen": some(kernen), "line": one_of(lines)},
        parameters={
            "kern": one_of(kernen),
            "line": one_of(lines),
            "year": one_of(years),
            "grantId": one_of(grants),
            "organisationId": one_of(organisations),
            "contributionId": one_of(contributions),
            "expenseId": one_of(expenses),
        },
        bodies={
            "AdoptBudget": [now | none("lines", "totalCents") | {"year": one_of([this_year + 1])}],
            "AmendBudget": [
                now
                | none("fromYear", "decisionReference")
                | {"cause": one_of(["moved"]), "amountCents": little}
            ],
            "DecideGrant": [
                now
                | none("reasonCode", "amountCents")
                | {"decision": one_of([verb]), "organisationId": one_of([None, *of_register])}
                for verb, of_register in (("allocate", organisations), ("decline", []))
            ],
            "RegisterOrganisation": [
                now
                | none("activeUntil")
                | {"kind": one_of(["village-interests"]), "activeFrom": one_of(["2020-01-01"])}
            ],
            "RunContributions": [now | {"year": one_of(years)}],
            "CommitExpense": [
                now | {"year": one_of(years), "line": one_of(_of(of, "expenses")), "amountCents": little}
            ],
            **{
                name: [now | {"amountCents": little}]
                for name in ("AmendGrant", "AmendExpense", "PayGrant", "PayInvoice", "RefundGrant")
            },
            "SettleGrant": [now | {"actualCostCents": little}],
            **{name: [now] for name in ("WithdrawGrant", "WithdrawContribution", "MakeFile", "CloseBudget")},
        },
    )


def none(*fields: str) -> dict[str, Schema]:
    return {field: one_of([None]) for field in fields}


def _of(of: Municipality, purpose: str) -> list[str]:
    return [line.id for line in of.lines if line.purpose == purpose]


def _lines(of: Municipality) -> list[dict[str, Any]]:
    return [{"line": line.id, "amountCents": line.yearly_cents} for line in of.lines]


def _asked(of: Municipality, suite: Suite) -> list[str]:
    """Requests for money from a line on which somebody decides, made as residents and officials do."""
    line = next(it for it in of.lines if it.purpose == "grants" and not it.automatic_limit_cents)
    answers = [{"criterion": c.id, "yes": True, "reason": "Ja."} for c in of.guide.criteria_for(line.id)]
    for place in range(REQUESTS):
        made = suite.post(
            "initiatives", "/v1/initiatives", kernen=[of.kernen[place % len(of.kernen)].slug],
            theme=of.themes[0].slug, submitterKind="organisation", channel="web", title="Een plan",
            description="Een plan voor de oever.",
        )  # fmt: skip
        suite.post(
            "initiatives", f"/v1/initiatives/{made['id']}/assessments", answers=answers,
            supportKinds=["money"], line=line.id, amountCents=200_00, publicTitle="Een plan",
            publicSummary="Een plan voor de oever.",
        )  # fmt: skip

    def are_there() -> bool:
        return len(list(suite.all("budget", "/v1/grants"))) == REQUESTS

    until(are_there, "every request has reached the budget")
    return [grant["id"] for grant in suite.all("budget", "/v1/grants")]


def _registered(of: Municipality, suite: Suite, year: int) -> tuple[list[str], list[str]]:
    organisations = [
        suite.post(
            "budget", "/v1/organisations", kind="village-interests", kernen=[of.kernen[0].slug],
            name=f"Dorpsclub {number}", activeFrom="2020-01-01", creditorNumber="4711",
        )["id"]
        for number in range(2)
    ]  # fmt: skip
    suite.post("budget", "/v1/contribution-runs", year=year)
    return organisations, [each["id"] for each in suite.all("budget", "/v1/contributions")]


def _committed(of: Municipality, suite: Suite, year: int) -> list[str]:
    (line,) = _of(of, "expenses")[:1]
    return [
        suite.post(
            "budget", "/v1/expenses", year=year, line=line, description="Onderhoud", amountCents=500_00
        )["id"]
        for _ in range(6)
    ]
