# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a survey: load, decide, save."""

from collections.abc import Sequence

from services.surveys import codes, found, model, outcomes, plans, store
from services.surveys.commands import CloseSurvey, IssueCodes, OpenSurvey, PlanSurvey
from services.surveys.model import Act, Step, Survey
from services.surveys.store import Reply
from shared.contracts.commands import Command
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings, Refused
from shared.messaging.transaction import Transaction


def plan(survey_id: str, command: PlanSurvey, tx: Transaction) -> Sequence[NewEvent]:
    """A new survey; it opens at once if its first day has come."""
    findings = Findings()
    act = Act("official", tx.date_of(command, findings), command.origin)
    survey = plans.survey_of(survey_id, command, act, tx.municipality, findings)
    findings.settle()
    step = model.plan(survey, act)
    store.add(tx.connection, step.survey)
    return _told(step)


def open_survey(survey_id: str, command: OpenSurvey, tx: Transaction) -> Sequence[NewEvent]:
    act = _act(command, tx)
    survey = store.load(tx.connection, survey_id)
    return take(model.open_now(survey, model.act_on(survey, act)), tx)


def issue_codes(survey_id: str, command: IssueCodes, tx: Transaction) -> list[str]:
    """New codes. They are returned here and stored nowhere; only their hashes are."""
    _act(command, tx)
    model.issue_codes(store.load(tx.connection, survey_id))
    issued = [codes.fresh() for _ in range(command.count)]
    store.add_codes(tx.connection, survey_id, [codes.hash_of(survey_id, code) for code in issued])
    return issued


def answer(survey_id: str, reply: Reply, code: str | None, tx: Transaction) -> Sequence[NewEvent]:
    """Take the answers of one form, once; with the code that the survey may ask for."""
    survey = store.load(tx.connection, survey_id)
    if store.has_reply(tx.connection, reply.id):
        return []  # the same form, sent twice: it was received, whatever happened since
    step = model.take_answer(survey, tx.today)
    if survey.access == "codes":
        _use(survey_id, code or "", tx)
    store.add_reply(tx.connection, survey_id, reply, [tx.new_id() for _ in reply.written])
    return take(step, tx)


def close(survey_id: str, command: CloseSurvey, tx: Transaction) -> Sequence[NewEvent]:
    """Count the answers, suppress what could expose a person, and publish the rest."""
    act = _act(command, tx)
    survey = store.load(tx.connection, survey_id)
    return count(survey, model.act_on(survey, act), tx)


def count(survey: Survey, act: Act, tx: Transaction) -> Sequence[NewEvent]:
    """Close a survey, and tell what came of it."""
    told = take(model.close(survey, act), tx)
    counts = store.counts(tx.connection, survey.id)
    said = outcomes.of_survey(survey, counts, tx.municipality.kern_slugs, plans.limits_in(tx.municipality))
    setting = outcomes.setting_of(survey)
    results = [NewEvent(tx.new_id(), outcomes.completed(result, setting, act)) for result in said]
    found.add(tx.connection, results)
    return [*told, *results]


def _act(command: Command, tx: Transaction) -> Act:
    findings = Findings()
    act = Act("official", tx.date_of(command, findings), command.origin)
    findings.settle()
    return act


def _use(survey_id: str, code: str, tx: Transaction) -> None:
    was_free = store.use_code(tx.connection, survey_id, codes.hash_of(survey_id, code))
    if was_free is None:
        raise Refused("code-unknown", "This code does not belong to this survey; check it and type it again.")
    if not was_free:
        raise Refused("code-used", "With this code an answer was given before; each code allows one.")


def take(step: Step, tx: Transaction) -> Sequence[NewEvent]:
    """Store what a step made of the survey, if it made anything of it."""
    if step.said:
        store.save(tx.connection, step.survey)
    return _told(step)


def _told(step: Step) -> Sequence[NewEvent]:
    return [NewEvent(step.survey.id, step.said)] if step.said else []
