# SPDX-License-Identifier: EUPL-1.2
"""Notifications: everybody gets the letters and the news that concern them.

It decides who gets which notice of the things that happened, by which channel, and has it delivered. It keeps
no address and no text: it asks the owner at the moment of delivery, and forgets.

`notices/` who gets which one (`notices/routing.py`) and the life of each · `letters/` what a notice says ·
`delivery/` how it is sent: `delivery/dispatch.py`, and `delivery/smtp.py` to a mail server · `mailbox/` the
local stand-in for a mail server · `feed/` the news as Atom and as a page · `handlers.py` which function
handles which event · `api.py` the HTTP API · `pages.py` the pages · `metrics.py` for Prometheus · `verify.py`
what `kernpuls verify` compares · `migrations/` of the store.
"""

from shared.contracts import budget, initiatives, notifications
from shared.contracts.initiatives import life, persons
from shared.contracts.initiatives.participation import (
    ParticipationCancelled,
    ParticipationConcluded,
)

CONSUMES = (
    initiatives.InitiativeSubmitted,
    initiatives.InitiativeAssigned,
    initiatives.InitiativeAssessed,
    initiatives.InitiativeStarted,
    initiatives.InitiativeRealised,
    life.InitiativeReassigned,
    life.InitiativeSupplementRequested,
    life.InitiativeTermExtended,
    life.InitiativeTermApproaching,
    life.InitiativeTermExceeded,
    life.InitiativePublicationCorrected,
    budget.GrantWaitlisted,
    budget.GrantAllocated,
    budget.GrantAmended,
    budget.GrantDeclined,
    budget.GrantPaid,
    budget.GrantSettled,
    ParticipationConcluded,
    ParticipationCancelled,
    persons.PersonErased,
    persons.RecordsDestroyed,
)
PUBLISHES = (
    notifications.NotificationDelivered,
    notifications.NotificationFailed,
    notifications.NotificationUnknown,
)
OWNS = ("notice", "feed_item", "mailbox")
