# SPDX-License-Identifier: EUPL-1.2
"""What can be taken out as a file, page by page in the order of a key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, select

from services.budget.statements import woo
from services.budget.statements.queries import persons
from services.budget.tables import contributions, grants, organisations, postings
from services.budget.years.queries import budget_year
from shared.municipality import Municipality

PAGE = 500
Kind = Literal["postings", "grants", "contributions", "subsidies"]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Export:
    """`page` gives the rows after a key (None: from the first); each row tells its own as `_key`."""

    columns: tuple[str, ...]
    page: Callable[[Connection, int, Municipality, Any], Rows]


POSTINGS = (
    "id", "year", "line", "kern", "operation", "credit", "debit", "amount_cents", "role", "reason", "subject",
    "origin", "correlation_id", "causation_id", "happened_on", "recorded_at",
)  # fmt: skip
GRANTS = (
    "number", "id", "initiative_id", "year", "line", "kernen", "recipient_kind", "state", "since",
    "asked_cents", "held_cents", "allocated_cents", "decided_on", "legal_basis", "organisation_id", "reason",
    "origin",
)  # fmt: skip
CONTRIBUTIONS = (
    "id", "organisation_id", "kind", "name", "kernen", "year", "line", "amount_cents", "decided_on", "state",
    "withdrawn_on", "legal_basis", "origin",
)  # fmt: skip


def posting_rows(connection: Connection, year: int, _rules: Municipality, after: int | None) -> Rows:
    budget_year(connection, year)
    c = postings.c
    wanted = select(postings).where(c.year == year, c.id > (after or 0)).order_by(c.id).limit(PAGE)
    return [_plain(row, row["id"]) for row in connection.execute(wanted).mappings()]


def grant_rows(connection: Connection, year: int, _rules: Municipality, after: int | None) -> Rows:
    budget_year(connection, year)
    c = grants.c
    wanted = select(grants).where(c.year == year, c.number > (after or 0)).order_by(c.number).limit(PAGE)
    return [_plain(row, row["number"]) for row in connection.execute(wanted).mappings()]


def contribution_rows(connection: Connection, year: int, rules: Municipality, after: str | None) -> Rows:
    """What goes to one natural person is in no file."""
    budget_year(connection, year)
    c, o = contributions.c, organisations.c
    wanted = select(contributions, o.kind, o.name).join(organisations, o.id == c.organisation_id)
    wanted = wanted.where(c.year == year, c.id > (after or ""), o.kind.not_in(persons(rules)))
    return [
        _plain(row, row["id"]) for row in connection.execute(wanted.order_by(c.id).limit(PAGE)).mappings()
    ]


def _plain(row: Any, key: Any) -> dict[str, Any]:
    """Values as they stand in a file; lists as words with spaces between them."""
    told = {"_key": key}
    for name, value in row.items():
        if isinstance(value, list | tuple):
            value = " ".join(value)
        elif hasattr(value, "isoformat"):
            value = value.isoformat()
        told[name] = value
    return told


EXPORTS: dict[Kind, Export] = {
    "postings": Export(POSTINGS, posting_rows),
    "grants": Export(GRANTS, grant_rows),
    "contributions": Export(CONTRIBUTIONS, contribution_rows),
    "subsidies": Export(woo.FIELDS, woo.rows),
}
