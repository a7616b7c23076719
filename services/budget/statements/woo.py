# SPDX-License-Identifier: EUPL-1.2
"""The register of subsidies that the Woo has published (article 3.3, second paragraph): six fields of each.

Grants and contributions to others than natural persons, told by the events of this service: what was
promised, what changed, what was withdrawn. Who got a grant is named if the budget holder said which
organisation of the register it is, or the number by which it was paid does; else only its kind is known
here. The words for activities and purpose are those that an official wrote for the public about the
initiative.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from services.budget.statements.queries import persons
from services.budget.tables import contributions, grants, organisations, purposes
from services.budget.years.queries import budget_year
from shared.dutch import day, euro
from shared.messaging.outbox import outbox
from shared.municipality import Municipality

PAGE = 200
FIELDS = (
    "wettelijke grondslag", "ontvanger", "activiteiten en doel", "bedrag en wijzigingen", "intrekkingen",
    "datum",
)  # fmt: skip
RECIPIENTS = {"organisation": "Organisatie", "business": "Bedrijf", "residents-group": "Groep inwoners"}
CHANGES = {
    "grant.amended.v1": "gewijzigd in",
    "grant.settled.v1": "vastgesteld op",
}
WITHDRAWALS = {"grant.withdrawn.v1", "contribution.withdrawn.v1"}
Key = tuple[int, Any]  # grants first (0, number), then contributions (1, id)


def rows(connection: Connection, year: int, rules: Municipality, after: Key | None) -> list[dict[str, Any]]:
    """What was ever promised in a year, also if it was taken back."""
    budget_year(connection, year)
    kind, key = after or (0, 0)
    if kind == 0:
        if found := _grants(connection, year, int(key), rules):
            return found
        key = ""
    return _contributions(connection, year, str(key), rules)


def _grants(connection: Connection, year: int, after: int, rules: Municipality) -> list[dict[str, Any]]:
    g, p, o = grants.c, purposes.c, organisations.c
    wanted = (
        select(g.id, g.number, g.recipient_kind, o.name, p.title, p.summary)
        .outerjoin(purposes, p.initiative_id == g.initiative_id)
        .outerjoin(organisations, o.id == g.organisation_id)
        .where(g.year == year, g.number > after, g.allocated_cents.is_not(None))
        .where(g.recipient_kind.in_(RECIPIENTS), or_(o.id.is_(None), o.kind.not_in(persons(rules))))
        .order_by(g.number)
        .limit(PAGE)
    )
    page = connection.execute(wanted).all()
    told = _told(connection, [row.id for row in page])
    return [
        _row(
            (0, row.number),
            row.name or RECIPIENTS[row.recipient_kind],
            _purpose(row),
            told.get(row.id, []),
        )
        for row in page
    ]


def _contributions(
    connection: Connection, year: int, after: str, rules: Municipality
) -> list[dict[str, Any]]:
    c, o = contributions.c, organisations.c
    wanted = select(c.id, o.kind, o.name).join(organisations, o.id == c.organisation_id)
    wanted = (
        wanted.where(c.year == year, c.id > after, o.kind.not_in(persons(rules))).order_by(c.id).limit(PAGE)
    )
    page = connection.execute(wanted).all()
    told = _told(connection, [row.id for row in page])
    found = []
    for row in page:
        known = rules.contribution(row.kind)
        purpose = f"Jaarlijkse bijdrage {year}" + (f" ({known.name})" if known else "")
        found.append(_row((1, row.id), row.name, purpose, told.get(row.id, [])))
    return found


def _told(connection: Connection, subjects: Sequence[str]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """What this service said about each, in order: type and data."""
    c = outbox.c
    wanted = select(c.subject, c.payload).where(c.subject.in_(subjects)).order_by(c.id)
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for row in connection.execute(wanted):
        event = json.loads(row.payload)
        found.setdefault(row.subject, []).append((event["type"].removeprefix("nl.kernpuls."), event["data"]))
    return found


def _row(key: Key, recipient: str, purpose: str, told: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    (_, promised) = next(each for each in told if each[0].endswith(".allocated.v1"))
    amounts = [euro(promised["amountCents"])]
    amounts += [
        f"{CHANGES[kind]} {euro(data['amountCents'])} op {_day(data)}"
        for kind, data in told
        if kind in CHANGES
    ]
    withdrawn = [f"{euro(data['amountCents'])} op {_day(data)}" for kind, data in told if kind in WITHDRAWALS]
    values = (
        promised["legalBasis"], recipient, purpose, "; ".join(amounts), "; ".join(withdrawn),
        promised["decidedOn"],
    )  # fmt: skip
    return {"_key": key, **dict(zip(FIELDS, values, strict=True))}


def _day(data: dict[str, Any]) -> str:
    return day(date.fromisoformat(data["happenedOn"]))


def _purpose(row: Any) -> str:
    return f"{row.title}. {row.summary}" if row.title else ""
