# SPDX-License-Identifier: EUPL-1.2
"""What officials find of an initiative, and correct about it: the bodies of HTTP requests."""

from typing import Annotated

from pydantic import Field, StrictBool

from services.initiatives.kernen.commands import MOST_NAMED, Once, Perhaps
from shared.contracts.commands import Command
from shared.contracts.envelope import Data, Slug
from shared.contracts.fields import Text
from shared.contracts.initiatives import Outcome, SupportKind

SupportKinds = Annotated[tuple[SupportKind, ...], Perhaps, Once]
Goals = Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=9)], ...], Perhaps, Once]
AmountCents = Annotated[int, Field(strict=True, gt=0, le=10**12)]


class GivenAnswer(Data, extra="forbid"):
    """One criterion of the guide, answered with the reason."""

    criterion: Slug
    yes: StrictBool
    reason: Annotated[str, Text(2_000, lines=True)]


class AssessInitiative(Command):
    """An initiative weighed by the guide.

    The outcome follows from the answers, or is overruled with a motivation. `line` and `amount_cents`
    belong to a request for money; without `line` it is the municipality's default one. `destination` is
    where somebody with a matter of their own is redirected to. Only `public_title` and `public_summary`
    are published: write no name or address in them.
    """

    guide_version: Annotated[str, Text(60)] | None = None
    answers: Annotated[tuple[GivenAnswer, ...], Field(max_length=MOST_NAMED)]
    outcome: Outcome | None = None
    motivation: Annotated[str, Text(2_000, lines=True)] | None = None
    goals: Goals = ()
    support_kinds: SupportKinds = ()
    line: Slug | None = None
    amount_cents: AmountCents | None = None
    destination: Slug | None = None
    public_title: Annotated[str, Text(200)]
    public_summary: Annotated[str, Text(2_000, lines=True)]


class CorrectPublication(Command):
    """What was published is wrong: these words take its place. Write no name or address in them."""

    public_title: Annotated[str, Text(200)]
    public_summary: Annotated[str, Text(2_000, lines=True)]
