# SPDX-License-Identifier: EUPL-1.2
"""Where people's words about an initiative stand, beside their contact data; and how they are taken away.

A column that is added for words belongs in PLACES: a test looks for columns that are in neither list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, select, update

from services.initiatives.tables import assessment, evaluation, initiative, supplement
from services.initiatives.words import forget

HIDDEN = "Afgeschermd of verwijderd"
Hide = Callable[[Any], Any]


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


def take(connection: Connection, initiative_id: str) -> list[dict[str, Any]]:
    """Take all words of one initiative away; returns those that were still there, by table."""
    forget(connection, initiative_id)
    taken = []
    for place in PLACES:
        for row in connection.execute(select(place.table).where(place.of == initiative_id)).mappings().all():
            told = {name: row[name] for name in place.columns if row[name] is not None}
            told = {name: words for name, words in told.items() if words != place.columns[name](words)}
            if told:
                taken.append({"table": place.table.name, **told})
                this = [column == row[column.name] for column in place.table.primary_key]
                gone = {name: place.columns[name](words) for name, words in told.items()}
                connection.execute(update(place.table).where(*this).values(gone))
    return taken
