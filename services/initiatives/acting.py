# SPDX-License-Identifier: EUPL-1.2
"""The strokes that handlers have in common: who acts and when, and storing the step that was taken."""

from services.initiatives import model, store
from services.initiatives.life import Act, Step
from shared.contracts.commands import Command
from shared.contracts.envelope import NewEvent, Role
from shared.contracts.refusals import Findings
from shared.messaging.transaction import Transaction


def act_of(command: Command, actor: Role, tx: Transaction, findings: Findings) -> Act:
    return Act(actor, tx.date_of(command, findings), command.origin)


def settled_act(command: Command, actor: Role, tx: Transaction) -> Act:
    """For a command of which only the date can be wrong."""
    findings = Findings()
    act = act_of(command, actor, tx, findings)
    findings.settle()
    return act


def take(step: Step, tx: Transaction) -> NewEvent:
    """Store what a step made of the initiative, and its line of history."""
    store.save(tx.connection, step.initiative)
    return note(step, tx)


def note(step: Step, tx: Transaction) -> NewEvent:
    """The line of history of a step that is stored."""
    store.tell(tx.connection, step.initiative.id, model.entry_of(step.event.data), tx.now)
    return step.event
