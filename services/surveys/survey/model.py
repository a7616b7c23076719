# SPDX-License-Identifier: EUPL-1.2
"""Decisions about a survey: state in, the survey as it is now and the event to publish out, or a refusal.

    planned ─▶ open ─▶ closed

A planned survey opens by a command, or by itself on its first day. After its last day it takes no answers,
and closes by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from shared.contracts.commands import Act
from shared.contracts.envelope import Origin
from shared.contracts.refusals import FieldError, Invalid, Refused
from shared.contracts.surveys import Access, Audience, Instrument, SurveyClosed, SurveyOpened, Unit

State = Literal["planned", "open", "closed"]
Kind = Literal["mark", "agree", "choice", "open"]

CAN: Mapping[State, tuple[str, ...]] = {
    "planned": ("openings", "codes"),
    "open": ("closings", "codes"),
    "closed": (),
}


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen; those that agree make the percentage."""

    id: str
    text: str
    agrees: bool = False


MARKS = tuple(Option(str(mark), str(mark)) for mark in range(1, 11))
AGREE = (
    Option("strongly-disagree", "Helemaal mee oneens"),
    Option("disagree", "Mee oneens"),
    Option("neutral", "Niet mee oneens, niet mee eens"),
    Option("agree", "Mee eens", agrees=True),
    Option("strongly-agree", "Helemaal mee eens", agrees=True),
)


@dataclass(frozen=True)
class Question:
    """`indicator` is what it measures; an open question measures nothing and has none."""

    id: str
    kind: Kind
    text: str
    indicator: str | None = None
    options: tuple[Option, ...] = ()

    @property
    def choices(self) -> tuple[Option, ...]:
        """What can be answered, in the order in which it is shown; nothing for an open question."""
        return {"mark": MARKS, "agree": AGREE, "choice": self.options, "open": ()}[self.kind]

    @property
    def unit(self) -> Unit | None:
        """In what its result is expressed."""
        units: dict[Kind, Unit] = {"mark": "mark", "agree": "percentage", "choice": "percentage"}
        return units.get(self.kind)


@dataclass(frozen=True)
class Survey:
    """`invited` is how many were asked, by kern, where that is known; both dates are days to answer on.

    `changed_on` is the date of its last step, in the world.
    """

    id: str
    state: State
    instrument: Instrument
    audience: Audience
    title: str
    introduction: str | None
    access: Access
    kernen: tuple[str, ...]
    invited: Mapping[str, int]
    questions: tuple[Question, ...]
    comparable_with: tuple[Instrument, ...]
    opens_on: date
    closes_on: date
    changed_on: date
    origin: Origin

    @property
    def allowed(self) -> tuple[str, ...]:
        """What can be done now."""
        return tuple(step for step in CAN[self.state] if step != "codes" or self.access == "codes")

    @property
    def asks_kern(self) -> bool:
        """Only where there is a result of each kern: what is not counted is not asked."""
        return self.access == "codes"


@dataclass(frozen=True)
class SurveyChange:
    """A decision taken: the survey as it is now, and the event to publish, if any."""

    survey: Survey
    event: SurveyOpened | SurveyClosed | None = None


@dataclass(frozen=True)
class FilledForm:
    """One form: the chosen answers and the written ones, by question. `id` is that of the form."""

    id: str
    kern: str
    chosen: Mapping[str, str]
    written: Mapping[str, str]


def plan(survey: Survey, act: Act) -> SurveyChange:
    """A new survey; one whose first day has come is open at once."""
    return _opened(survey, act) if survey.opens_on <= act.happened_on else SurveyChange(survey)


def open_now(survey: Survey, act: Act) -> SurveyChange:
    """A planned survey opens, on its first day or later."""
    _require(survey, "planned", act)
    if act.happened_on < survey.opens_on:
        message = f"The survey opens on {survey.opens_on} and not before; wait until then."
        raise Refused("survey-not-yet", message, survey.allowed)
    if act.happened_on > survey.closes_on:
        message = f"The survey closed on {survey.closes_on}; plan a new one."
        raise Refused("survey-over", message)
    return _opened(survey, act)


def take_answer(survey: Survey, today: date) -> SurveyChange:
    """Whether an answer can still, or already, be given today. The first answer may open the survey."""
    if survey.state == "closed" or today > survey.closes_on:
        raise Refused("survey-closed", "The survey takes no more answers.")
    if survey.state == "open":
        return SurveyChange(survey)
    if today < survey.opens_on:
        raise Refused("survey-not-yet", f"The survey opens on {survey.opens_on}; answer it then.")
    return _opened(survey, Act("system", today, survey.origin))


def issue_codes(survey: Survey) -> None:
    """Codes are for a survey that asks for them, as long as it is not closed."""
    if survey.access != "codes":
        message = "This survey is answered by an open link, without codes."
        raise Refused("survey-is-open-to-all", message, survey.allowed)
    if survey.state == "closed":
        raise Refused("survey-closed", "The survey is closed; a code could not be used any more.")


def close(survey: Survey, act: Act) -> SurveyChange:
    """No more answers; what they were is counted once, now."""
    _require(survey, "open", act)
    event = SurveyClosed(
        happened_on=act.happened_on,
        kernen=survey.kernen,
        actor=act.actor,
        origin=act.origin,
        instrument=survey.instrument,
        audience=survey.audience,
    )
    return SurveyChange(replace(survey, state="closed", changed_on=act.happened_on), event)


def on_first_day(survey: Survey) -> Act:
    """It opens by itself, as of that day also when that is noticed later; or as of its planning."""
    return Act("system", max(survey.opens_on, survey.changed_on), survey.origin)


def after_last_day(survey: Survey) -> Act:
    """It closes by itself, and did so with that day."""
    return Act("system", survey.closes_on, survey.origin)


def act_on(survey: Survey, act: Act) -> Act:
    """The act as it counts: what is done to an example is one too, what is real cannot become one."""
    if survey.origin == "example":
        return replace(act, origin="example")
    if act.origin == "example":
        message = "The survey is real, and what is done to it cannot be an example; leave origin out."
        raise Refused("survey-is-real", message, survey.allowed)
    return act


def _require(survey: Survey, state: State, act: Act) -> None:
    allowed = survey.allowed
    if survey.state != state:
        then = f"what can be done now: {', '.join(allowed)}" if allowed else "nothing more can be done to it"
        raise Refused(f"survey-{survey.state}", f"The survey is {survey.state}; {then}.", allowed)
    if act.happened_on < survey.changed_on:
        message = f"{act.happened_on} is before its last step ({survey.changed_on}); give a later date"
        raise Invalid(FieldError("happenedOn", message))


def _opened(survey: Survey, act: Act) -> SurveyChange:
    event = SurveyOpened(
        happened_on=act.happened_on,
        kernen=survey.kernen,
        actor=act.actor,
        origin=act.origin,
        instrument=survey.instrument,
        audience=survey.audience,
        title=survey.title,
        access=survey.access,
        opens_on=survey.opens_on,
        closes_on=survey.closes_on,
    )
    return SurveyChange(replace(survey, state="open", changed_on=act.happened_on), event)
