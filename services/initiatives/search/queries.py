# SPDX-License-Identifier: EUPL-1.2
"""The lists that the API answers, each read in the order of an index; what there is to do, and whose it is.

What is open has indexes of its own, so that a worklist costs as much as there is to do, whatever was done
before.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, case, func, select, tuple_

from services.initiatives.initiative.lifecycle import State
from services.initiatives.initiative.queries import shown
from services.initiatives.initiative.search_words import folded
from services.initiatives.initiative.store import kernen_of
from services.initiatives.initiative.tables import initiative, initiative_kern, initiative_word
from services.initiatives.initiative.views import InitiativeSummary
from services.initiatives.kernen.store import officer_on_duty, uncovered_since
from services.initiatives.search.views import Counts, KernDuty, KernenOnDuty, StateCount, Workload
from shared.municipality import Municipality

Sort = Literal["newest", "oldest", "due"]
Worklist = Literal["mine", "my-kernen", "waiting", "approaching", "exceeded"]
OWN: frozenset[Worklist] = frozenset({"mine", "my-kernen"})  # these are somebody's
Order = tuple[Column[Any], ...]
Position = tuple[date, str]  # the date and the id of the last one that was seen
MOST_WORDS = 8  # of one question
LAST = "\U0010ffff"  # sorts after every letter
it = initiative.c


@dataclass(frozen=True)
class Filters:
    """What a list is limited to; None is no limit. The period is that of receipt, both days included."""

    kern: str | None = None
    state: State | None = None
    theme: str | None = None
    officer: str | None = None
    received_from: date | None = None
    received_until: date | None = None
    text: str | None = None


def listed(
    connection: Connection, filters: Filters, sort: Sort, after: Position | None, limit: int
) -> list[InitiativeSummary]:
    """Initiatives in their order, from just after the position of the last one seen."""
    return summaries(connection, initiatives_query(filters, sort, after).limit(limit))


def counts(connection: Connection, filters: Filters) -> Counts:
    """How many a list with these filters holds; the same conditions, so always the same number."""
    wanted, _ = _filtered(select(initiative.c.state, func.count()), filters, "newest")
    found: Counter[State] = Counter(dict(connection.execute(wanted.group_by(initiative.c.state)).all()))
    by_state = tuple(StateCount(state=state, count=found[state]) for state in sorted(found))
    return Counts(total=found.total(), by_state=by_state)


def summaries(connection: Connection, wanted: Select[Any]) -> list[InitiativeSummary]:
    rows = connection.execute(wanted).all()
    kernen = kernen_of(connection, [row.id for row in rows])
    return [
        InitiativeSummary.model_validate({**shown(row._mapping), "kernen": kernen[row.id]}) for row in rows
    ]


def initiatives_query(filters: Filters, sort: Sort, after: Position | None) -> Select[Any]:
    wanted, order = _filtered(select(initiative), filters, sort)
    if sort != "newest":
        return _above(wanted, order, after)
    if after:
        older: ColumnElement[bool] = tuple_(*order) < after
        wanted = wanted.where(older)
    return wanted.order_by(*(column.desc() for column in order))


def _filtered(wanted: Select[Any], filters: Filters, sort: Sort) -> tuple[Select[Any], Order]:
    received: Order = (it.received_on, it.id)
    if filters.kern:
        wanted = wanted.join(initiative_kern, initiative_kern.c.initiative_id == it.id)
        wanted = wanted.where(initiative_kern.c.kern == filters.kern)
        # Read along the kern's own index, which holds the dates in their order.
        received = (initiative_kern.c.received_on, initiative_kern.c.initiative_id)
    exact = ((it.state, filters.state), (it.theme, filters.theme), (it.officer_id, filters.officer))
    wanted = wanted.where(*(column == value for column, value in exact if value))
    if filters.received_from:
        wanted = wanted.where(received[0] >= filters.received_from)
    if filters.received_until:
        wanted = wanted.where(received[0] <= filters.received_until)
    if filters.text:
        wanted = wanted.where(having_words(filters.text))
    return wanted, (it.decision_due_on, it.id) if sort == "due" else received


def having_words(text: str) -> ColumnElement[bool]:
    """That an initiative has all of these words, or words that begin with them."""
    wanted = sorted(folded(text), key=len, reverse=True)[:MOST_WORDS]
    found = (
        select(initiative_word.c.initiative_id).where(
            initiative_word.c.word >= word, initiative_word.c.word < word + LAST
        )
        for word in wanted
    )
    return and_(True, *(it.id.in_(ids) for ids in found))


def _above(wanted: Select[Any], order: Order, after: Position | None) -> Select[Any]:
    """In ascending order, from just above a position on."""
    if after:
        newer: ColumnElement[bool] = tuple_(*order) > after
        wanted = wanted.where(newer)
    return wanted.order_by(*order)


def worklist_query(
    worklist: Worklist,
    officer: str | None,
    kernen: Sequence[str],
    today: date,
    rules: Municipality,
    after: Position | None,
) -> Select[Any]:
    """`kernen` are those of the officer. The first to be decided comes first, but for `waiting`: that begins
    with what was received first.
    """
    wanted, order = select(initiative), (it.decision_due_on, it.id)
    match worklist:
        case "mine":
            wanted = wanted.where(it.is_open, it.officer_id == officer)
        case "my-kernen":
            there = select(initiative_kern.c.initiative_id).where(
                initiative_kern.c.initiative_id == it.id, initiative_kern.c.kern.in_(kernen)
            )
            wanted = wanted.where(it.is_open, there.exists())
        case "waiting":
            wanted, order = wanted.where(it.state == "submitted"), (it.received_on, it.id)
        case "approaching":
            near = today + timedelta(days=rules.approaching_days)
            wanted, order = wanted.where(it.term_due_on.between(today, near)), (it.term_due_on, it.id)
        case "exceeded":
            wanted, order = wanted.where(it.term_due_on < today), (it.term_due_on, it.id)
    if officer and worklist not in OWN:
        wanted = wanted.where(it.officer_id == officer)
    return _above(wanted, order, after)


def workloads(connection: Connection, today: date, after: str | None, limit: int) -> list[Workload]:
    """The work of each kernambtenaar who has any, by their ids."""
    rows = connection.execute(workloads_query(today, after).limit(limit))
    return [Workload.model_validate(dict(row._mapping)) for row in rows]


def workloads_query(today: date, after: str | None) -> Select[Any]:
    return (
        select(
            it.officer_id,
            func.count().label("open"),
            func.count(case((it.state.in_(("assigned", "awaiting-supplement")), 1))).label("waiting"),
            func.count(case((it.term_due_on < today, 1))).label("exceeded"),
        )
        .where(it.is_open, it.officer_id > (after or ""))
        .group_by(it.officer_id)
        .order_by(it.officer_id)
    )


def kernen_on_duty(connection: Connection, municipality: Municipality, today: date) -> KernenOnDuty:
    """Every kern, with who is on duty there today and what waits for somebody."""
    bare, waits = uncovered_since(connection), waiting_by_kern(connection)
    return KernenOnDuty(
        items=tuple(
            KernDuty(
                slug=kern.slug,
                name=kern.name,
                officer_id=officer_on_duty(connection, kern.slug, today),
                uncovered_since_date=bare.get(kern.slug),
                waiting=waits.get(kern.slug, 0),
            )
            for kern in municipality.kernen
        )
    )


def waiting_by_kern(connection: Connection) -> dict[str, int]:
    """How much was submitted that nobody took up, by its first kern."""
    wanted = (
        select(initiative_kern.c.kern, func.count())
        .join(initiative, it.id == initiative_kern.c.initiative_id)
        .where(it.state == "submitted", initiative_kern.c.place == 0)
    )
    return dict(connection.execute(wanted.group_by(initiative_kern.c.kern)).all())


def exceeded(connection: Connection, today: date) -> int:
    """How many are past their date and not decided."""
    return connection.execute(
        select(func.count()).select_from(initiative).where(it.term_due_on < today)
    ).scalar_one()
