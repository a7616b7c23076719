# SPDX-License-Identifier: EUPL-1.2
"""What is asked about stories, read as it is shown."""

from typing import TypeVar

from sqlalchemy import Connection, RowMapping, select

from services.surveys.queries import page_in_order
from services.surveys.stories import store
from services.surveys.stories.model import CAN
from services.surveys.stories.views import StoryDetail, StoryView, StoryWithText
from services.surveys.tables import stories
from shared.contracts.refusals import NotFound
from shared.contracts.surveys import StoryQuestion, StoryText
from shared.http.paging import Page, Paging

V = TypeVar("V", bound=StoryView)


def receipt(connection: Connection, story_id: str) -> StoryView:
    """What a command made of it."""
    return _view(StoryView, _row(connection, story_id))


def one(connection: Connection, story_id: str) -> StoryDetail:
    return _view(StoryDetail, _row(connection, story_id))


def all_stories(
    connection: Connection, paging: Paging, state: str | None, kern: str | None
) -> Page[StoryWithText]:
    """In the order in which they were told."""
    wanted = {stories.c.state: state, stories.c.kern: kern}
    return page_in_order(connection, stories, wanted, lambda row: _view(StoryWithText, row), paging)


def text_of(connection: Connection, question: StoryQuestion) -> StoryText:
    """The answer to `surveys.story`: the text of a story that is published now."""
    story = store.published(connection, question.story_id)
    return StoryText(text=story.text or "", kern=story.kern, theme=story.theme)


def _row(connection: Connection, story_id: str) -> RowMapping:
    row = connection.execute(select(stories).where(stories.c.id == story_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no story {story_id}.")
    return row


def _view(kind: type[V], row: RowMapping) -> V:
    return kind.model_validate({**row, "allowed": CAN[row["state"]]})
