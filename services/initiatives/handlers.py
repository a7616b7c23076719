# SPDX-License-Identifier: EUPL-1.2
"""One function per message: load, decide, save. Commands return events; the budget's news is followed."""

from collections.abc import Callable
from typing import Any

from services.initiatives import (
    contacts,
    deadlines,
    known,
    model,
    money,
    store,
    weighing,
    weighing_checks,
    words,
)
from services.initiatives.acting import act_of, note, settled_act, take
from services.initiatives.commands import (
    AssessInitiative,
    AssignInitiative,
    CorrectPublication,
    EvaluateInitiative,
    ExtendTerm,
    RealiseInitiative,
    RequestSupplement,
    StartInitiative,
    SubmitInitiative,
    SupplementInitiative,
    WithdrawInitiative,
)
from services.initiatives.kernambtenaren import coverage
from services.initiatives.kernambtenaren import store as duty
from services.initiatives.life import Step
from services.initiatives.reply import Reply, reply_to
from services.initiatives.views import ReplyPreview
from shared.contracts import budget
from shared.contracts.envelope import Event, EventData, NewEvent
from shared.contracts.refusals import Findings
from shared.messaging.transaction import Transaction


def submit(initiative_id: str, command: SubmitInitiative, tx: Transaction) -> list[NewEvent]:
    """Receive an initiative; whoever is on duty in its first kern takes it up at once."""
    findings = Findings()
    act = act_of(command, "submitter" if command.channel == "web" else "official", tx, findings)
    known.check_submission(command, tx.municipality, findings)
    findings.settle()
    asked = _submission(command)
    received = model.submit(initiative_id, asked, known.term_rules(tx.municipality), act)
    first_kern = asked.kernen[0]
    duty.hold_kernen(tx.connection, [first_kern])
    store.add(tx.connection, received.initiative, asked, _keep_contact(command, tx))
    words.index(tx.connection, initiative_id, asked.title, asked.description)
    events = [note(received, tx)]
    if officer_id := duty.officer_on_duty(tx.connection, first_kern, act.happened_on):
        events.append(take(model.assign(received.initiative, officer_id, act.happened_on), tx))
    elif act.origin == "live":
        events += coverage.tell_uncovered([first_kern], tx)
    return events


def assess(initiative_id: str, command: AssessInitiative, tx: Transaction) -> list[NewEvent]:
    """Weigh it by the guide. The event carries a request for money to the budget."""
    steps, assessment = _weighed(initiative_id, command, tx)
    store.add_assessment(
        tx.connection, steps[0].initiative, assessment, _reply(initiative_id, assessment, tx)
    )
    return [take(step, tx) for step in steps]


def preview(initiative_id: str, command: AssessInitiative, tx: Transaction) -> ReplyPreview:
    """What would come of an assessment; it has the same refusals, and leaves nothing behind."""
    _, assessment = _weighed(initiative_id, command, tx)
    reply = _reply(initiative_id, assessment, tx)
    return ReplyPreview(outcome=assessment.outcome, overruled=assessment.overruled, **vars(reply))


def _weighed(
    initiative_id: str, command: AssessInitiative, tx: Transaction
) -> tuple[list[Step], weighing.Assessment]:
    findings = Findings()
    act = act_of(command, "kernambtenaar", tx, findings)
    line = known.line_of(command, tx.municipality)
    rules = known.rules_for(command, line, tx.municipality)
    found = _weighing(command, line)
    weighing_checks.check(found, rules, findings)
    findings.settle()
    return weighing.assess(store.load(tx.connection, initiative_id), found, rules, act)


def _reply(initiative_id: str, assessment: weighing.Assessment, tx: Transaction) -> Reply:
    title, amount_asked_cents = store.asked(tx.connection, initiative_id)
    return reply_to(title, amount_asked_cents, assessment, tx.municipality)


def correct(initiative_id: str, command: CorrectPublication, tx: Transaction) -> list[NewEvent]:
    act = settled_act(command, "official", tx)
    initiative = store.load(tx.connection, initiative_id)
    step = weighing.correct(initiative, command.public_title, command.public_summary, act)
    store.correct_publication(tx.connection, initiative_id, command.public_title, command.public_summary)
    return [take(step, tx)]


def assign(initiative_id: str, command: AssignInitiative, tx: Transaction) -> list[NewEvent]:
    """Give it to a kernambtenaar who is on duty, whichever their kernen are."""
    findings = Findings()
    act = act_of(command, "official", tx, findings)
    findings.require(
        duty.is_on_duty(tx.connection, command.officer_id, act.happened_on),
        "officerId",
        f"{command.officer_id} is no kernambtenaar on duty on {act.happened_on}; appoint them first",
    )
    findings.settle()
    initiative = store.load(tx.connection, initiative_id)
    return [take(model.reassign(initiative, command.officer_id, act), tx)]


