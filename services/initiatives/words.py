# SPDX-License-Identifier: EUPL-1.2
"""Finding initiatives by the words in them, alike on both databases: folded words in a table of our own.

Folded is in lower case and without accents. A word that is looked for finds those that begin with it, so that
`speel` finds speeltuin and speelplek; every word must be there.
"""

import re
import unicodedata

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from services.initiatives.tables import LONGEST_WORD, initiative, initiative_word

ADD = insert(initiative_word)
MOST_WORDS = 8  # of one question
LAST = "\U0010ffff"  # sorts after every letter


def folded(text: str) -> set[str]:
    """The words of a text as they are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return {word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", plain)}


def index(connection: Connection, initiative_id: str, *texts: str) -> None:
    """Let it be found by the words of these texts."""
    rows = [{"word": word, "initiative_id": initiative_id} for word in sorted(folded(" ".join(texts)))]
    if rows:
        connection.execute(ADD, rows)


def forget(connection: Connection, initiative_id: str) -> None:
    """Its words are no longer kept; nothing finds it by them."""
    connection.execute(delete(initiative_word).where(initiative_word.c.initiative_id == initiative_id))


def having(text: str) -> ColumnElement[bool]:
    """That an initiative has all of these words, or words that begin with them."""
    wanted = sorted(folded(text), key=len, reverse=True)[:MOST_WORDS]
    found = (
        select(initiative_word.c.initiative_id).where(
            initiative_word.c.word >= word, initiative_word.c.word < word + LAST
        )
        for word in wanted
    )
    return and_(True, *(initiative.c.id.in_(ids) for ids in found))
