# SPDX-License-Identifier: EUPL-1.2
"""What statements rest on: the postings, and whose contributions they are."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, case, func, select

from services.budget.contributions.tables import contributions
from services.budget.ledger.tables import postings
from services.budget.organisations.tables import organisations
from services.budget.statements.shares import Given

HELD = ("committed", "paid")


def given_in(connection: Connection, year: int, persons: Collection[str]) -> list[Given]:
    """All that is promised or paid of a year. A contribution to one natural person stands at no kern."""
    given = _contributions(connection, year, persons)
    others = [each for each in _posted(connection, year) if each.about not in given]
    return [*given.values(), *others]


def _posted(connection: Connection, year: int) -> Sequence[Given]:
    """By the postings; what a kern has of it counts at one kern, the first."""
    c = postings.c
    into = case((c.debit.in_(HELD), c.amount_cents), else_=0)
    out = case((c.credit.in_(HELD), c.amount_cents), else_=0)
    held = func.sum(into - out)
    sums = select(c.subject, c.line, c.kern, held).where(c.year == year)
    rows = connection.execute(sums.group_by(c.subject, c.line, c.kern).having(held != 0))
    return [Given(about, line, (kern,) if kern else (), int(cents)) for about, line, kern, cents in rows]


def _contributions(connection: Connection, year: int, persons: Collection[str]) -> dict[str, Given]:
    c, o = contributions.c, organisations.c
    wanted = select(c.id, c.line, c.kernen, c.amount_cents, c.state, o.kind)
    rows = connection.execute(wanted.join(organisations, o.id == c.organisation_id).where(c.year == year))
    return {
        row.id: Given(
            row.id,
            row.line,
            () if row.kind in persons else tuple(row.kernen),
            0 if row.state == "withdrawn" else row.amount_cents,
        )
        for row in rows
    }
