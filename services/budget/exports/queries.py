# SPDX-License-Identifier: EUPL-1.2
"""The rows of every export, page by page in the order of a key."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, or_, select

from services.budget.contributions.tables import contributions
from services.budget.exports import woo
from services.budget.exports.columns import CONTRIBUTIONS, GRANTS, POSTINGS, SUBSIDIES, Column
from services.budget.exports.woo import Published
from services.budget.grants.tables import grants, purposes
from services.budget.ledger.tables import postings
from services.budget.organisations.model import persons
from services.budget.organisations.tables import organisations
from shared.contracts.envelope import TYPE_PREFIX
from shared.messaging.outbox import outbox
from shared.municipality import Municipality

PAGE = 500
ExportName = Literal["postings", "grants", "contributions", "subsidies"]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Export:
    """`page` gives the rows after a key (None: from the first); each row has its own as `_key`."""

    columns: tuple[Column, ...]
    page: Callable[[Connection, int, Municipality, Any], Rows]


def all_rows(connection: Connection, export: Export, year: int, rules: Municipality) -> Iterator[Any]:
    page = export.page(connection, year, rules, None)
    while page:
        yield from page
        page = export.page(connection, year, rules, page[-1]["_key"])


def posting_rows(connection: Connection, year: int, _rules: Municipality, after: int | None) -> Rows:
    c = postings.c
    wanted = select(postings).where(c.year == year, c.id > (after or 0)).order_by(c.id).limit(PAGE)
    return [{"_key": row["id"], **row} for row in connection.execute(wanted).mappings()]


def grant_rows(connection: Connection, year: int, _rules: Municipality, after: int | None) -> Rows:
    c = grants.c
    wanted = select(grants).where(c.year == year, c.number > (after or 0)).order_by(c.number).limit(PAGE)
    return [{"_key": row["number"], **row} for row in connection.execute(wanted).mappings()]


def contribution_rows(connection: Connection, year: int, rules: Municipality, after: str | None) -> Rows:
    """What goes to one natural person is in no file."""
    c, o = contributions.c, organisations.c
    wanted = select(contributions, o.kind, o.name).join(organisations, o.id == c.organisation_id)
    wanted = wanted.where(c.year == year, c.id > (after or ""), o.kind.not_in(persons(rules)))
    return [
        {"_key": row["id"], **row} for row in connection.execute(wanted.order_by(c.id).limit(PAGE)).mappings()
    ]


def woo_rows(connection: Connection, year: int, rules: Municipality, after: tuple[int, Any] | None) -> Rows:
    """What was ever promised in a year, also if it was taken back."""
    kind, key = after or (0, 0)
    if kind == 0:
        if found := _woo_grants(connection, year, int(key), rules):
            return found
        key = ""
    return _woo_contributions(connection, year, str(key), rules)


def _woo_grants(connection: Connection, year: int, after: int, rules: Municipality) -> Rows:
    g, p, o = grants.c, purposes.c, organisations.c
    wanted = (
        select(g.id, g.number, g.recipient_kind, o.name, p.title, p.summary)
        .outerjoin(purposes, p.initiative_id == g.initiative_id)
        .outerjoin(organisations, o.id == g.organisation_id)
        .where(g.year == year, g.number > after, g.allocated_cents.is_not(None))
        .where(g.recipient_kind.in_(woo.RECIPIENTS), or_(o.id.is_(None), o.kind.not_in(persons(rules))))
        .order_by(g.number)
        .limit(PAGE)
    )
    page = connection.execute(wanted).all()
    events = _published(connection, [row.id for row in page])
    found: Rows = []
    for row in page:
        recipient = row.name or woo.RECIPIENTS[row.recipient_kind]
        purpose = woo.purpose(row.title, row.summary)
        found += [
            {"_key": (0, row.number), **each} for each in woo.rows(row.id, recipient, purpose, events[row.id])
        ]
    return found


def _woo_contributions(connection: Connection, year: int, after: str, rules: Municipality) -> Rows:
    c, o = contributions.c, organisations.c
    wanted = select(c.id, o.kind, o.name).join(organisations, o.id == c.organisation_id)
    wanted = (
        wanted.where(c.year == year, c.id > after, o.kind.not_in(persons(rules))).order_by(c.id).limit(PAGE)
    )
    page = connection.execute(wanted).all()
    events = _published(connection, [row.id for row in page])
    found: Rows = []
    for row in page:
        known = rules.contribution(row.kind)
        purpose = f"Jaarlijkse bijdrage {year}" + (f" ({known.name})" if known else "")
        found += [
            {"_key": (1, row.id), **each} for each in woo.rows(row.id, row.name, purpose, events[row.id])
        ]
    return found


def _published(connection: Connection, subjects: Sequence[str]) -> dict[str, list[Published]]:
    """The events of this service about each, in order: type and data."""
    c = outbox.c
    wanted = select(c.subject, c.payload).where(c.subject.in_(subjects)).order_by(c.id)
    found: dict[str, list[Published]] = {}
    for row in connection.execute(wanted):
        event = json.loads(row.payload)
        found.setdefault(row.subject, []).append((event["type"].removeprefix(TYPE_PREFIX), event["data"]))
    return found


EXPORTS: dict[ExportName, Export] = {
    "postings": Export(POSTINGS, posting_rows),
    "grants": Export(GRANTS, grant_rows),
    "contributions": Export(CONTRIBUTIONS, contribution_rows),
    "subsidies": Export(SUBSIDIES, woo_rows),
}
