# SPDX-License-Identifier: EUPL-1.2
"""Questions that other services ask: whom to write to. Answered at that moment, from this store alone."""

from sqlalchemy import Connection, or_, select

from services.initiatives.assessment.tables import assessment
from services.initiatives.contact.store import find
from services.initiatives.initiative.store import contact_id_of
from services.initiatives.initiative.tables import initiative, supplement
from services.initiatives.kernen.tables import appointment
from services.initiatives.participation.store import reach
from shared.contracts.initiatives import (
    ContactAnswer,
    ContactQuestion,
    OfficerAnswer,
    OfficerQuestion,
)
from shared.contracts.initiatives.participation import ParticipantAnswer, ParticipantQuestion
from shared.contracts.refusals import NotFound
from shared.messaging.requests import Answerer


def contact(connection: Connection, question: ContactQuestion) -> ContactAnswer:
    """Who submitted an initiative, and what a letter to them needs. NotFound once that is no longer kept."""
    contact_id = contact_id_of(connection, question.initiative_id)
    submitter = find(connection, contact_id) if contact_id else None
    if submitter is None:
        raise NotFound(f"Nobody is to be reached for initiative {question.initiative_id}.")
    columns = (
        initiative.c.number,
        initiative.c.title,
        initiative.c.description,
        initiative.c.received_on,
        initiative.c.decision_due_on,
        assessment.c.outcome,
        assessment.c.public_title,
        assessment.c.reply_subject,
        assessment.c.reply_text,
    )
    row = connection.execute(
        select(*columns)
        .outerjoin_from(initiative, assessment, assessment.c.initiative_id == initiative.c.id)
        .where(initiative.c.id == question.initiative_id)
    ).one()
    return ContactAnswer(
        number=row.number,
        name=submitter.name,
        email=submitter.email,
        title=row.title,
        description=row.description,
        received_on=row.received_on,
        decision_due_on=row.decision_due_on,
        outcome=row.outcome,
        public_title=row.public_title,
        reply_subject=row.reply_subject,
        reply_text=row.reply_text,
        supplement_asked=_asked_last(connection, question.initiative_id),
    )


def _asked_last(connection: Connection, initiative_id: str) -> str | None:
    newest = select(supplement.c.asked).where(supplement.c.initiative_id == initiative_id)
    return connection.execute(newest.order_by(supplement.c.id.desc()).limit(1)).scalar_one_or_none()


def officer(connection: Connection, question: OfficerQuestion) -> OfficerAnswer:
    """The functional address of a kernambtenaar, as last appointed."""
    newest = (
        select(appointment.c.functional_address)
        .where(
            or_(
                appointment.c.officer_id == question.officer_id,
                appointment.c.deputy_id == question.officer_id,
            )
        )
        .order_by(appointment.c.valid_from.desc())
        .limit(1)
    )
    address = connection.execute(newest).scalar_one_or_none()
    if address is None:
        raise NotFound(f"There is no kernambtenaar {question.officer_id}.")
    return OfficerAnswer(email=address)


def participant(connection: Connection, question: ParticipantQuestion) -> ParticipantAnswer:
    """Somebody who left an address to hear what becomes of it. NotFound once that is no longer kept."""
    row = reach(connection, question.contact_id)
    if row is None:
        raise NotFound(f"Nobody is to be reached by {question.contact_id}.")
    return ParticipantAnswer(name=row.name, email=row.email, public_subject=row.public_subject)


QUESTIONS = (
    Answerer("initiatives.contact", ContactQuestion, contact),
    Answerer("initiatives.officer", OfficerQuestion, officer),
    Answerer("initiatives.participant", ParticipantQuestion, participant),
)
