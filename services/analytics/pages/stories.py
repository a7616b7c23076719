# SPDX-License-Identifier: EUPL-1.2
"""The texts of stories, asked of their owner when a page is shown: tomorrow one may be withdrawn."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.analytics.views import Overview
from shared.contracts.surveys import StoryQuestion, StoryText
from shared.http.endpoint import Endpoint
from shared.messaging.requests import NoAnswer


@dataclass(frozen=True)
class Told:
    """The stories that can be read now; `away` if others cannot, because their owner does not answer."""

    stories: Sequence[StoryText]
    away: bool


async def told(http: Endpoint, view: Overview, most: int) -> Told:
    """The latest stories of a view, all asked for at once."""
    answers = await asyncio.gather(*(_text(http, story_id) for story_id in view.story_ids[:most]))
    return Told([it for it in answers if isinstance(it, StoryText)], away="away" in answers)


async def _text(http: Endpoint, story_id: str) -> StoryText | str:
    """The story, or why there is none: one that is gone is no longer a story of ours to mention."""
    try:
        return await http.ask("surveys.story", StoryQuestion(story_id=story_id), StoryText)
    except NoAnswer as missing:
        return "gone" if missing.code == "not-found" else "away"
