# SPDX-License-Identifier: EUPL-1.2
"""Appointing and relieving kernambtenaren: load, decide, save."""

from services.initiatives import model, store
from services.initiatives.acting import act_of, settled_act, take
from services.initiatives.kernambtenaren import coverage
from services.initiatives.kernambtenaren import model as duty
from services.initiatives.kernambtenaren import store as appointments
from services.initiatives.kernambtenaren.commands import AppointKernambtenaar, EndAppointment, ReportAbsence
from services.initiatives.known import check_kernen
from services.initiatives.life import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings
from shared.messaging.transaction import Transaction


def appoint(appointment_id: str, command: AppointKernambtenaar, tx: Transaction) -> list[NewEvent]:
    """Put an official on duty, who takes up what waits in those kernen."""
    findings = Findings()
    act = act_of(command, "official", tx, findings)
    check_kernen(command.kernen, tx.municipality, findings)
    duty.check_period(command.valid_from, command.valid_until, findings)
    findings.settle()
    appointment = duty.Appointment(
        id=appointment_id,
        officer_id=command.officer_id,
        deputy_id=command.deputy_id,
        kernen=command.kernen,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        functional_address=command.functional_address,
        origin=command.origin,
    )
    appointments.hold_kernen(tx.connection, appointment.kernen)
    appointments.add(tx.connection, appointment)
    coverage.note_covered(appointment.kernen, tx)
    return [duty.appoint(appointment, act), *_take_up(appointment, act, tx)]


def relieve(appointment_id: str, command: EndAppointment, tx: Transaction) -> list[NewEvent]:
    """End an appointment; what the official took up stays theirs until it is given to another."""
    act = settled_act(command, "official", tx)
    appointment = appointments.load(tx.connection, appointment_id)
    ended, event = duty.relieve(appointment, command.valid_until, act)
    appointments.hold_kernen(tx.connection, appointment.kernen)
    appointments.save_end(tx.connection, ended)
    if ended.origin == "example":
        return [event]
    return [event, *coverage.tell_uncovered(appointment.kernen, tx)]


def report_absence(appointment_id: str, command: ReportAbsence, tx: Transaction) -> list[NewEvent]:
    """An absence is known here alone: no event tells when somebody is away."""
    appointment = appointments.load(tx.connection, appointment_id)
    findings = Findings()
    act_of(command, "official", tx, findings)
    duty.check_absence(command.first_day, command.last_day, appointment, findings)
    findings.settle()
    appointments.add_absence(tx.connection, appointment_id, command.first_day, command.last_day)
    return []


def _take_up(appointment: duty.Appointment, act: Act, tx: Transaction) -> list[NewEvent]:
    events = []
    for waiting in store.waiting(tx.connection, appointment.kernen):
        if day := duty.takes_up_on(appointment, waiting.received_on, act.happened_on, tx.today):
            events.append(take(model.assign(waiting, appointment.officer_id, day), tx))
    return events
