# SPDX-License-Identifier: EUPL-1.2
"""Which function handles which event."""

from collections.abc import Mapping
from typing import Any

from services.notifications import CONSUMES
from services.notifications.feed.handlers import corrected
from services.notifications.mailbox.handlers import person_erased, records_destroyed
from services.notifications.notices.handlers import route
from shared.contracts.envelope import EventData
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed

HANDLERS: Mapping[type[EventData], Any] = {
    **dict.fromkeys(CONSUMES, route),
    InitiativePublicationCorrected: corrected,
    PersonErased: person_erased,
    RecordsDestroyed: records_destroyed,
}
