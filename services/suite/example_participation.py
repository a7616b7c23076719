# SPDX-License-Identifier: EUPL-1.2
"""Of the example: where residents had a say, and which commitments were met."""

from datetime import date
from typing import Any

from pydantic import Field

from shared.contracts.envelope import Slug
from shared.contracts.initiatives.participation import Form, InvitedBy, Rung, Use
from shared.municipality.parts import Part

WHY = "Zo is het besproken met de wethouder."


class Activity(Part):
    """Something that was held."""

    on: date
    form: Form
    invited_by: InvitedBy
    attendance: int
    groups: tuple[Slug, ...]


class Point(Part):
    """What residents said, and what was done with it."""

    input: str
    use: Use
    answer: str


class Process(Part):
    """A question whether participation fits; `no` are the answers that are no, each with its reason."""

    name: Slug
    subject: str
    kernen: tuple[Slug, ...]
    considered: date
    no: dict[Slug, str] = Field(default_factory=dict)
    started: date | None = None
    rung: Rung | None = None
    invited: tuple[Slug, ...] = ()
    goal: str = ""
    reaching: str = ""
    activities: tuple[Activity, ...] = ()
    concluded: date | None = None
    points: tuple[Point, ...] = ()


class Met(Part):
    """A commitment that was met."""

    milestone: Slug
    on: date


def acts(process: Process, criteria: tuple[str, ...]) -> list[tuple[date, str, str, dict[str, Any]]]:
    """What an official does with one process: the day, a name, the path after the process, and the body."""
    answers = [
        {"criterion": c, "yes": c not in process.no, "reason": process.no.get(c, WHY)} for c in criteria
    ]
    question = {"kernen": process.kernen, "publicSubject": process.subject, "answers": answers}
    done: list[tuple[date, str, str, dict[str, Any]]] = [(process.considered, "consider", "", question)]
    if process.started:
        start = {"rung": process.rung, "invited": process.invited}
        texts = {"publicGoal": process.goal, "publicReaching": process.reaching}
        done.append((process.started, "start", "/starts", start | texts))
    for place, held in enumerate(process.activities, 1):
        body = {"form": held.form, "invitedBy": held.invited_by}
        came = {"attendance": held.attendance, "groups": held.groups}
        done.append((held.on, f"activity-{place}", "/activities", body | came))
    if process.concluded:
        points = [
            {"publicInput": point.input, "use": point.use, "publicAnswer": point.answer}
            for point in process.points
        ]
        done.append((process.concluded, "conclude", "/conclusions", {"points": points}))
    return done
