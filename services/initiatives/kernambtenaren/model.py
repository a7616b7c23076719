# SPDX-License-Identifier: EUPL-1.2
"""Kernambtenaren on duty: who links which kernen and the organisation, and from when to when."""

from dataclasses import dataclass, replace
from datetime import date

from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent, Origin
from shared.contracts.initiatives import KernambtenaarAppointed, KernambtenaarRelieved
from shared.contracts.refusals import FieldError, Findings, Invalid, Refused


@dataclass(frozen=True)
class Appointment:
    """One official for one or more kernen; both dates are days on duty, no `valid_until` is no end.

    `functional_address` is the mailbox of the function, never that of the person.
    """

    id: str
    officer_id: str
    kernen: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    functional_address: str
    origin: Origin
    deputy_id: str | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def check_period(valid_from: date, valid_until: date | None, findings: Findings) -> None:
    findings.require(
        valid_until is None or valid_until >= valid_from,
        "validUntil",
        f"{valid_until} is before validFrom ({valid_from}); give a later date",
    )


def appoint(appointment: Appointment, act: Act) -> NewEvent:
    """The official is on duty."""
    event = KernambtenaarAppointed(
        kernen=appointment.kernen,
        happened_on=act.happened_on,
        actor=act.actor,
        origin=act.origin,
        officer_id=appointment.officer_id,
        valid_from=appointment.valid_from,
        valid_until=appointment.valid_until,
    )
    return NewEvent(appointment.id, event)


def relieve(appointment: Appointment, valid_until: date, act: Act) -> tuple[Appointment, NewEvent]:
    """End the appointment after `valid_until`, sooner than was known until now."""
    if valid_until < appointment.valid_from:
        message = (
            f"{valid_until} is before the appointment begins ({appointment.valid_from}); give a later date"
        )
        raise Invalid(FieldError("validUntil", message))
    if appointment.valid_until and valid_until >= appointment.valid_until:
        raise Refused(
            "appointment-ends",
            f"The appointment ends on {appointment.valid_until} already; it can only end sooner. "
            "For a longer period, appoint again.",
            ("endings",),
        )
    event = KernambtenaarRelieved(
        kernen=appointment.kernen,
        happened_on=act.happened_on,
        actor=act.actor,
        origin="example" if appointment.origin == "example" else act.origin,
        officer_id=appointment.officer_id,
        valid_until=valid_until,
    )
    return replace(appointment, valid_until=valid_until), NewEvent(appointment.id, event)


def check_absence(first_day: date, last_day: date, appointment: Appointment, findings: Findings) -> None:
    message = f"{last_day} is before firstDay ({first_day}); give a later date"
    findings.require(first_day <= last_day, "lastDay", message)
    for field, day in (("firstDay", first_day), ("lastDay", last_day)):
        findings.require(appointment.covers(day), field, f"{day} is not a day of this appointment")


def takes_up_on(appointment: Appointment, received_on: date, appointed_on: date, today: date) -> date | None:
    """When the official takes up what waits for one; None if that is not within the period, or to come."""
    day = max(received_on, appointed_on, appointment.valid_from)
    return day if day <= today and appointment.covers(day) else None
