# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of stories."""

from typing import Any

from sqlalchemy import Connection, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.surveys.stories.model import Story
from services.surveys.tables import stories
from shared.contracts.refusals import NotFound

COLUMNS = [column for column in stories.c if column.name != "number"]


def add(connection: Connection, story: Story) -> None:
    """Keep a new story; the same form, sent twice, is one story."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(stories).values(vars(story)).on_conflict_do_nothing())


def load(connection: Connection, story_id: str) -> Story:
    """For a decision: until the transaction ends nobody else decides about it. May raise NotFound."""
    return _one(connection, select(*COLUMNS).where(stories.c.id == story_id).with_for_update(), story_id)


def published(connection: Connection, story_id: str) -> Story:
    """To be shown. NotFound if it is not, or no longer, published."""
    wanted = select(*COLUMNS).where(stories.c.id == story_id, stories.c.state == "published")
    return _one(connection, wanted, story_id)


def save(connection: Connection, story: Story) -> None:
    connection.execute(update(stories).where(stories.c.id == story.id).values(vars(story)))


def newest(connection: Connection, limit: int) -> list[Story]:
    """The published ones, the last published first."""
    wanted = select(*COLUMNS).where(stories.c.state == "published")
    order = (stories.c.changed_on.desc(), stories.c.number.desc())
    return [Story(**row._mapping) for row in connection.execute(wanted.order_by(*order).limit(limit))]


def _one(connection: Connection, wanted: Select[Any], story_id: str) -> Story:
    row = connection.execute(wanted).first()
    if row is None:
        raise NotFound(f"There is no story {story_id}.")
    return Story(**row._mapping)
