# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of participation. What precedes a decision is loaded with its row locked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from services.initiatives.contact.tables import contact
from services.initiatives.participation.commands import GuideAnswer
from services.initiatives.participation.model import ParticipationStep, Process
from services.initiatives.participation.tables import activity, history, participant, process
from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives.participation import ActivityHeld
from shared.contracts.refusals import NotFound

KNOWN = [process.c[name] for name in ("id", "state", "kernen", "origin", "changed_on", "rung")]


def add(
    connection: Connection,
    step: ParticipationStep,
    answers: Sequence[GuideAnswer],
    motivation: str | None,
    recorded_at: datetime,
) -> NewEvent:
    """Store a process that was just considered, with its first line of history."""
    event: Any = step.event.data
    row = _row(step.process) | {
        "kernen": list(step.process.kernen),
        "public_subject": event.public_subject,
        "guide_version": event.guide_version,
        "answers": [vars(answer) for answer in answers],
        "overruled": event.overruled,
        "motivation": motivation,
        "invited": [],
        "points": [],
        "origin": step.process.origin,
    }
    connection.execute(insert(process), row)
    return _add_line(connection, step, recorded_at)


def load(connection: Connection, process_id: str) -> Process:
    """For a decision: until the transaction ends nobody else decides about it. May raise NotFound."""
    row = connection.execute(select(*KNOWN).where(process.c.id == process_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"There is no participation process {process_id}.")
    held = select(func.count()).where(activity.c.participation_id == process_id)
    return Process(
        id=row.id,
        state=row.state,
        kernen=tuple(row.kernen),
        origin=row.origin,
        changed_on=row.changed_on,
        rung=row.rung,
        held=connection.execute(held).scalar_one(),
    )


def save(
    connection: Connection, step: ParticipationStep, recorded_at: datetime, **columns: object
) -> NewEvent:
    """Store what a step made of it, with its line of history; returns the step's event."""
    row = _row(step.process) | columns
    connection.execute(update(process).where(process.c.id == step.process.id).values(row))
    return _add_line(connection, step, recorded_at)


def _add_line(connection: Connection, step: ParticipationStep, recorded_at: datetime) -> NewEvent:
    event = step.event.data
    line = {
        "participation_id": step.process.id,
        "what": event.TYPE.rsplit(".", 1)[0],
        "actor": event.actor,
        "happened_on": event.happened_on,
        "recorded_at": recorded_at,
    }
    connection.execute(insert(history), line)
    return step.event


def add_activity(connection: Connection, process_id: str, held: ActivityHeld) -> None:
    row = {
        "participation_id": process_id,
        "held_on": held.happened_on,
        "form": held.form,
        "invited_by": held.invited_by,
        "attendance": held.attendance,
        "groups": list(held.groups),
    }
    connection.execute(insert(activity), row)


def add_participant(connection: Connection, process_id: str, contact_id: str, on: date) -> None:
    row = {"contact_id": contact_id, "participation_id": process_id, "consented_on": on}
    connection.execute(insert(participant), row)


def joined(connection: Connection, process_id: str) -> int:
    counted = select(func.count()).where(participant.c.participation_id == process_id)
    return connection.execute(counted).scalar_one()


def to_tell(connection: Connection, process_id: str) -> tuple[str, ...]:
    """References to those who left an address."""
    wanted = select(participant.c.contact_id).where(participant.c.participation_id == process_id)
    return tuple(connection.execute(wanted.order_by(participant.c.contact_id)).scalars())


def reach(connection: Connection, contact_id: str) -> Any:
    """How to reach somebody who took part, and in what; None once that is no longer kept."""
    wanted = (
        select(contact.c.name, contact.c.email, process.c.public_subject)
        .join_from(participant, contact, contact.c.id == participant.c.contact_id)
        .join(process, process.c.id == participant.c.participation_id)
    )
    return connection.execute(wanted.where(participant.c.contact_id == contact_id)).one_or_none()


def _row(of: Process) -> dict[str, Any]:
    return {"id": of.id, "state": of.state, "changed_on": of.changed_on, "rung": of.rung}
