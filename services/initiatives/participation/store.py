# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of participation. What precedes a decision is loaded with its row locked."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from services.initiatives.participation.model import Answer, Process, Step
from services.initiatives.participation.tables import activity, history, participant, process
from services.initiatives.tables import contact
from shared.contracts.initiatives.participation import ActivityHeld
from shared.contracts.refusals import NotFound

KNOWN = [process.c[name] for name in ("id", "state", "kernen", "origin", "changed_on", "rung")]


def add(
    connection: Connection,
    step: Step,
    answers: Sequence[Answer],
    motivation: str | None,
) -> None:
    said: Any = step.event.data
    row = _row(step.process) | {
        "kernen": list(step.process.kernen),
        "public_subject": said.public_subject,
        "guide_version": said.guide_version,
        "answers": [asdict(answer) for answer in answers],
        "overruled": said.overruled,
        "motivation": motivation,
        "invited": [],
        "points": [],
        "origin": step.process.origin,
    }
    connection.execute(insert(process), row)


def load(connection: Connection, process_id: str) -> Process:
    """For a decision: until the transaction ends nobody else decides about it. May raise NotFound."""
    row = connection.execute(select(*KNOWN).where(process.c.id == process_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"There is no participation process {process_id}.")
    held = select(func.count()).where(activity.c.participation_id == process_id)
    return Process(
        row.id, row.state, tuple(row.kernen), row.origin, row.changed_on, row.rung,
        connection.execute(held).scalar_one(),
    )  # fmt: skip


def save(connection: Connection, changed: Process, **told: object) -> None:
    """Store what a step made of it, and what it told."""
    row = _row(changed) | told
    connection.execute(update(process).where(process.c.id == changed.id).values(row))


def tell(connection: Connection, step: Step, recorded_at: datetime) -> None:
    """Add a line to its history."""
    said = step.event.data
    line = {
        "participation_id": step.process.id,
        "what": said.TYPE.rsplit(".", 1)[0],
        "actor": said.actor,
        "happened_on": said.happened_on,
        "recorded_at": recorded_at,
    }
    connection.execute(insert(history), line)


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
