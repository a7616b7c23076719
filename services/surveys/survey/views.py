# SPDX-License-Identifier: EUPL-1.2
"""The shapes in which surveys and what people wrote are shown."""

from datetime import date

from pydantic import Field

from services.surveys.survey.model import Kind, State
from shared.contracts.envelope import Data, Origin
from shared.contracts.surveys import Access, Audience, Instrument


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


class OpenAnswerView(Data):
    """What somebody wrote, without the kern: in a small one, words tell who wrote them."""

    id: str
    question: str
    text: str
