# SPDX-License-Identifier: EUPL-1.2
"""What the API answers about participation."""

from sqlalchemy import Connection, select

from services.initiatives.participation.model import NEXT
from services.initiatives.participation.store import joined
from services.initiatives.participation.tables import activity, history, process
from services.initiatives.participation.views import (
    ActivityView,
    ParticipationHistoryView,
    ParticipationSummary,
    ParticipationView,
)
from shared.contracts.refusals import NotFound


def one(connection: Connection, process_id: str) -> ParticipationView:
    """May raise NotFound."""
    row = connection.execute(select(process).where(process.c.id == process_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no participation process {process_id}.")
    held = select(activity).where(activity.c.participation_id == process_id).order_by(activity.c.id)
    past = select(history).where(history.c.participation_id == process_id).order_by(history.c.id)
    return ParticipationView.model_validate(
        {
            **row,
            "activities": [
                ActivityView(
                    held_date=each.held_on,
                    form=each.form,
                    invited_by=each.invited_by,
                    attendance=each.attendance,
                    groups=each.groups,
                )
                for each in connection.execute(held)
            ],
            "history": [
                ParticipationHistoryView.model_validate(dict(each))
                for each in connection.execute(past).mappings()
            ],
            "participants": joined(connection, process_id),
            "allowed": NEXT[row["state"]],
        }
    )


def summary(connection: Connection, process_id: str) -> ParticipationSummary:
    """What everybody may see of it."""
    row = connection.execute(select(process).where(process.c.id == process_id)).mappings().one()
    return ParticipationSummary.model_validate(dict(row))


def listed(
    connection: Connection, kern: str | None, state: str | None, after: int, limit: int
) -> list[tuple[int, ParticipationSummary]]:
    """In the order in which they were considered, each with its number; a municipality has a few dozen."""
    wanted = select(process).where(process.c.number > after).order_by(process.c.number)
    if state:
        wanted = wanted.where(process.c.state == state)
    found: list[tuple[int, ParticipationSummary]] = []
    for row in connection.execute(wanted).mappings():
        if kern is None or kern in row["kernen"]:
            found.append((row["number"], ParticipationSummary.model_validate(dict(row))))
        if len(found) == limit:
            break
    return found
