# SPDX-License-Identifier: EUPL-1.2
"""Events of the surveys service: what was measured, and that a story was told.

What must be suppressed is suppressed before the event is written: the stream is permanent and others
read it. A result of one indicator for one kern (or the whole municipality) is a subject of its own;
a correction is its next sequence.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from shared.contracts.envelope import Data, EventData, OpaqueId, Slug

Instrument = Literal["burgerpeiling", "baseline", "study", "interim", "evaluation", "pulse"]
Audience = Literal["residents", "officials"]
Unit = Literal["mark", "percentage"]
Standing = Literal["published", "indicative", "suppressed"]
Access = Literal["open", "codes"]  # by a link that anybody may have, or by a code for one answer
AnswersFrom = Literal["codes", "open", "import"]
BenchmarkArea = Literal["benchmark", "netherlands"]
MeasureYear = Annotated[int, Field(strict=True, ge=1990, le=2100)]
Value = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0)]


class SurveyOpened(EventData):
    """Residents (or officials) can answer, up to the last day. An official wrote `title` for the public."""

    TYPE: ClassVar[str] = "survey.opened.v1"
    instrument: Instrument
    audience: Audience
    title: str
    access: Access
    opens_on: date
    closes_on: date


class SurveyClosed(EventData):
    """No more answers are taken, since `happened_on` was the last day; the results follow."""

    TYPE: ClassVar[str] = "survey.closed.v1"
    instrument: Instrument
    audience: Audience


class Share(Data):
    """How many gave one answer."""

    answer: str
    count: Count


class Result(EventData):
    """One indicator of one round, for the kern in `kernen`, or for the whole municipality if that is empty.

    Of a suppressed result every number is absent. `value` is a mark from 1 to 10 or a percentage, `spread`
    the standard deviation of the marks. `n` is absent if the source does not give it. A distribution is
    absent where one of its counts is of few, or could be found by subtraction.
    `comparable_with` names the instruments it may be drawn against.
    `answers_from` says where the answers came from. `codes`: each code allowed one. `import`: a round held
    elsewhere. `open`: a link by which anybody could answer, as often as they liked, so that the result is not
    representative; it is of the whole municipality only, its value is blurred by chance, and its spread and
    distribution are absent.
    """

    survey_id: OpaqueId
    instrument: Instrument
    indicator: Slug
    audience: Audience
    year: MeasureYear
    unit: Unit
    standing: Standing
    invited: Count | None
    n: Count | None
    value: Value | None
    spread: Value | None
    distribution: tuple[Share, ...]
    comparable_with: tuple[Instrument, ...]
    source: str
    answers_from: AnswersFrom | None = None

    @model_validator(mode="after")
    def _suppressed_means_no_number(self) -> Self:
        numbers = (self.invited, self.n, self.value, self.spread, self.distribution or None)
        if self.standing == "suppressed" and any(number is not None for number in numbers):
            raise ValueError("a suppressed result holds no number at all")
        return self


class SurveyCompleted(Result):
    """A round's result is final."""

    TYPE: ClassVar[str] = "survey.completed.v1"


class SurveyCorrected(Result):
    """A result was wrong; this one takes its place."""

    TYPE: ClassVar[str] = "survey.corrected.v1"


class BenchmarkRecorded(EventData):
    """What the benchmark municipalities or the Netherlands scored on an indicator."""

    TYPE: ClassVar[str] = "benchmark.recorded.v1"
    area: BenchmarkArea
    instrument: Instrument
    indicator: Slug
    year: MeasureYear
    unit: Unit
    value: Value
    n: Count | None
    source: str


class StoryPublished(EventData):
    """Somebody told a story, agreed to its publication, and an official reviewed it. The text is asked for
    at display (`surveys.story`); it never travels in an event."""

    TYPE: ClassVar[str] = "story.published.v1"
    theme: Slug | None
    initiative_id: OpaqueId | None


class StoryWithdrawn(EventData):
    """It must no longer be shown; its text is gone."""

    TYPE: ClassVar[str] = "story.withdrawn.v1"


class StoryQuestion(Data):
    """The text of one published story is asked for, at `surveys.story`."""

    story_id: OpaqueId


class StoryText(Data):
    """The answer: to be shown, never to be kept; tomorrow it may be withdrawn."""

    text: str
    kern: Slug
    theme: Slug | None
