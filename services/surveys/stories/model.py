# SPDX-License-Identifier: EUPL-1.2
"""Decisions about a story: state in, the story as it is now and the event to publish out, or a refusal.

    submitted ─▶ published ─▶ withdrawn
        └──────▶ declined        (also from submitted)

A declined or withdrawn story has no text and no contact any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from shared.contracts.commands import Act
from shared.contracts.envelope import Origin
from shared.contracts.refusals import FieldError, Invalid, Refused
from shared.contracts.surveys import StoryPublished, StoryWithdrawn

State = Literal["submitted", "published", "declined", "withdrawn"]

CAN: Mapping[State, tuple[str, ...]] = {
    "submitted": ("reviews", "withdrawals"),
    "published": ("withdrawals",),
    "declined": (),
    "withdrawn": (),
}


@dataclass(frozen=True)
class Story:
    """What somebody told. `contact` is for questions about it; it is never shown."""

    id: str
    state: State
    kern: str
    theme: str | None
    initiative_id: str | None
    text: str | None
    contact: str | None
    told_on: date
    changed_on: date
    origin: Origin


@dataclass(frozen=True)
class StoryChange:
    """A decision taken: the story as it is now, and the event to publish, if any."""

    story: Story
    event: StoryPublished | StoryWithdrawn | None = None


def publish(story: Story, edited: str | None, act: Act) -> StoryChange:
    """An official found nothing against showing it, if need be with names and the like left out."""
    act = _admit(story, "reviews", act)
    published = replace(
        story, state="published", text=edited or story.text, contact=None, changed_on=act.happened_on
    )
    event = StoryPublished(**_facts(story, act), theme=story.theme, initiative_id=story.initiative_id)
    return StoryChange(published, event)


def decline(story: Story, act: Act) -> StoryChange:
    """It will not be shown; nobody outside ever heard of it."""
    act = _admit(story, "reviews", act)
    return StoryChange(_erased(story, "declined", act))


def withdraw(story: Story, act: Act) -> StoryChange:
    """Consent is taken back: the text goes at once, and who shows it hears of it by an event."""
    act = _admit(story, "withdrawals", act)
    event = StoryWithdrawn(**_facts(story, act)) if story.state == "published" else None
    return StoryChange(_erased(story, "withdrawn", act), event)


def _admit(story: Story, transition: str, act: Act) -> Act:
    allowed = CAN[story.state]
    if transition not in allowed:
        then = f"what can be done now: {', '.join(allowed)}" if allowed else "nothing more can be done to it"
        raise Refused(f"story-{story.state}", f"The story is {story.state}; {then}.", allowed)
    if act.happened_on < story.changed_on:
        message = f"{act.happened_on} is before its last step ({story.changed_on}); give a later date"
        raise Invalid(FieldError("happenedOn", message))
    if story.origin == "example":
        return replace(act, origin="example")
    if act.origin == "example":
        raise Refused("story-is-real", "The story is real, and so is what is done to it; leave origin out.")
    return act


def _erased(story: Story, state: State, act: Act) -> Story:
    return replace(story, state=state, text=None, contact=None, changed_on=act.happened_on)


def _facts(story: Story, act: Act) -> dict[str, Any]:
    return {
        "happened_on": act.happened_on,
        "kernen": (story.kern,),
        "actor": act.actor,
        "origin": act.origin,
    }
