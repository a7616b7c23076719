# SPDX-License-Identifier: EUPL-1.2
"""The term for a decision: how the law counts it, and what moves it. Dates are the municipality's own.

Awb 4:13: within so many weeks of receipt. Awb 4:15: it stands still from the day after the one on which a
supplement was asked, until the day that it came or its own term had passed. Awb 4:14: it may be made longer,
when that is announced to the submitter in time. What ends on a day off ends later (`working_days`).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from services.initiatives.term.working_days import working_day
from shared.municipality import Municipality

Notice = Literal["approaching", "exceeded"]


@dataclass(frozen=True)
class TermRules:
    """What the municipality's file lays down; `approaching_days` is when a date is called near, and
    `equated` are the days that a decree equates with holidays.
    """

    decision_weeks: int
    supplement_weeks: int
    extension_weeks: int
    approaching_days: int
    equated: frozenset[date] = frozenset()


def rules_of(municipality: Municipality) -> TermRules:
    return TermRules(
        decision_weeks=municipality.decision_weeks,
        supplement_weeks=municipality.supplement_weeks,
        extension_weeks=municipality.extension_weeks,
        approaching_days=municipality.approaching_days,
        equated=municipality.days_equated,
    )


@dataclass(frozen=True)
class Term:
    """`ends_on` is the end as counted, `due_on` that day or the working day after it.

    While a supplement is awaited (`asked_on`), `due_on` is the date if it does not come by `answer_by`.
    `approaching_on` is when the date is near; `notice` is the last notice that was given of it.
    """

    ends_on: date
    due_on: date
    approaching_on: date
    extended: bool = False
    asked_on: date | None = None
    answer_by: date | None = None
    notice: Notice | None = None


def begin(received_on: date, rules: TermRules) -> Term:
    return _ending(received_on + timedelta(weeks=rules.decision_weeks), rules)


def suspend(term: Term, asked_on: date, rules: TermRules) -> Term:
    """It stands still from tomorrow; one that had passed already stays where it was."""
    answer_by = working_day(asked_on + timedelta(weeks=rules.supplement_weeks), rules.equated)
    still = _days_still(term, asked_on, answer_by + timedelta(days=1), rules)
    suspended = _ending(term.ends_on + timedelta(days=still), rules)
    return replace(
        suspended, ends_on=term.ends_on, extended=term.extended, asked_on=asked_on, answer_by=answer_by
    )


def resume(term: Term, answered_on: date, rules: TermRules) -> Term:
    """It runs again, from the day of the answer, or from the day after the last one to answer."""
    if term.asked_on is None or term.answer_by is None:
        return term
    until = min(answered_on, term.answer_by + timedelta(days=1))
    still = _days_still(term, term.asked_on, until, rules)
    resumed = replace(_ending(term.ends_on + timedelta(days=still), rules), extended=term.extended)
    # Of this date notice was given already.
    return replace(resumed, notice=term.notice) if resumed.due_on == term.due_on else resumed


def extend(term: Term, until: date, rules: TermRules) -> Term:
    return replace(_ending(until, rules), extended=True)


def alarm_on(term: Term) -> date | None:
    """The day of the next notice about it: that it is near, then that it has passed."""
    if term.notice == "exceeded":
        return None
    passed_on = term.due_on + timedelta(days=1)
    if term.notice == "approaching":
        return passed_on
    runs_from = term.answer_by + timedelta(days=1) if term.answer_by else term.approaching_on
    return min(max(term.approaching_on, runs_from), passed_on)


def _days_still(term: Term, asked_on: date, until: date, rules: TermRules) -> int:
    if asked_on > working_day(term.ends_on, rules.equated):
        return 0
    return max(0, (until - asked_on).days - 1)


def _ending(ends_on: date, rules: TermRules) -> Term:
    due_on = working_day(ends_on, rules.equated)
    return Term(ends_on, due_on, due_on - timedelta(days=rules.approaching_days))
