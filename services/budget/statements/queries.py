# SPDX-License-Identifier: EUPL-1.2
"""Statements of a year, of a kern, of an organisation."""

from typing import Any

from sqlalchemy import Connection, select

from services.budget.organisations.queries import organisation
from services.budget.statements.shares import by_kern, split
from services.budget.statements.store import given_in
from services.budget.statements.views import (
    Item,
    KernCents,
    KernStatement,
    LineCents,
    OrganisationStatement,
    YearlyItem,
    YearStatement,
)
from services.budget.tables import contributions, grants, organisations, purposes
from services.budget.years.queries import budget_year
from shared.contracts.refusals import NotFound
from shared.municipality import Municipality


def persons(rules: Municipality) -> frozenset[str]:
    """The kinds of organisations that are natural persons."""
    return frozenset(c.kind for c in rules.contributions if c.natural_person)


def of_year(connection: Connection, year: int, rules: Municipality) -> YearStatement:
    budget = budget_year(connection, year)
    found = by_kern(given_in(connection, year, persons(rules)))
    order = [*(kern.slug for kern in rules.kernen), *sorted(k for k in found if k), None]
    kernen = tuple(_kern(kern, found.get(kern, {})) for kern in dict.fromkeys(order))
    return YearStatement(
        year=year,
        total_cents=budget.total_cents,
        decision_reference=budget.decision_reference,
        adopted_on=budget.adopted_on,
        closed_on=budget.closed_on,
        lines=budget.lines,
        kernen=kernen,
        given_cents=sum(each.cents for each in kernen),
        available_cents=sum(line.available_cents for line in budget.lines),
    )


def _kern(kern: str | None, lines: dict[str, int]) -> KernCents:
    cents = tuple(LineCents(line=line, cents=cents) for line, cents in sorted(lines.items()) if cents)
    return KernCents(kern=kern, lines=cents, cents=sum(lines.values()))


def of_kern(connection: Connection, kern: str, year: int, rules: Municipality) -> KernStatement:
    if kern not in rules.kern_slugs:
        raise NotFound(f"{rules.name} has no kern {kern!r}.")
    budget_year(connection, year)
    mine = [each for each in given_in(connection, year, persons(rules)) if kern in each.kernen and each.cents]
    known = _known(connection, [each.about for each in mine])
    nothing = {"recipient": None, "initiative_id": None, "title": None}
    items = tuple(
        Item(
            about=each.about,
            line=each.line,
            cents=split(each.cents, each.kernen)[kern],
            **known.get(each.about, nothing),
        )
        for each in sorted(mine, key=lambda each: (each.line, each.about))
    )
    return KernStatement(kern=kern, year=year, items=items, cents=sum(item.cents for item in items))


def _known(connection: Connection, ids: list[str]) -> dict[str, dict[str, Any]]:
    """What may be told of these grants and contributions."""
    g, p, c, o = grants.c, purposes.c, contributions.c, organisations.c
    asked = select(g.id, g.initiative_id, p.title).outerjoin(purposes, p.initiative_id == g.initiative_id)
    named = select(c.id, o.name).join(organisations, o.id == c.organisation_id)
    found: dict[str, dict[str, Any]] = {}
    for about, initiative, title in connection.execute(asked.where(g.id.in_(ids))):
        found[about] = {"recipient": None, "initiative_id": initiative, "title": title}
    for about, name in connection.execute(named.where(c.id.in_(ids))):
        found[about] = {"recipient": name, "initiative_id": None, "title": None}
    return found


def of_organisation(connection: Connection, organisation_id: str) -> OrganisationStatement:
    known = organisation(connection, organisation_id)
    c = contributions.c
    wanted = select(contributions).where(c.organisation_id == organisation_id).order_by(c.year)
    items = tuple(YearlyItem.model_validate(dict(row)) for row in connection.execute(wanted).mappings())
    return OrganisationStatement(
        organisation_id=organisation_id,
        kind=known.kind,
        kernen=known.kernen,
        contributions=items,
        cents=sum(item.amount_cents for item in items if item.state != "withdrawn"),
    )
