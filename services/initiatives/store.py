# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of initiatives. What precedes a decision is loaded with its row locked."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, insert, select, update

from services.initiatives.life import CLOSED, Initiative, Money
from services.initiatives.model import Entry, Submission
from services.initiatives.reply import Reply
from services.initiatives.tables import (
    assessment,
    evaluation,
    initiative,
    initiative_history,
    initiative_kern,
    money,
    supplement,
)
from services.initiatives.terms import Term, alarm_on
from services.initiatives.weighing import Assessment
from shared.contracts.refusals import NotFound

# Statements are built once: building one costs more than running it.
AT_ONCE = 100  # of what a timer does in one transaction
OF: BindParameter[str] = bindparam("of")
AMONG: BindParameter[Sequence[str]] = bindparam("among", expanding=True)
TERM = (
    initiative.c.term_ends_on,
    initiative.c.decision_due_on,
    initiative.c.approaching_on,
    initiative.c.extended,
    initiative.c.asked_on,
    initiative.c.answer_by,
    initiative.c.told,
)
KNOWN = (
    initiative.c.id,
    initiative.c.state,
    initiative.c.submitter_kind,
    initiative.c.origin,
    initiative.c.received_on,
    initiative.c.changed_on,
    initiative.c.published,
    initiative.c.officer_id,
    initiative.c.support_given,
    *TERM,
)
PLAIN = [column.name for column in KNOWN[: -len(TERM)]]
AN_INITIATIVE = select(*KNOWN).where(initiative.c.id == OF).with_for_update()
WAITING = (
    select(*KNOWN)
    .join(
        initiative_kern,
        and_(initiative_kern.c.initiative_id == initiative.c.id, initiative_kern.c.place == 0),
    )
    .where(initiative.c.state == "submitted", initiative_kern.c.kern.in_(AMONG))
    .order_by(initiative.c.received_on, initiative.c.id)
    .with_for_update(of=initiative)
)
ALARMED = (
    select(*KNOWN)
    .where(initiative.c.alarm_on <= bindparam("day"))
    .order_by(initiative.c.alarm_on, initiative.c.id)
    .limit(AT_ONCE)
    .with_for_update()
)
KERNEN = (
    select(initiative_kern.c.initiative_id, initiative_kern.c.kern)
    .where(initiative_kern.c.initiative_id.in_(AMONG))
    .order_by(initiative_kern.c.initiative_id, initiative_kern.c.place)
)
MONEY = select(money).where(money.c.initiative_id.in_(AMONG))
ADD, ADD_KERNEN = insert(initiative), insert(initiative_kern)
ADD_LINE = insert(initiative_history)
CHANGE = update(initiative).where(initiative.c.id == OF)
CHANGE_MONEY = update(money).where(money.c.initiative_id == OF)


def add(connection: Connection, new: Initiative, asked: Submission, contact_id: str | None) -> None:
    """Store an initiative that was just submitted."""
    row = vars(asked) | _row(new) | {"id": new.id, "contact_id": contact_id}
    del row["kernen"]
    connection.execute(ADD, row)
    places = [
        {"initiative_id": new.id, "place": place, "kern": slug, "received_on": new.received_on}
        for place, slug in enumerate(new.kernen)
    ]
    connection.execute(ADD_KERNEN, places)


def load(connection: Connection, initiative_id: str) -> Initiative:
    """For a decision: until the transaction ends nobody else decides about it. May raise NotFound."""
    found = _initiatives(connection, connection.execute(AN_INITIATIVE, {"of": initiative_id}).all())
    if not found:
        raise NotFound(f"There is no initiative {initiative_id}.")
    return found[0]


def waiting(connection: Connection, kernen: Sequence[str]) -> list[Initiative]:
    """What was submitted with one of these kernen as its first, and is taken up by nobody yet."""
    return _initiatives(connection, connection.execute(WAITING, {"among": kernen}).all())


def alarmed(connection: Connection, today: date) -> list[Initiative]:
    """Some of those about whose term something is to be said by today."""
    return _initiatives(connection, connection.execute(ALARMED, {"day": today}).all())


def save(connection: Connection, changed: Initiative) -> None:
    """Store what a step made of it."""
    connection.execute(CHANGE, {"of": changed.id, **_row(changed)})
    if changed.money:
        connection.execute(CHANGE_MONEY, {"of": changed.id, **vars(changed.money)})


def tell(connection: Connection, initiative_id: str, entry: Entry, recorded_at: datetime) -> None:
    """Add a line to its history."""
    line = {"initiative_id": initiative_id, "recorded_at": recorded_at, **vars(entry)}
    connection.execute(ADD_LINE, line)


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


def correct_publication(connection: Connection, initiative_id: str, title: str, summary: str) -> None:
    corrected = {"public_title": title, "public_summary": summary}
    connection.execute(
        update(assessment).where(assessment.c.initiative_id == initiative_id).values(corrected)
    )


def asked(connection: Connection, initiative_id: str) -> tuple[str, int | None]:
    """Its title in the words of who submitted it, and the amount they asked."""
    wanted = select(initiative.c.title, initiative.c.amount_asked_cents)
    title, cents = connection.execute(wanted.where(initiative.c.id == initiative_id)).one()
    return title, cents


def add_assessment(connection: Connection, assessed: Initiative, made: Assessment, reply: Reply) -> None:
    """Store how it was weighed and what was answered, and the money that is asked by it."""
    row = asdict(made)
    answered = {"reply_subject": reply.subject, "reply_text": reply.text}
    connection.execute(
        insert(assessment), {"initiative_id": assessed.id} | row.pop("weighing") | row | answered
    )
    if assessed.money:
        connection.execute(insert(money), {"initiative_id": assessed.id, **asdict(assessed.money)})


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
