# SPDX-License-Identifier: EUPL-1.2
"""Kernambtenaren on duty: who links which kernen and the organisation, and from when to when."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from services.initiatives.life import Act
from shared.contracts.envelope import NewEvent, Origin
from shared.contracts.initiatives import KernambtenaarAppointed, KernambtenaarRelieved
from shared.contracts.initiatives.life import KernUncovered
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
    """Say that the official is on duty."""
    said = KernambtenaarAppointed(
        kernen=appointment.kernen,
        happened_on=act.happened_on,
        actor=act.actor,
        origin=act.origin,
        officer_id=appointment.officer_id,
        valid_from=appointment.valid_from,
        valid_until=appointment.valid_until,
    )
    return NewEvent(appointment.id, said)


def relieve(appointment: Appointment, valid_until: date, act: Act) -> tuple[Appointment, NewEvent]:
    """End the appointment after `valid_until`, sooner than was known until now."""
    if valid_until < appointment.valid_from:
        told = f"{valid_until} is before the appointment begins ({appointment.valid_from}); give a later date"
        raise Invalid(FieldError("validUntil", told))
    if appointment.valid_until and valid_until >= appointment.valid_until:
        raise Refused(
            "appointment-ends",
            f"The appointment ends on {appointment.valid_until} already; it can only end sooner. "
            "For a longer period, appoint again.",
            ("endings",),
        )
    said = KernambtenaarRelieved(
        kernen=appointment.kernen,
        happened_on=act.happened_on,
        actor=act.actor,
        origin="example" if appointment.origin == "example" else act.origin,
        officer_id=appointment.officer_id,
        valid_until=valid_until,
    )
    return replace(appointment, valid_until=valid_until), NewEvent(appointment.id, said)


def check_absence(first_day: date, last_day: date, appointment: Appointment, findings: Findings) -> None:
    told = f"{last_day} is before firstDay ({first_day}); give a later date"
    findings.require(first_day <= last_day, "lastDay", told)
    for field, day in (("firstDay", first_day), ("lastDay", last_day)):
        findings.require(appointment.covers(day), field, f"{day} is no day of this appointment")


def uncover(gemeente: str, kern: str, since: date, act: Act) -> NewEvent:
    """Say that nobody is on duty in a kern; its id is the same each time."""
    said = KernUncovered(
        kernen=(kern,), happened_on=act.happened_on, actor=act.actor, origin=act.origin, since=since
    )
    return NewEvent(str(uuid5(NAMESPACE_URL, f"kern:{gemeente}:{kern}")), said)


def takes_up_on(appointment: Appointment, received_on: date, appointed_on: date, today: date) -> date | None:
    """When the official takes up what waits for one; None if that is not within the period, or to come."""
    day = max(received_on, appointed_on, appointment.valid_from)
    return day if day <= today and appointment.covers(day) else None
