# SPDX-License-Identifier: EUPL-1.2
"""What officials ask about a survey: the bodies of HTTP requests."""

from typing import Annotated

from pydantic import Field, StrictBool

from services.surveys.survey.model import Kind
from shared.contracts.commands import Command
from shared.contracts.envelope import Data, Slug
from shared.contracts.fields import CalendarDate, Text
from shared.contracts.surveys import Access, Audience, Instrument

MOST_KERNEN, MOST_QUESTIONS, MOST_OPTIONS, MOST_CODES = 100, 50, 20, 5_000
Count = Annotated[int, Field(strict=True, ge=0, le=10**7)]


class OptionRequest(Data, extra="forbid"):
    """An answer that can be chosen. Those that agree make the indicator's percentage."""

    id: Slug
    text: Annotated[str, Text(200)]
    agrees: StrictBool = False


class QuestionRequest(Data, extra="forbid"):
    """A question in Dutch. `mark` is answered from 1 to 10, `agree` on a scale of five, `choice` by one of
    the options, `open` in words. Every kind but `open` measures an indicator of the municipality's file.
    """

    id: Slug
    kind: Kind
    text: Annotated[str, Text(300)]
    indicator: Slug | None = None
    options: Annotated[tuple[OptionRequest, ...], Field(max_length=MOST_OPTIONS)] = ()


class PlanSurvey(Command):
    """A survey. It opens at once if `open_date` has come. `kernen` left out means all of them; only then is
    there a result of the whole municipality. `invited` is how many were asked, by kern.

    With `access` `codes` each code allows one answer. An `open` link can be answered by anybody, as often as
    they like: it has one result of the whole municipality, not representative and blurred by chance.
    """

    instrument: Instrument
    audience: Audience = "residents"
    title: Annotated[str, Text(150)]
    introduction: Annotated[str, Text(2000, lines=True)] | None = None
    access: Access = "codes"
    kernen: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=MOST_KERNEN)] | None = None
    invited: Annotated[
        dict[Slug, Count],
        Field(
            max_length=MOST_KERNEN, default_factory=dict, json_schema_extra={"additionalProperties": False}
        ),
    ]
    questions: Annotated[tuple[QuestionRequest, ...], Field(min_length=1, max_length=MOST_QUESTIONS)]
    comparable_with: Annotated[tuple[Instrument, ...], Field(max_length=6)] = ()
    open_date: CalendarDate
    close_date: CalendarDate


class OpenSurvey(Command):
    """Open a planned survey, on its first day or later."""


class CloseSurvey(Command):
    """Take no more answers, and publish what they were."""


class IssueCodes(Command):
    """Make codes that each allow one answer. They are shown in the answer to this request and never again."""

    count: Annotated[int, Field(strict=True, ge=1, le=MOST_CODES)]
