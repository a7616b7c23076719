# SPDX-License-Identifier: EUPL-1.2
"""One function per message: load, decide, save. Commands return events; decisions of the budget are followed.

The docstrings of `TRANSITIONS` describe their routes in the API.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.initiatives.assessment import policy as guides
from services.initiatives.assessment import store as assessments
from services.initiatives.assessment.commands import AssessInitiative, CorrectPublication
from services.initiatives.assessment.decision_letter import DecisionLetter, letter_about
from services.initiatives.assessment.model import Assessment, assessment_of
from services.initiatives.assessment.views import AssessmentPreview
from services.initiatives.assessment.weighing_checks import check
from services.initiatives.contact import store as contacts
from services.initiatives.initiative import deadlines, grant_decisions, model, policy, store
from services.initiatives.initiative.commands import (
    AssignInitiative,
    EvaluateInitiative,
    ExtendTerm,
    RealiseInitiative,
    RequestSupplement,
    StartInitiative,
    SubmitInitiative,
    SupplementInitiative,
    WithdrawInitiative,
)
from services.initiatives.initiative.lifecycle import Initiative, InitiativeStep
from services.initiatives.kernen.handlers import EVERY_KERN, report_uncovered, require_own
from services.initiatives.kernen.store import hold_kernen, is_on_duty, officer_on_duty
from services.initiatives.term.model import rules_of
from shared.access.rules import Access, may
from shared.contracts.envelope import Event, NewEvent
from shared.contracts.refusals import Findings
from shared.messaging.transaction import Transaction

AT_THE_DESK = Access(frozenset({"kernambtenaar", "coordinator"}))


@may("anybody")
def submit(initiative_id: str, command: SubmitInitiative, tx: Transaction) -> list[NewEvent]:
    """Receive an initiative; whoever is on duty in its first kern takes it up at once."""
    findings = Findings()
    if command.channel != "web":  # an official enters what came by telephone, on paper or at the counter
        AT_THE_DESK.check(tx.actor)
        tx.as_official = AT_THE_DESK
    act = tx.act(command, "submitter" if command.channel == "web" else "official", findings)
    policy.check_submission(command, tx.municipality, findings)
    findings.settle()
    first_kern, contact_id = command.kernen[0], None
    hold_kernen(tx.connection, [first_kern])
    officer_id = officer_on_duty(tx.connection, first_kern, act.happened_on)
    steps = model.submit(initiative_id, command, officer_id, rules_of(tx.municipality), act)
    serial = store.next_serial(tx.connection, act.happened_on)
    number = policy.receipt_number(serial, act.happened_on, tx.municipality)
    if command.contact:
        contact_id = contacts.add(tx.connection, tx.new_id(), command.contact)
    events = store.add(tx.connection, command, number, contact_id, steps, tx.now)
    if officer_id is None and act.origin == "live":
        events += report_uncovered([first_kern], tx)
    return events


@may("kernambtenaar", "coordinator")
def assess(initiative_id: str, command: AssessInitiative, tx: Transaction) -> list[NewEvent]:
    """Record how it was weighed, once; with money asked, the budget's answer follows in `money`."""
    steps, made = _assessed(initiative_id, command, tx)
    assessments.add(tx.connection, initiative_id, made, _letter(initiative_id, made, tx))
    if money := steps[0].initiative.money:
        store.add_money(tx.connection, initiative_id, money)
    return [store.save(tx.connection, step, tx.now) for step in steps]


@may("kernambtenaar", "coordinator")
def preview(initiative_id: str, command: AssessInitiative, tx: Transaction) -> AssessmentPreview:
    """What would come of an assessment; it has the same refusals, and leaves nothing behind."""
    _, made = _assessed(initiative_id, command, tx)
    letter = _letter(initiative_id, made, tx)
    return AssessmentPreview(outcome=made.outcome, overruled=made.overruled, **vars(letter))


def _assessed(
    initiative_id: str, command: AssessInitiative, tx: Transaction
) -> tuple[list[InitiativeStep], Assessment]:
    findings = Findings()
    act = tx.act(command, "kernambtenaar", findings)
    weighing = guides.weighing_of(command, tx.municipality)
    rules = guides.rules_of(command.guide_version, weighing.line, tx.municipality)
    check(weighing, rules, findings)
    findings.settle()
    made = assessment_of(weighing, rules)
    return model.assess(_own(initiative_id, tx), made, act), made


def _own(initiative_id: str, tx: Transaction, but: frozenset[str] = EVERY_KERN) -> Initiative:
    """Load one that is the work of whoever acts. May raise NotFound or NotAllowed."""
    initiative = store.load(tx.connection, initiative_id)
    require_own(initiative.kernen, tx, initiative.officer_id, but)
    return initiative


def _letter(initiative_id: str, made: Assessment, tx: Transaction) -> DecisionLetter:
    title, amount_asked_cents = store.asked(tx.connection, initiative_id)
    return letter_about(made, title, amount_asked_cents, tx.municipality)


