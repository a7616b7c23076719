# SPDX-License-Identifier: EUPL-1.2
"""The shapes of this service's answers. Of a suppressed result no number is in any of them."""

from datetime import date
from typing import Literal

from pydantic import Field

from services.surveys.model import Kind, State
from shared.contracts.envelope import Data, Origin
from shared.contracts.surveys import Access, Audience, Instrument, Share, Standing, Unit


class OptionView(Data):
    """An answer that can be chosen."""

    id: str
    text: str
    agrees: bool


class QuestionView(Data):
    """A question as it is asked."""

    id: str
    kind: Kind
    text: str
    indicator: str | None
    options: tuple[OptionView, ...]


class SurveyView(Data):
    """A survey. How many answered it is nowhere to be read before it is closed, and then in its results."""

    id: str
    state: State
    instrument: Instrument
    audience: Audience
    title: str
    introduction: str | None
    access: Access
    kernen: tuple[str, ...]
    questions: tuple[QuestionView, ...]
    comparable_with: tuple[Instrument, ...]
    open_date: date
    close_date: date
    origin: Origin
    page: str = Field(description="Where it is answered, on this service")
    allowed: tuple[str, ...] = Field(description="What can be done now")


class CodesView(Data):
    """New codes, each for one answer. This is the only time that they are shown."""

    codes: tuple[str, ...]


class ResultView(Data):
    """One indicator of one round in one kern; `kern` is null for the whole municipality."""

    id: str
    survey_id: str
    instrument: Instrument
    audience: Audience
    year: int
    indicator: str
    kern: str | None
    unit: Unit
    standing: Standing
    invited: int | None
    n: int | None
    value: float | None
    spread: float | None
    distribution: tuple[Share, ...]
    comparable_with: tuple[Instrument, ...]
    source: str
    origin: Origin
    happened_on: date


class OpenAnswerView(Data):
    """What somebody wrote, without the kern: in a small one, words tell who wrote them."""

    id: str
    question: str
    text: str


class BenchmarkView(Data):
    """What the benchmark municipalities or the Netherlands scored."""

    id: str
    area: Literal["benchmark", "netherlands"]
    instrument: Instrument
    indicator: str
    year: int
    unit: Unit
    value: float
    n: int | None
    source: str
    origin: Origin
    happened_on: date


class ImportView(Data):
    """What an import changed; all nought if everything was known."""

    completed: int = Field(description="Results that are new")
    corrected: int = Field(description="Results that differ from what was known")
    benchmarks: int = Field(description="Benchmarks that are new or differ")
