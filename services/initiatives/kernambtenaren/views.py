# SPDX-License-Identifier: EUPL-1.2
"""What is answered about an appointment."""

from datetime import date

from shared.contracts.envelope import Data, Origin


class AppointmentView(Data):
    """A kernambtenaar's appointment; both dates are days on duty."""

    id: str
    officer_id: str
    kernen: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    functional_address: str
    origin: Origin
