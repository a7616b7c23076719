# SPDX-License-Identifier: EUPL-1.2
"""What people ask about a story: the bodies of HTTP requests."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from shared.contracts.commands import Command
from shared.contracts.envelope import OpaqueId, Slug
from shared.contracts.fields import Text

LONGEST_STORY = 5_000


def _agreed(value: object) -> object:
    if value is not True:
        raise ValueError("must be true: without consent a story is not kept")
    return value


Consent = Annotated[Literal[True], BeforeValidator(_agreed)]


class TellStory(Command):
    """A story about a kern, in one's own words. `contact` is for questions about it and is never shown."""

    kern: Slug
    theme: Slug | None = None
    initiative_id: OpaqueId | None = None
    text: Annotated[str, Text(LONGEST_STORY, lines=True)]
    consent: Consent
    contact: Annotated[str, Text(254)] | None = None


class ReviewStory(Command):
    """Whether it is shown; `edited_text` takes the place of the text, without names and the like."""

    publish: Literal["yes", "no"]
    edited_text: Annotated[str, Text(LONGEST_STORY, lines=True)] | None = None


class WithdrawStory(Command):
    """Consent is taken back: the text is erased."""
