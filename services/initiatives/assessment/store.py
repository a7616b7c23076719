# SPDX-License-Identifier: EUPL-1.2
"""Named saves of the assessment of an initiative; it is read with the initiative."""

from dataclasses import asdict

from sqlalchemy import Connection, insert, update

from services.initiatives.assessment.decision_letter import DecisionLetter
from services.initiatives.assessment.model import Assessment
from services.initiatives.assessment.tables import assessment


def add(connection: Connection, initiative_id: str, made: Assessment, letter: DecisionLetter) -> None:
    """Store how it was weighed and what was written about it."""
    row = asdict(made)
    weighing = row.pop("weighing")  # its outcome is the one that was given, if any
    written = {"reply_subject": letter.subject, "reply_text": letter.text}
    connection.execute(insert(assessment), {"initiative_id": initiative_id} | weighing | row | written)


def correct(connection: Connection, initiative_id: str, title: str, summary: str) -> None:
    """Other words for the public."""
    corrected = {"public_title": title, "public_summary": summary}
    of_it = assessment.c.initiative_id == initiative_id
    connection.execute(update(assessment).where(of_it).values(corrected))
