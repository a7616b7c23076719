# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of initiatives. What precedes a decision is loaded with its row locked."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, delete, insert, select, update

from services.initiatives.initiative.commands import SubmitInitiative
from services.initiatives.initiative.lifecycle import CLOSED, Initiative, InitiativeStep, Money
from services.initiatives.initiative.model import history_line
from services.initiatives.initiative.search_words import folded
from services.initiatives.initiative.tables import (
    evaluation,
    initiative,
    initiative_history,
    initiative_kern,
    initiative_word,
    money,
    receipt_serial,
    supplement,
)
from services.initiatives.term.model import Term, alarm_on
from shared.contracts.envelope import EventData, NewEvent
from shared.contracts.refusals import NotFound

# Statements are built once: building one costs more than running it.
OF: BindParameter[str] = bindparam("of")
AMONG: BindParameter[Sequence[str]] = bindparam("among", expanding=True)
TERM = (
    initiative.c.term_ends_on,
    initiative.c.decision_due_on,
    initiative.c.approaching_on,
    initiative.c.extended,
    initiative.c.asked_on,
    initiative.c.answer_by,
    initiative.c["told"],
)
PLAIN = [each.name for each in fields(Initiative) if each.name in initiative.c]
KNOWN = (*(initiative.c[name] for name in PLAIN), *TERM)
AN_INITIATIVE = select(*KNOWN).where(initiative.c.id == OF).with_for_update()
WITH_FIRST_KERN = initiative.join(
    initiative_kern, and_(initiative_kern.c.initiative_id == initiative.c.id, initiative_kern.c.place == 0)
)
WAITING = (
    select(*KNOWN)
    .select_from(WITH_FIRST_KERN)
    .where(initiative.c.state == "submitted", initiative_kern.c.kern.in_(AMONG))
    .order_by(initiative.c.received_on, initiative.c.id)
    .with_for_update(of=initiative)
)
KERNEN = (
    select(initiative_kern.c.initiative_id, initiative_kern.c.kern)
    .where(initiative_kern.c.initiative_id.in_(AMONG))
    .order_by(initiative_kern.c.initiative_id, initiative_kern.c.place)
)
MONEY = select(money).where(money.c.initiative_id.in_(AMONG))
ADD, ADD_KERNEN, ADD_WORDS = insert(initiative), insert(initiative_kern), insert(initiative_word)
ADD_LINE = insert(initiative_history)
CHANGE = update(initiative).where(initiative.c.id == OF)
CHANGE_MONEY = update(money).where(money.c.initiative_id == OF)


def add(
    connection: Connection,
    asked: SubmitInitiative,
    number: str,
    contact_id: str | None,
    steps: Sequence[InitiativeStep],
    now: datetime,
) -> list[NewEvent]:
    """Store an initiative that was just submitted, and return its events.

    Of what was asked the columns of the same name are written; the table calls a `…_date` `…_on`.
    """
    new = steps[-1].initiative
    given = {name.replace("_date", "_on"): value for name, value in vars(asked).items()}
    row = {name: value for name, value in given.items() if name in initiative.c}
    known = {"id": new.id, "number": number, "contact_id": contact_id}
    connection.execute(ADD, row | _row(new) | known)
    places = [
        {"initiative_id": new.id, "place": place, "kern": slug, "received_on": new.received_on}
        for place, slug in enumerate(new.kernen)
    ]
    connection.execute(ADD_KERNEN, places)
    words = sorted(folded(f"{asked.title} {asked.description}"))
    if words:
        connection.execute(ADD_WORDS, [{"word": word, "initiative_id": new.id} for word in words])
    for step in steps:
        _add_line(connection, new.id, step.event.data, now)
    return [step.event for step in steps]


def next_serial(connection: Connection, received_on: date) -> int:
    """The last part of the number on a receipt, for nobody else."""
    taken = insert(receipt_serial).values(received_on=received_on).returning(receipt_serial.c.serial)
    serial: int = connection.execute(taken).scalar_one()
    return serial


def load(connection: Connection, initiative_id: str) -> Initiative:
    """For a decision: until the transaction ends nobody else decides about it. May raise NotFound."""
    found = _initiatives(connection, connection.execute(AN_INITIATIVE, {"of": initiative_id}).all())
    if not found:
        raise NotFound(f"There is no initiative {initiative_id}.")
    return found[0]


def waiting(connection: Connection, kernen: Sequence[str]) -> list[Initiative]:
    """What was submitted with one of these kernen as its first, and is taken up by nobody yet."""
    return _initiatives(connection, connection.execute(WAITING, {"among": kernen}).all())


