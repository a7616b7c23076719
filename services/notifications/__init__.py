# SPDX-License-Identifier: EUPL-1.2
"""Notifications: everybody is told.

It decides who hears what of the things that happened, by which channel, and sees to it that it arrives. It
keeps no address and no text: it asks the owner at the moment of delivery, and forgets.
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
