# SPDX-License-Identifier: EUPL-1.2
"""Statements of a year, of a kern, of an organisation; and the accounts that are held against each other."""

import json
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any

from sqlalchemy import Connection, select

from services.budget.contributions.tables import contributions
from services.budget.grants.tables import grants, purposes
from services.budget.ledger import queries as ledger
from services.budget.organisations.model import persons
from services.budget.organisations.queries import organisation
from services.budget.organisations.tables import organisations
from services.budget.statements.event_sums import Published, Sums, sums_of
from services.budget.statements.reconciliation import OwnAccounts, compare
from services.budget.statements.shares import by_kern, split
from services.budget.statements.store import given_in
from services.budget.statements.views import (
    Item,
    KernCents,
    KernStatement,
    LineCents,
    OrganisationStatement,
    Reconciliation,
    YearlyItem,
    YearStatement,
)
from services.budget.years.queries import budget_year
from shared.contracts.analytics import MoneyAnswer, MoneyQuestion
from shared.contracts.envelope import TYPE_PREFIX
from shared.contracts.refusals import NotFound
from shared.messaging.outbox import outbox
from shared.messaging.requests import NoAnswer
from shared.municipality import Municipality

READ_AT_ONCE = 1_000
Ask = Callable[[str, MoneyQuestion, type[MoneyAnswer]], Awaitable[MoneyAnswer]]  # raises NoAnswer


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
    """What may be shown of these grants and contributions."""
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


def account(connection: Connection, year: int) -> OwnAccounts:
    budget_year(connection, year)
    return accounts(connection, [year])[year]


def accounts(connection: Connection, years: Collection[int]) -> dict[int, OwnAccounts]:
    """Of these years, in one pass over the events."""
    stored, faults = ledger.stored(connection), list(ledger.faults(connection))
    events = sums_of(years, _published(connection))
    return {
        year: OwnAccounts(
            ledger={
                line: Sums(balance.total, balance.reserved, balance.committed + balance.paid)
                for (of, line), balance in stored.items()
                if of == year
            },
            events=events[year],
            faults=tuple(fault for fault in faults if fault.year == year),
        )
        for year in years
    }


async def compared(year: int, own: OwnAccounts, ask: Ask) -> Reconciliation:
    """The overview is asked last: what it does not know yet, it does a moment later."""
    try:
        answer = await ask("analytics.money", MoneyQuestion(year=year), MoneyAnswer)
    except NoAnswer:
        answer = None
    return compare(year, own, answer)


def _published(connection: Connection) -> Iterator[Published]:
    """Every event of this service, in the order of recording; not held in memory."""
    wanted = select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.id)
    for row in connection.execution_options(yield_per=READ_AT_ONCE).execute(wanted):
        event = json.loads(row.payload)
        yield row.subject, event["type"].removeprefix(TYPE_PREFIX), event["data"]
