# SPDX-License-Identifier: EUPL-1.2
"""How what was decided on a grant is carried out: the row, the money, the events."""

from services.budget import ledger, store
from services.budget.model import Act, Decision
from shared.contracts.commands import Command
from shared.contracts.envelope import NewEvent, Role
from shared.contracts.refusals import Findings
from shared.messaging.transaction import Transaction


def act_of(command: Command, actor: Role, tx: Transaction, findings: Findings) -> Act:
    return Act(actor, tx.date_of(command, findings), command.origin)


def settled_act(command: Command, tx: Transaction) -> Act:
    """For the budget holder's commands of which only the date can be wrong."""
    findings = Findings()
    act = act_of(command, "budget-holder", tx, findings)
    findings.settle()
    return act


def carry_out(tx: Transaction, decision: Decision, act: Act) -> list[NewEvent]:
    """Save what was decided on a grant that is stored, and move its money."""
    store.save_grant(tx.connection, decision.grant)
    ledger.post(tx, entry_of(decision, act), decision.moves)
    return told(decision)


def entry_of(decision: Decision, act: Act) -> ledger.Entry:
    grant = decision.grant
    reason = grant.objection.reason if grant.objection else None
    return ledger.Entry(grant.id, grant.year, grant.line, grant.kern, act, reason)


def told(decision: Decision) -> list[NewEvent]:
    return [NewEvent(decision.grant.id, data) for data in decision.events]