def save(connection: Connection, step: InitiativeStep, now: datetime) -> NewEvent:
    """Store what a step made of it, with its line of history; returns the step's event."""
    _change(connection, step.initiative)
    _add_line(connection, step.initiative.id, step.event.data, now)
    return step.event


def save_followed(
    connection: Connection, changed: Initiative, event: EventData, recorded_at: datetime
) -> None:
    """Store what an event of another service made of it, with the line of history that this adds."""
    _change(connection, changed)
    _add_line(connection, changed.id, event, recorded_at)


def _change(connection: Connection, changed: Initiative) -> None:
    connection.execute(CHANGE, {"of": changed.id, **_row(changed)})
    if changed.money:
        connection.execute(CHANGE_MONEY, {"of": changed.id, **vars(changed.money)})


def _add_line(connection: Connection, initiative_id: str, event: EventData, recorded_at: datetime) -> None:
    line = {"initiative_id": initiative_id, "recorded_at": recorded_at, **vars(history_line(event))}
    connection.execute(ADD_LINE, line)


def add_money(connection: Connection, initiative_id: str, asked: Money) -> None:
    """Store what an assessment asks of the budget."""
    connection.execute(insert(money), {"initiative_id": initiative_id, **vars(asked)})


def add_supplement(connection: Connection, waiting: Initiative, asked: str) -> None:
    """Store what is missing, in the official's words."""
    term = waiting.term
    row = {"asked_on": term.asked_on, "asked": asked, "answer_by": term.answer_by}
    connection.execute(insert(supplement), {"initiative_id": waiting.id} | row)


def answer_supplement(connection: Connection, initiative_id: str, answered_on: date, answer: str) -> None:
    """Store what came, beside what was asked last."""
    open_one = (supplement.c.initiative_id == initiative_id) & supplement.c.answered_on.is_(None)
    answered = {"answered_on": answered_on, "answer": answer}
    connection.execute(update(supplement).where(open_one).values(answered))


def add_evaluation(
    connection: Connection, initiative_id: str, result: str, goals: tuple[int, ...], lesson: str | None
) -> None:
    row = {"initiative_id": initiative_id, "result": result, "goals": goals, "lesson": lesson}
    connection.execute(insert(evaluation), row)


def asked(connection: Connection, initiative_id: str) -> tuple[str, int | None]:
    """Its title in the words of who submitted it, and the amount they asked."""
    wanted = select(initiative.c.title, initiative.c.amount_asked_cents)
    title, cents = connection.execute(wanted.where(initiative.c.id == initiative_id)).one()
    return title, cents


def contact_id_of(connection: Connection, initiative_id: str) -> str | None:
    """The reference to who submitted it; None if there is none, or no longer. May raise NotFound."""
    wanted = select(initiative.c.contact_id).where(initiative.c.id == initiative_id)
    found = connection.execute(wanted).one_or_none()
    if found is None:
        raise NotFound(f"There is no initiative {initiative_id}.")
    contact_id: str | None = found.contact_id
    return contact_id


def forget_words(connection: Connection, initiative_id: str) -> None:
    """Nothing finds it by its words any more."""
    connection.execute(delete(initiative_word).where(initiative_word.c.initiative_id == initiative_id))


def kernen_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The kernen of each initiative, the first one first."""
    found: dict[str, tuple[str, ...]] = {}
    for initiative_id, slug in connection.execute(KERNEN, {"among": ids}):
        found[initiative_id] = (*found.get(initiative_id, ()), slug)
    return found


def _row(of: Initiative) -> dict[str, Any]:
    row = vars(of) | vars(of.term)
    for elsewhere in ("id", "kernen", "money", "term"):
        del row[elsewhere]
    return row | {
        "term_ends_on": row.pop("ends_on"),
        "decision_due_on": row.pop("due_on"),
        "told": row.pop("notice"),
        "alarm_on": alarm_on(of.term) if of.term_runs else None,
        "term_due_on": of.term.due_on if of.term_runs else None,
        "is_open": of.state not in CLOSED,
    }


def _initiatives(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Initiative]:
    # After the rows are locked: PostgreSQL would give a joined table as it was before the wait.
    ids = [row.id for row in rows]
    kernen = kernen_of(connection, ids)
    outcomes = {row[0]: Money(*row[1:]) for row in connection.execute(MONEY, {"among": ids})}
    return [
        Initiative(
            **dict(zip(PLAIN, row, strict=False)) | {"support_given": _tuple(row.support_given)},
            term=Term(*row[len(PLAIN) :]),
            kernen=kernen[row.id],
            money=outcomes.get(row.id),
        )
        for row in rows
    ]


def _tuple(listed: list[Any] | None) -> tuple[Any, ...] | None:
    return None if listed is None else tuple(listed)
