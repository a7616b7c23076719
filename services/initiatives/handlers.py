# SPDX-License-Identifier: EUPL-1.2
"""One function per message: load, decide, save. Commands return events; the budget's news is followed."""

from collections.abc import Callable
from typing import Any

from services.initiatives import contacts, known, model, money, store, weighing, weighing_checks
from services.initiatives.acting import act_of, settled_act, take
from services.initiatives.commands import (
    AssessInitiative,
    RealiseInitiative,
    StartInitiative,
    SubmitInitiative,
    WithdrawInitiative,
)
from services.initiatives.kernambtenaren import store as duty
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
    received = model.submit(initiative_id, asked, tx.municipality.decision_weeks, act)
    first_kern = asked.kernen[0]
    duty.hold_kernen(tx.connection, [first_kern])
    store.add(tx.connection, received.initiative, asked, _keep_contact(command, tx))
    steps = [received]
    if officer_id := duty.officer_on_duty(tx.connection, first_kern, act.happened_on):
        steps.append(model.assign(received.initiative, officer_id, act.happened_on))
    return [take(step, tx) for step in steps]


def assess(initiative_id: str, command: AssessInitiative, tx: Transaction) -> list[NewEvent]:
    """Weigh it by the guide. The event carries a request for money to the budget."""
    findings = Findings()
    act = act_of(command, "kernambtenaar", tx, findings)
    line = known.line_of(command, tx.municipality)
    rules = known.rules_for(command, line, tx.municipality)
    found = _weighing(command, line)
    weighing_checks.check(found, rules, findings)
    findings.settle()
    initiative = store.load(tx.connection, initiative_id)
    step, assessment = weighing.assess(initiative, found, rules, act)
    store.add_assessment(tx.connection, step.initiative, assessment)
    return [take(step, tx)]


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
