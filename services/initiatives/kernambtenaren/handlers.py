# SPDX-License-Identifier: EUPL-1.2
"""Appointing and relieving kernambtenaren: load, decide, save."""

from services.initiatives.initiative import store as initiatives
from services.initiatives.initiative.lifecycle import Initiative
from services.initiatives.initiative.model import assign
from services.initiatives.kernambtenaren import model, store
from services.initiatives.kernambtenaren.commands import AppointKernambtenaar, EndAppointment, ReportAbsence
from services.initiatives.kernen.handlers import note_covered, report_uncovered, require_own
from services.initiatives.kernen.policy import check_kernen
from services.initiatives.kernen.store import hold_kernen
from shared.access.rules import may
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings
from shared.messaging.items import each_alone
from shared.messaging.transaction import Transaction


@may("coordinator")
def appoint(appointment_id: str, command: AppointKernambtenaar, tx: Transaction) -> list[NewEvent]:
    """Put an official on duty, who takes up what waits in those kernen."""
    findings = Findings()
    act = tx.act(command, "official", findings)
    check_kernen(command.kernen, tx.municipality, findings)
    model.check_period(command.valid_from, command.valid_until, findings)
    findings.settle()
    appointment = model.Appointment(
        id=appointment_id,
        officer_id=command.officer_id,
        deputy_id=command.deputy_id,
        kernen=command.kernen,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        functional_address=command.functional_address,
        origin=command.origin,
    )
    hold_kernen(tx.connection, appointment.kernen)
    store.add(tx.connection, appointment)
    note_covered(appointment.kernen, tx)
    return [model.appoint(appointment, act), *_take_up(appointment, act, tx)]


@may("coordinator")
def relieve(appointment_id: str, command: EndAppointment, tx: Transaction) -> list[NewEvent]:
    """End an appointment; what the official took up stays theirs until it is given to another."""
    act = tx.act(command, "official")
    appointment = store.load(tx.connection, appointment_id)
    ended, event = model.relieve(appointment, command.valid_until, act)
    hold_kernen(tx.connection, appointment.kernen)
    store.save_end(tx.connection, ended)
    if ended.origin == "example":
        return [event]
    return [event, *report_uncovered(appointment.kernen, tx)]


@may("kernambtenaar", "coordinator")
def report_absence(appointment_id: str, command: ReportAbsence, tx: Transaction) -> list[NewEvent]:
    """An absence is known here alone: no event has when somebody is away."""
    appointment = store.load(tx.connection, appointment_id)
    require_own((), tx, appointment.officer_id)
    findings = Findings()
    tx.act(command, "official", findings)
    model.check_absence(command.first_day, command.last_day, appointment, findings)
    findings.settle()
    store.add_absence(tx.connection, appointment_id, command.first_day, command.last_day)
    return []


def _take_up(appointment: model.Appointment, act: Act, tx: Transaction) -> list[NewEvent]:
    def take_up(waiting: Initiative) -> list[NewEvent]:
        day = model.takes_up_on(appointment, waiting.received_on, act.happened_on, tx.today)
        if day is None:
            return []
        step = assign(waiting, appointment.officer_id, day)
        return [initiatives.save(tx.connection, step, tx.now)]

    # One that fails keeps nobody from duty; the timer takes it up, or shows why it cannot.
    found = initiatives.waiting(tx.connection, appointment.kernen)
    return each_alone(tx, "appoint", found, lambda waiting: waiting.id, take_up)
