# SPDX-License-Identifier: EUPL-1.2
"""What is asked about an appointment: the bodies of HTTP requests."""

from services.initiatives.kernen.commands import Kernen
from shared.contracts.commands import Command
from shared.contracts.envelope import OpaqueId
from shared.contracts.fields import CalendarDate
from shared.contracts.mail import MailAddress


class AppointKernambtenaar(Command):
    """An official for one or more kernen; `valid_until` is the last day, if it is known.

    `officer_id` is no name, nor is `deputy_id`, of who takes over when they are away;
    `functional_address` is the mailbox of the function, not the person's.
    """

    officer_id: OpaqueId
    deputy_id: OpaqueId | None = None
    kernen: Kernen
    valid_from: CalendarDate
    valid_until: CalendarDate | None = None
    functional_address: MailAddress


class EndAppointment(Command):
    """The appointment ends; `valid_until` is the last day on duty."""

    valid_until: CalendarDate


class ReportAbsence(Command):
    """Away from the first up to and including the last day: what comes in goes to the deputy, if any."""

    first_day: CalendarDate
    last_day: CalendarDate
