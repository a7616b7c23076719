# SPDX-License-Identifier: EUPL-1.2
"""The shapes of results and benchmarks as they are shown. Of a suppressed result no number is in them."""

from datetime import date

from pydantic import Field

from shared.contracts.envelope import Data, Origin
from shared.contracts.surveys import AnswersFrom, Audience, BenchmarkArea, Instrument, Share, Standing, Unit


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
    answers_from: AnswersFrom = Field(
        description="`codes`: one answer for each code; `import`: held elsewhere; `open`: anybody could "
        "answer, as often as they liked: not representative, and blurred"
    )
    origin: Origin
    happened_on: date


class BenchmarkView(Data):
    """What the benchmark municipalities or the Netherlands scored."""

    id: str
    area: BenchmarkArea
    instrument: Instrument
    indicator: str
    year: int
    unit: Unit
    value: float
    n: int | None
    source: str
    origin: Origin
    happened_on: date
