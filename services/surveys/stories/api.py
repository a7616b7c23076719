# SPDX-License-Identifier: EUPL-1.2
"""Stories over HTTP: tell, review, withdraw; and read them."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Path, Response

from services.surveys.stories import handlers, queries
from services.surveys.stories.commands import ReviewStory, TellStory, WithdrawStory
from services.surveys.stories.model import State
from services.surveys.stories.views import StoryDetail, StoryView, StoryWithText
from shared.access.rules import does, reads
from shared.contracts.envelope import NewEvent, OpaqueId, Slug
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router
from shared.messaging.transaction import Transaction

router = Router()
StoryId = Annotated[OpaqueId, Path(alias="storyId")]


@router.post("/stories", status_code=201, response_model=StoryView)
@does(handlers.tell)
async def tell(command: TellStory, http: EndpointDep) -> Response:
    """Tell a story, with consent to show it after review."""
    story_id = http.new_id()
    return await _create(story_id, lambda tx: handlers.tell(story_id, command, tx), http)


@router.get("/stories", response_model=Page[StoryWithText])
@reads("editor")
async def stories(
    http: EndpointDep, paging: PagingDep, state: State | None = None, kern: Slug | None = None
) -> Response:
    """Stories in the order in which they were told: those published, and those to review."""
    return await http.read(lambda c: queries.all_stories(c, paging, state, kern))


@router.get("/stories/{storyId}", response_model=StoryDetail)
@reads("editor")
async def story(story_id: StoryId, http: EndpointDep) -> Response:
    return await http.read(lambda c: queries.one(c, story_id))


@router.post("/stories/{storyId}/reviews", status_code=201, response_model=StoryView)
@does(handlers.review)
async def review(story_id: StoryId, command: ReviewStory, http: EndpointDep) -> Response:
    """Show it, or decline and erase it."""
    return await _create(story_id, lambda tx: handlers.review(story_id, command, tx), http)


@router.post("/stories/{storyId}/withdrawals", status_code=201, response_model=StoryView)
@does(handlers.withdraw)
async def withdraw(story_id: StoryId, command: WithdrawStory, http: EndpointDep) -> Response:
    """Take back the consent: the text is erased."""
    return await _create(story_id, lambda tx: handlers.withdraw(story_id, command, tx), http)


async def _create(
    story_id: str, handler: Callable[[Transaction], Sequence[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler, lambda tx: queries.receipt(tx.connection, story_id), location=f"/v1/stories/{story_id}"
    )
