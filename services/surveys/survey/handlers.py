# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a survey: load, decide, save."""

from collections.abc import Sequence

from services.surveys.results import store as results
from services.surveys.results.model import completed, thresholds_in
from services.surveys.survey import codes, model, planning, store
from services.surveys.survey.commands import CloseSurvey, IssueCodes, OpenSurvey, PlanSurvey
from services.surveys.survey.counting import outcome, round_of
from services.surveys.survey.model import FilledForm, Survey, SurveyChange
from shared.access.rules import may
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings, Refused
from shared.messaging.transaction import Transaction


@may("editor")
def plan(survey_id: str, command: PlanSurvey, tx: Transaction) -> Sequence[NewEvent]:
    """A new survey; it opens at once if its first day has come."""
    findings = Findings()
    act = tx.act(command, "official", findings)
    survey = planning.survey_of(survey_id, command, act, tx.municipality, findings)
    findings.settle()
    change = model.plan(survey, act)
    store.add(tx.connection, change.survey)
    return _events(change)


@may("editor")
def open_survey(survey_id: str, command: OpenSurvey, tx: Transaction) -> Sequence[NewEvent]:
    act = tx.act(command, "official")
    survey = store.load(tx.connection, survey_id)
    return save(model.open_now(survey, model.act_on(survey, act)), tx)


@may("editor")
def issue_codes(survey_id: str, command: IssueCodes, tx: Transaction) -> list[str]:
    """New codes. They are returned here and stored nowhere; only their hashes are."""
    tx.act(command, "official")
    model.issue_codes(store.load(tx.connection, survey_id))
    issued = [codes.fresh() for _ in range(command.count)]
    store.add_codes(tx.connection, survey_id, [codes.hash_of(survey_id, code) for code in issued])
    return issued


@may("anybody")
def answer(survey_id: str, form: FilledForm, code: str | None, tx: Transaction) -> Sequence[NewEvent]:
    """Take the answers of one form, once; with the code that the survey may ask for."""
    survey = store.load(tx.connection, survey_id)
    if store.has_form(tx.connection, form.id):
        return []  # the same form, sent twice: it was received, whatever happened since
    change = model.take_answer(survey, tx.today)
    if survey.access == "codes":
        _use(survey_id, code or "", tx)
    store.add_form(tx.connection, survey_id, form, [tx.new_id() for _ in form.written])
    return save(change, tx)


@may("editor")
def close(survey_id: str, command: CloseSurvey, tx: Transaction) -> Sequence[NewEvent]:
    """Count the answers, suppress what could expose a person, and publish the rest."""
    act = tx.act(command, "official")
    survey = store.load(tx.connection, survey_id)
    return count(survey, model.act_on(survey, act), tx)


def count(survey: Survey, act: Act, tx: Transaction) -> Sequence[NewEvent]:
    """Close a survey, and publish what came of it."""
    closed = save(model.close(survey, act), tx)
    counts, rules = store.counts(tx.connection, survey.id), tx.municipality
    secret = tx.new_id()  # as random as any id, and written nowhere
    disclosed = outcome(survey, counts, rules.kern_slugs, thresholds_in(rules), secret)
    round_ = round_of(survey)
    events = [NewEvent(tx.new_id(), completed(result, round_, act)) for result in disclosed]
    results.add(tx.connection, events)
    return [*closed, *events]


def save(change: SurveyChange, tx: Transaction) -> Sequence[NewEvent]:
    """Store what a decision made of the survey, if it changed anything."""
    if change.event:
        store.save(tx.connection, change.survey)
    return _events(change)


def _use(survey_id: str, code: str, tx: Transaction) -> None:
    was_free = store.use_code(tx.connection, survey_id, codes.hash_of(survey_id, code))
    if was_free is None:
        raise Refused("code-unknown", "This code does not belong to this survey; check it and type it again.")
    if not was_free:
        raise Refused("code-used", "With this code an answer was given before; each code allows one.")


def _events(change: SurveyChange) -> Sequence[NewEvent]:
    return [NewEvent(change.survey.id, change.event)] if change.event else []
