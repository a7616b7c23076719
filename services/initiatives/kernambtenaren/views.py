# SPDX-License-Identifier: EUPL-1.2
"""What is answered about an appointment."""

from datetime import date

from shared.contracts.envelope import Data, Origin


class AbsenceView(Data):
    """Away from the first up to and including the last day."""

    first_day: date
    last_day: date


class AppointmentView(Data):
    """A kernambtenaar's appointment; both dates are days on duty."""

    id: str
    officer_id: str
    deputy_id: str | None
    kernen: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    functional_address: str
    origin: Origin
    absences: tuple[AbsenceView, ...]
