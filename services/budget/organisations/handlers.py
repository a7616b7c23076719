# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about the register: load, decide, save."""

from collections.abc import Sequence

from services.budget.organisations import model, store
from services.budget.organisations.commands import (
    ChangeOrganisation,
    EndOrganisation,
    RegisterOrganisation,
)
from services.budget.organisations.model import Registered
from shared.access.rules import may
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings
from shared.messaging.transaction import Transaction


@may("coordinator", "budget-holder")
def register(organisation_id: str, command: RegisterOrganisation, tx: Transaction) -> Sequence[NewEvent]:
    """Enter an organisation; a natural person without a name, and alone of that kind."""
    findings = Findings()
    act = tx.act(command, "official", findings)
    organisation = model.register(organisation_id, command)
    model.check(organisation, tx.municipality, findings)
    findings.settle()
    _require_one_at_a_time(organisation, tx)
    store.add(tx.connection, organisation, act.happened_on, tx.now)
    return [NewEvent(organisation_id, model.registered(organisation, act))]


@may("coordinator", "budget-holder")
def change(organisation_id: str, command: ChangeOrganisation, tx: Transaction) -> Sequence[NewEvent]:
    """Correct what is registered."""
    findings = Findings()
    act = tx.act(command, "official", findings)
    known = store.organisation(tx.connection, organisation_id)
    organisation = model.change(known, command)
    model.check(organisation, tx.municipality, findings)
    first = organisation.kernen[:1] == known.kernen[:1]
    findings.require(first, "kernen", "begins with another kern; register another organisation")
    findings.settle()
    _require_one_at_a_time(organisation, tx)
    store.save(tx.connection, organisation)
    return [NewEvent(organisation_id, data) for data in model.changed(known, organisation, act)]


@may("coordinator", "budget-holder")
def end(organisation_id: str, command: EndOrganisation, tx: Transaction) -> Sequence[NewEvent]:
    """It ends; contributions it has stay its own, until they are withdrawn."""
    findings = Findings()
    act = tx.act(command, "official", findings)
    organisation = model.end(store.organisation(tx.connection, organisation_id), command)
    model.check(organisation, tx.municipality, findings)
    findings.settle()
    _require_one_at_a_time(organisation, tx)
    store.save(tx.connection, organisation)
    return [NewEvent(organisation_id, model.ended(organisation, command.active_until, act))]


def _require_one_at_a_time(organisation: Registered, tx: Transaction) -> None:
    if model.is_person(organisation.kind, tx.municipality):
        store.hold_register(tx.connection)
        model.require_one_at_a_time(organisation, store.others(tx.connection, organisation))
