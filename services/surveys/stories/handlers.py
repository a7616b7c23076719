# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a story: load, decide, save. And who may read one."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.surveys.model import Act
from services.surveys.stories import model, store
from services.surveys.stories.commands import ReviewStory, TellStory, WithdrawStory
from services.surveys.stories.model import Step, Story
from shared.contracts.commands import Command
from shared.contracts.envelope import NewEvent, Role
from shared.contracts.refusals import Findings
from shared.contracts.surveys import StoryQuestion, StoryText
from shared.messaging.transaction import Transaction
from shared.municipality import Municipality


def tell(story_id: str, command: TellStory, tx: Transaction) -> Sequence[NewEvent]:
    """Keep a story until an official has reviewed it; nobody outside hears of it yet."""
    findings = Findings()
    told_on = tx.date_of(command, findings)
    check(command, tx.municipality, findings)
    findings.settle()
    story = Story(
        id=story_id,
        state="submitted",
        kern=command.kern,
        theme=command.theme,
        initiative_id=command.initiative_id,
        text=command.text,
        contact=command.contact,
        told_on=told_on,
        changed_on=told_on,
        origin=command.origin,
    )
    store.add(tx.connection, story)
    return []


def check(command: TellStory, rules: Municipality, findings: Findings) -> None:
    kernen, themes = sorted(rules.kern_slugs), [theme.slug for theme in rules.themes]
    told = f"{command.kern} is no kern of this municipality; choose from {', '.join(kernen)}"
    findings.require(command.kern in kernen, "kern", told)
    told = f"{command.theme} is no theme here; choose from {', '.join(themes)}, or leave it out"
    findings.require(command.theme is None or command.theme in themes, "theme", told)


def review(story_id: str, command: ReviewStory, tx: Transaction) -> Sequence[NewEvent]:
    act = _act(command, "official", tx)
    story = store.load(tx.connection, story_id)
    if command.publish == "yes":
        return _take(model.publish(story, command.edited_text, act), tx)
    return _take(model.decline(story, act), tx)


def withdraw(story_id: str, command: WithdrawStory, tx: Transaction) -> Sequence[NewEvent]:
    act = _act(command, "submitter", tx)
    return _take(model.withdraw(store.load(tx.connection, story_id), act), tx)


def text_of(connection: Connection, question: StoryQuestion) -> StoryText:
    """The answer to `surveys.story`: the text of a story that is published now."""
    story = store.published(connection, question.story_id)
    return StoryText(text=story.text or "", kern=story.kern, theme=story.theme)


def _act(command: Command, actor: Role, tx: Transaction) -> Act:
    findings = Findings()
    act = Act(actor, tx.date_of(command, findings), command.origin)
    findings.settle()
    return act


def _take(step: Step, tx: Transaction) -> Sequence[NewEvent]:
    store.save(tx.connection, step.story)
    return [NewEvent(step.story.id, step.said)] if step.said else []
