# SPDX-License-Identifier: EUPL-1.2
"""Decisions about the term of an initiative: what makes it wait, run on or longer, and when notice
is given of its date.
"""

from dataclasses import replace
from datetime import date, timedelta

from services.initiatives.initiative.lifecycle import Initiative, InitiativeStep, State, admit, facts
from services.initiatives.term import model as terms
from services.initiatives.term.model import TermRules
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives.life import (
    ExtensionReason,
    InitiativeSupplemented,
    InitiativeSupplementRequested,
    InitiativeTermApproaching,
    InitiativeTermExceeded,
    InitiativeTermExtended,
)
from shared.contracts.refusals import FieldError, Invalid, Refused


def ask_supplement(initiative: Initiative, rules: TermRules, act: Act) -> InitiativeStep:
    """More is needed to decide; the term stands still from tomorrow."""
    act = admit(initiative, "supplement-requests", act)
    term = terms.suspend(initiative.term, act.happened_on, rules)
    event = InitiativeSupplementRequested(
        **facts(initiative, act),
        suspended_from=act.happened_on + timedelta(days=1),
        answer_by=term.answer_by,
        decision_due_on=term.due_on,
    )
    return _moved(initiative, "awaiting-supplement", term, event, act)


def supplement(initiative: Initiative, rules: TermRules, act: Act) -> InitiativeStep:
    """What was missing has come; it goes on where it was."""
    act = admit(initiative, "supplements", act)
    term = terms.resume(initiative.term, act.happened_on, rules)
    event = InitiativeSupplemented(**facts(initiative, act), decision_due_on=term.due_on)
    return _moved(initiative, "assigned" if initiative.officer_id else "submitted", term, event, act)


def extend(
    initiative: Initiative, until: date, reason: ExtensionReason, rules: TermRules, act: Act
) -> InitiativeStep:
    """Announce a later date: in time, once, and not without bounds (Awb 4:14)."""
    act = admit(initiative, "extensions", act)
    if initiative.term.extended:
        detail = f"The term was extended before; decide by {initiative.term.due_on}."
        raise Refused("term-extended-before", detail, initiative.allowed)
    if act.happened_on > initiative.term.due_on:
        detail = f"The term passed on {initiative.term.due_on}, and could be extended until then; decide now."
        raise Refused("term-passed", detail, initiative.allowed)
    longest = initiative.term.ends_on + timedelta(weeks=rules.extension_weeks)
    if not initiative.term.due_on < until <= longest:
        message = f"{until} is not after {initiative.term.due_on} and by {longest}; choose a date between"
        raise Invalid(FieldError("until", message))
    term = terms.extend(initiative.term, until, rules)
    event = InitiativeTermExtended(**facts(initiative, act), decision_due_on=term.due_on, reason=reason)
    return _moved(initiative, initiative.state, term, event, act)


def remind(initiative: Initiative, today: date) -> InitiativeStep | None:
    """Give notice that its date is near, or has passed; None when no notice is due today."""
    alarm = terms.alarm_on(initiative.term) if initiative.term_runs else None
    if alarm is None or alarm > today:
        return None
    passed = today > initiative.term.due_on
    event = (InitiativeTermExceeded if passed else InitiativeTermApproaching)(
        **facts(initiative, Act("system", today, initiative.origin)),
        officer_id=initiative.officer_id,
        decision_due_on=initiative.term.due_on,
    )
    term = replace(initiative.term, notice="exceeded" if passed else "approaching")
    return InitiativeStep(replace(initiative, term=term), NewEvent(initiative.id, event))


def _moved(
    initiative: Initiative,
    state: State,
    term: terms.Term,
    event: InitiativeSupplementRequested | InitiativeSupplemented | InitiativeTermExtended,
    act: Act,
) -> InitiativeStep:
    moved = replace(initiative, state=state, term=term, changed_on=act.happened_on)
    return InitiativeStep(moved, NewEvent(initiative.id, event))
