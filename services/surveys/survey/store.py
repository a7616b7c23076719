# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of surveys and the answers to them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    delete,
    func,
    insert,
    select,
    update,
)

from services.surveys.survey.model import FilledForm, Option, Question, Survey
from services.surveys.tables import answers, codes, open_answers, replies, surveys
from shared.contracts.refusals import NotFound


def add(connection: Connection, survey: Survey) -> None:
    connection.execute(insert(surveys), asdict(survey))


def load(connection: Connection, survey_id: str) -> Survey:
    """For a decision: until the transaction ends nobody answers or closes it. May raise NotFound."""
    return _one(connection, select(surveys).where(surveys.c.id == survey_id).with_for_update(), survey_id)


def read(connection: Connection, survey_id: str) -> Survey:
    """To be shown. May raise NotFound."""
    return _one(connection, select(surveys).where(surveys.c.id == survey_id), survey_id)


def answerable(connection: Connection, today: date) -> list[Survey]:
    """Those that anybody can answer today, the one that ends first on top."""
    now = (surveys.c.opens_on <= today, surveys.c.closes_on >= today, surveys.c.state != "closed")
    wanted = select(surveys).where(*now, surveys.c.access == "open").order_by(surveys.c.closes_on)
    return [survey_in(row) for row in connection.execute(wanted).mappings()]


def to_open(connection: Connection, today: date, but: Collection[str], limit: int) -> list[str]:
    """Some of those planned whose first day has come."""
    return _due(connection, but, limit, surveys.c.state == "planned", surveys.c.opens_on <= today)


def to_close(connection: Connection, today: date, but: Collection[str], limit: int) -> list[str]:
    """Some of those open whose last day has passed."""
    return _due(connection, but, limit, surveys.c.state == "open", surveys.c.closes_on < today)


def forget_answers(connection: Connection, closed_before: date) -> None:
    """Remove what was answered to surveys that closed before a day; they were counted then."""
    its = select(surveys.c.id).where(surveys.c.state == "closed", surveys.c.changed_on < closed_before)
    given = select(replies.c.id).where(replies.c.survey_id.in_(its))
    connection.execute(delete(answers).where(answers.c.reply_id.in_(given)))
    connection.execute(delete(replies).where(replies.c.survey_id.in_(its)))
    connection.execute(delete(open_answers).where(open_answers.c.survey_id.in_(its)))


def save(connection: Connection, survey: Survey) -> None:
    """Store what a decision made of it; only its state ever changes."""
    changed = update(surveys).where(surveys.c.id == survey.id)
    connection.execute(changed.values(state=survey.state, changed_on=survey.changed_on))


def add_codes(connection: Connection, survey_id: str, hashes: Sequence[str]) -> None:
    rows = [{"hash": code, "survey_id": survey_id, "used": False} for code in hashes]
    connection.execute(insert(codes), rows)


def use_code(connection: Connection, survey_id: str, code: str) -> bool | None:
    """True if this hash's code was free, and now is used; False if it was used before; None if unknown."""
    its = (codes.c.hash == code, codes.c.survey_id == survey_id)
    claimed = update(codes).where(*its, codes.c.used.is_(False)).values(used=True).returning(codes.c.hash)
    if connection.execute(claimed).first():
        return True
    return None if connection.execute(select(codes.c.hash).where(*its)).first() is None else False


def has_form(connection: Connection, form_id: str) -> bool:
    """Whether this form was received before."""
    return connection.execute(select(replies.c.id).where(replies.c.id == form_id)).first() is not None


def add_form(connection: Connection, survey_id: str, form: FilledForm, text_ids: Sequence[str]) -> None:
    """Store the answers of one form; what was written gets ids of its own, that lead to no form."""
    connection.execute(insert(replies).values(id=form.id, survey_id=survey_id, kern=form.kern))
    chosen = [{"reply_id": form.id, "question": q, "answer": a} for q, a in form.chosen.items()]
    if chosen:
        connection.execute(insert(answers), chosen)
    written = [
        {"id": text_id, "survey_id": survey_id, "question": question, "text": text}
        for text_id, (question, text) in zip(text_ids, form.written.items(), strict=True)
    ]
    if written:
        connection.execute(insert(open_answers), written)


def counts(connection: Connection, survey_id: str) -> dict[tuple[str, str], dict[str, int]]:
    """How often each answer was given, by kern and question."""
    wanted = (
        select(replies.c.kern, answers.c.question, answers.c.answer, func.count())
        .join(replies, replies.c.id == answers.c.reply_id)
        .where(replies.c.survey_id == survey_id)
        .group_by(replies.c.kern, answers.c.question, answers.c.answer)
    )
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for kern, question, answer, count in connection.execute(wanted):
        found[kern, question][answer] = count
    return dict(found)


def survey_in(row: RowMapping) -> Survey:
    values = dict(row)
    del values["number"]
    values["kernen"] = tuple(values["kernen"])
    values["comparable_with"] = tuple(values["comparable_with"])
    values["questions"] = tuple(
        Question(**asked | {"options": tuple(Option(**option) for option in asked["options"])})
        for asked in values["questions"]
    )
    return Survey(**values)


def _due(
    connection: Connection, but: Collection[str], limit: int, *conditions: ColumnElement[bool]
) -> list[str]:
    wanted = select(surveys.c.id).where(*conditions, surveys.c.id.not_in(but))
    return list(connection.execute(wanted.order_by(surveys.c.number).limit(limit)).scalars())


def _one(connection: Connection, wanted: Select[Any], survey_id: str) -> Survey:
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFound(f"There is no survey {survey_id}.")
    return survey_in(row)
