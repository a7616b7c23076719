# SPDX-License-Identifier: EUPL-1.2
"""The shapes of this service's answers about stories."""

from datetime import date

from pydantic import Field

from services.surveys.stories.model import State
from shared.contracts.envelope import Data, Origin


class StoryView(Data):
    """A story without its words: an answer to a command is kept under its Idempotency-Key, a text is not."""

    id: str
    state: State
    kern: str
    theme: str | None
    initiative_id: str | None
    told_on: date
    changed_on: date
    origin: Origin
    allowed: tuple[str, ...] = Field(description="What can be done now")


class StoryWithText(StoryView):
    """A story with its words, for who reviews or shows it; none are left of one declined or withdrawn."""

    text: str | None


class StoryDetail(StoryWithText):
    """One story; `contact` is for questions during the review."""

    contact: str | None
