# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a story: load, decide, save."""

from collections.abc import Sequence

from services.surveys.stories import model, store
from services.surveys.stories.commands import ReviewStory, TellStory, WithdrawStory
from services.surveys.stories.model import Story, StoryChange
from shared.access.rules import may
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings
from shared.messaging.transaction import Transaction
from shared.municipality import Municipality


@may("anybody")
def tell(story_id: str, command: TellStory, tx: Transaction) -> Sequence[NewEvent]:
    """Keep a story until an official has reviewed it; nobody outside hears of it yet."""
    findings = Findings()
    day = tx.date_of(command, findings)
    _check(command, tx.municipality, findings)
    findings.settle()
    story = Story(
        id=story_id,
        state="submitted",
        kern=command.kern,
        theme=command.theme,
        initiative_id=command.initiative_id,
        text=command.text,
        contact=command.contact,
        told_on=day,
        changed_on=day,
        origin=command.origin,
    )
    store.add(tx.connection, story)
    return []


def _check(command: TellStory, rules: Municipality, findings: Findings) -> None:
    kernen, themes = sorted(rules.kern_slugs), [theme.slug for theme in rules.themes]
    message = f"{command.kern} is not a kern of this municipality; choose from {', '.join(kernen)}"
    findings.require(command.kern in kernen, "kern", message)
    message = f"{command.theme} is not a theme of this municipality; choose from {', '.join(themes)}"
    findings.require(command.theme in (None, *themes), "theme", f"{message}, or leave it out")


@may("editor")
def review(story_id: str, command: ReviewStory, tx: Transaction) -> Sequence[NewEvent]:
    act = tx.act(command, "official")
    story = store.load(tx.connection, story_id)
    if command.publish == "yes":
        return _save(model.publish(story, command.edited_text, act), tx)
    return _save(model.decline(story, act), tx)


@may("editor")
def withdraw(story_id: str, command: WithdrawStory, tx: Transaction) -> Sequence[NewEvent]:
    act = tx.act(command, "submitter")
    return _save(model.withdraw(store.load(tx.connection, story_id), act), tx)


def _save(change: StoryChange, tx: Transaction) -> Sequence[NewEvent]:
    store.save(tx.connection, change.story)
    return [NewEvent(change.story.id, change.event)] if change.event else []