@may("kernambtenaar", "coordinator", "editor")
def correct(initiative_id: str, command: CorrectPublication, tx: Transaction) -> list[NewEvent]:
    """What was published is wrong: other words take its place, here and wherever they are shown."""
    act = tx.act(command, "official")
    initiative = _own(initiative_id, tx, EVERY_KERN | {"editor"})
    step = model.correct(initiative, command.public_title, command.public_summary, act)
    assessments.correct(tx.connection, initiative_id, command.public_title, command.public_summary)
    return [store.save(tx.connection, step, tx.now)]


@may("coordinator")
def assign(initiative_id: str, command: AssignInitiative, tx: Transaction) -> list[NewEvent]:
    """Give it to another kernambtenaar; who is on duty when it comes in has it by themselves."""
    findings = Findings()
    act = tx.act(command, "official", findings)
    findings.require(
        is_on_duty(tx.connection, command.officer_id, act.happened_on),
        "officerId",
        f"{command.officer_id} is not a kernambtenaar on duty on {act.happened_on}; appoint them first",
    )
    findings.settle()
    initiative = store.load(tx.connection, initiative_id)
    return [store.save(tx.connection, model.reassign(initiative, command.officer_id, act), tx.now)]


@may("kernambtenaar", "coordinator")
def ask_supplement(initiative_id: str, command: RequestSupplement, tx: Transaction) -> list[NewEvent]:
    """Ask the submitter what is missing; the term stands still from tomorrow (Awb 4:5, 4:15)."""
    act = tx.act(command, "kernambtenaar")
    initiative = _own(initiative_id, tx)
    step = deadlines.ask_supplement(initiative, rules_of(tx.municipality), act)
    store.add_supplement(tx.connection, step.initiative, command.asked)
    return [store.save(tx.connection, step, tx.now)]


@may("kernambtenaar", "coordinator")
def supplement(initiative_id: str, command: SupplementInitiative, tx: Transaction) -> list[NewEvent]:
    """What was missing has come; the term runs again."""
    act = tx.act(command, "submitter")
    initiative = _own(initiative_id, tx)
    step = deadlines.supplement(initiative, rules_of(tx.municipality), act)
    store.answer_supplement(tx.connection, initiative_id, step.initiative.changed_on, command.answer)
    return [store.save(tx.connection, step, tx.now)]


@may("kernambtenaar", "coordinator")
def extend(initiative_id: str, command: ExtendTerm, tx: Transaction) -> list[NewEvent]:
    """Announce that the decision takes longer, once and in time (Awb 4:14)."""
    act = tx.act(command, "kernambtenaar")
    initiative = _own(initiative_id, tx)
    step = deadlines.extend(initiative, command.until, command.reason, rules_of(tx.municipality), act)
    return [store.save(tx.connection, step, tx.now)]


@may("kernambtenaar", "coordinator")
def withdraw(initiative_id: str, command: WithdrawInitiative, tx: Transaction) -> list[NewEvent]:
    """The submitter takes it back, before it started."""
    act = tx.act(command, "submitter")
    step = model.withdraw(_own(initiative_id, tx), act)
    return [store.save(tx.connection, step, tx.now)]


@may("kernambtenaar", "coordinator")
def start(initiative_id: str, command: StartInitiative, tx: Transaction) -> list[NewEvent]:
    """The work begins; if money was asked, once the budget has answered."""
    act = tx.act(command, "submitter")
    step = model.start(_own(initiative_id, tx), act)
    return [store.save(tx.connection, step, tx.now)]


@may("kernambtenaar", "coordinator")
def realise(initiative_id: str, command: RealiseInitiative, tx: Transaction) -> list[NewEvent]:
    """It is there."""
    act = tx.act(command, "kernambtenaar")
    step = model.realise(_own(initiative_id, tx), command.support_given, act)
    return [store.save(tx.connection, step, tx.now)]


@may("kernambtenaar", "coordinator")
def evaluate(initiative_id: str, command: EvaluateInitiative, tx: Transaction) -> list[NewEvent]:
    """Look back on it, once it is there."""
    findings = Findings()
    act = tx.act(command, "kernambtenaar", findings)
    policy.check_goals(command.goals, tx.municipality, findings)
    findings.settle()
    step = model.evaluate(_own(initiative_id, tx), command.result, command.goals, act)
    store.add_evaluation(tx.connection, initiative_id, command.result, command.goals, command.lesson)
    return [store.save(tx.connection, step, tx.now)]


def follow_grant(event: Event[Any], tx: Transaction) -> list[NewEvent]:
    """Show what the budget decided; no event of ours repeats it."""
    initiative = store.load(tx.connection, event.data.initiative_id)
    followed = grant_decisions.follow(initiative, event.data)
    store.save_followed(tx.connection, followed, event.data, event.time)
    return []


Handler = Callable[[str, Any, Transaction], list[NewEvent]]
TRANSITIONS: Mapping[str, Handler] = {
    "assignments": assign,
    "supplement-requests": ask_supplement,
    "supplements": supplement,
    "extensions": extend,
    "assessments": assess,
    "corrections": correct,
    "withdrawals": withdraw,
    "starts": start,
    "realisations": realise,
    "evaluations": evaluate,
}
