# SPDX-License-Identifier: EUPL-1.2
"""What was erased, locked until its term ends, and destroyed; and where people's words stand.

A column that is added for words belongs in PLACES: a test looks for columns that are in neither list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table

from services.initiatives.assessment.tables import assessment
from services.initiatives.initiative.tables import evaluation, initiative, supplement
from services.initiatives.tables import Id, metadata
from shared.store import BigId

HIDDEN = "Afgeschermd of verwijderd"
Hide = Callable[[Any], Any]

# Without a foreign key: the contact is gone, and `about` may be more than an initiative.
erasure = Table(
    "erasure",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("contact_id", Id, nullable=False, unique=True),
    Column("about", Id, nullable=False),
    Column("erased_on", Date, nullable=False),
    sqlite_autoincrement=True,
)
locked = Table(
    "locked_record",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("locked_on", Date, nullable=False),
    Column("words", JSON, nullable=False),
)
destruction = Table(
    "destruction",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("proposed_on", Date, nullable=False),
    Column("approved_on", Date),
    Column("approved_by", Id),
    sqlite_autoincrement=True,
)
# No foreign key to the initiative: the journal may name one that an older backup does not have.
destruction_item = Table(
    "destruction_item",
    metadata,
    Column("destruction_id", Id, ForeignKey("destruction.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("initiative_id", Id, nullable=False),
    Column("result", String(20)),
    Column("kept_until", Date),
    Column("destroyed", Boolean, nullable=False),
    Index("destruction_item_of", "initiative_id"),
)


def _hidden(_words: Any) -> str:
    return HIDDEN


def _nothing(_words: Any) -> None:
    return None


def _without_reasons(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Which criterion was answered how stays; it is in the event too."""
    return [{**answer, "reason": HIDDEN} for answer in answers]


@dataclass(frozen=True)
class Place:
    """Columns of one table that hold words, each with what stands there once they are gone."""

    table: Table
    of: Column[Any]
    columns: Mapping[str, Hide]


PLACES = (
    Place(initiative, initiative.c.id, {"title": _hidden, "description": _hidden}),
    Place(
        assessment,
        assessment.c.initiative_id,
        {
            "answers": _without_reasons,
            "motivation": _nothing,
            "reply_subject": _nothing,
            "reply_text": _nothing,
        },
    ),
    Place(supplement, supplement.c.initiative_id, {"asked": _hidden, "answer": _nothing}),
    Place(evaluation, evaluation.c.initiative_id, {"lesson": _nothing}),
)