def ask_supplement(initiative_id: str, command: RequestSupplement, tx: Transaction) -> list[NewEvent]:
    act = settled_act(command, "kernambtenaar", tx)
    initiative = store.load(tx.connection, initiative_id)
    step = deadlines.ask_supplement(initiative, known.term_rules(tx.municipality), act)
    store.add_supplement(tx.connection, step.initiative, command.asked)
    return [take(step, tx)]


def supplement(initiative_id: str, command: SupplementInitiative, tx: Transaction) -> list[NewEvent]:
    act = settled_act(command, "submitter", tx)
    initiative = store.load(tx.connection, initiative_id)
    step = deadlines.supplement(initiative, known.term_rules(tx.municipality), act)
    store.answer_supplement(tx.connection, initiative_id, step.initiative.changed_on, command.answer)
    return [take(step, tx)]


def extend(initiative_id: str, command: ExtendTerm, tx: Transaction) -> list[NewEvent]:
    act = settled_act(command, "kernambtenaar", tx)
    initiative = store.load(tx.connection, initiative_id)
    rules = known.term_rules(tx.municipality)
    return [take(deadlines.extend(initiative, command.until, command.reason, rules, act), tx)]


def withdraw(initiative_id: str, command: WithdrawInitiative, tx: Transaction) -> list[NewEvent]:
    act = settled_act(command, "submitter", tx)
    initiative = store.load(tx.connection, initiative_id)
    return [take(model.withdraw(initiative, act), tx)]


def start(initiative_id: str, command: StartInitiative, tx: Transaction) -> list[NewEvent]:
    act = settled_act(command, "submitter", tx)
    initiative = store.load(tx.connection, initiative_id)
    return [take(model.start(initiative, act), tx)]


def realise(initiative_id: str, command: RealiseInitiative, tx: Transaction) -> list[NewEvent]:
    act = settled_act(command, "kernambtenaar", tx)
    initiative = store.load(tx.connection, initiative_id)
    return [take(model.realise(initiative, command.support_given, act), tx)]


def evaluate(initiative_id: str, command: EvaluateInitiative, tx: Transaction) -> list[NewEvent]:
    findings = Findings()
    act = act_of(command, "kernambtenaar", tx, findings)
    known.check_goals(command.goals, tx.municipality, findings)
    findings.settle()
    initiative = store.load(tx.connection, initiative_id)
    step = model.evaluate(initiative, command.result, command.goals, act)
    store.add_evaluation(tx.connection, initiative_id, command.result, command.goals, command.lesson)
    return [take(step, tx)]


def follow_grant(event: Event[Any], tx: Transaction) -> list[NewEvent]:
    """Show what the budget decided; no event of ours repeats it."""
    initiative = store.load(tx.connection, event.data.initiative_id)
    store.save(tx.connection, money.hear(initiative, event.data))
    store.tell(tx.connection, initiative.id, model.entry_of(event.data), event.time)
    return []


HANDLERS: dict[type[EventData], Callable[[Event[Any], Transaction], list[NewEvent]]] = {
    budget.GrantReserved: follow_grant,
    budget.GrantWaitlisted: follow_grant,
    budget.GrantReleased: follow_grant,
    budget.GrantAllocated: follow_grant,
    budget.GrantAmended: follow_grant,
    budget.GrantDeclined: follow_grant,
    budget.GrantWithdrawn: follow_grant,
    budget.GrantSettled: follow_grant,
}


def _submission(command: SubmitInitiative) -> model.Submission:
    return model.Submission(
        kernen=command.kernen,
        theme=command.theme,
        submitter_kind=command.submitter_kind,
        channel=command.channel,
        title=command.title,
        description=command.description,
        amount_asked_cents=command.amount_asked_cents,
        wanted_start_on=command.wanted_start_date,
    )


def _weighing(command: AssessInitiative, line: str | None) -> weighing.Weighing:
    return weighing.Weighing(
        answers=tuple(weighing.Answer(a.criterion, a.yes, a.reason) for a in command.answers),
        outcome=command.outcome,
        motivation=command.motivation,
        goals=command.goals,
        support_kinds=command.support_kinds,
        line=line,
        amount_cents=command.amount_cents,
        destination=command.destination,
        public_title=command.public_title,
        public_summary=command.public_summary,
    )


def _keep_contact(command: SubmitInitiative, tx: Transaction) -> str | None:
    given = command.contact
    if given is None:
        return None
    contact_id = tx.new_id()
    reach = model.Contact(given.name, given.email, given.phone, given.address)
    contacts.add(tx.connection, contact_id, reach)
    return contact_id
