# SPDX-License-Identifier: EUPL-1.2
"""Who gets which notice: one table, event → audience → channel → template."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.contracts.budget import (
    GrantAllocated,
    GrantAmended,
    GrantDeclined,
    GrantPaid,
    GrantSettled,
    GrantWaitlisted,
)
from shared.contracts.envelope import EventData
from shared.contracts.initiatives import (
    InitiativeAssessed,
    InitiativeAssigned,
    InitiativeRealised,
    InitiativeStarted,
    InitiativeSubmitted,
)
from shared.contracts.initiatives.life import (
    InitiativeReassigned,
    InitiativeSupplementRequested,
    InitiativeTermApproaching,
    InitiativeTermExceeded,
    InitiativeTermExtended,
)
from shared.contracts.initiatives.participation import ParticipationCancelled, ParticipationConcluded
from shared.contracts.notifications import NoticeAudience, NoticeChannel


@dataclass(frozen=True)
class Route:
    """`when` narrows a type of event to those that concern the audience."""

    event: type[EventData]
    audience: NoticeAudience
    channel: NoticeChannel
    template: str
    when: Callable[[Any], bool] = lambda _data: True


def _supported(data: InitiativeAssessed) -> bool:
    return data.outcome == "support"


def _decided(data: InitiativeAssessed) -> bool:
    """With money asked for, the decision on the money is the letter."""
    return data.outcome != "support" or data.amount_asked_cents is None


def _is_assigned(data: InitiativeTermApproaching | InitiativeTermExceeded) -> bool:
    """With nobody on duty there is nobody to write to; the metrics and the worklist show it."""
    return data.officer_id is not None


ROUTES = (
    Route(InitiativeSubmitted, "submitter", "email", "receipt"),
    Route(InitiativeAssigned, "officer", "email", "assigned"),
    Route(InitiativeReassigned, "officer", "email", "assigned"),
    Route(InitiativeSupplementRequested, "submitter", "email", "supplement-requested"),
    Route(InitiativeTermExtended, "submitter", "email", "term-extended"),
    Route(InitiativeTermApproaching, "officer", "email", "term-approaching", when=_is_assigned),
    Route(InitiativeTermExceeded, "officer", "email", "term-exceeded", when=_is_assigned),
    Route(InitiativeAssessed, "submitter", "email", "assessed", when=_decided),
    Route(GrantWaitlisted, "submitter", "email", "grant-waitlisted"),
    Route(GrantAllocated, "submitter", "email", "grant-allocated"),
    Route(GrantAmended, "submitter", "email", "grant-amended"),
    Route(GrantDeclined, "submitter", "email", "grant-declined"),
    Route(GrantPaid, "submitter", "email", "grant-paid"),
    Route(GrantSettled, "submitter", "email", "grant-settled"),
    Route(InitiativeRealised, "submitter", "email", "realised"),
    Route(ParticipationConcluded, "participant", "email", "participation-concluded"),
    Route(ParticipationCancelled, "participant", "email", "participation-cancelled"),
    Route(InitiativeAssessed, "followers", "feed", "assessed", when=_supported),
    Route(InitiativeStarted, "followers", "feed", "started"),
    Route(InitiativeRealised, "followers", "feed", "realised"),
    Route(GrantAllocated, "followers", "feed", "grant-allocated"),
)


def routes_for(data: EventData) -> list[Route]:
    """What one event leads to. Imported history and examples are news, but no reason to mail anybody."""
    return [
        route
        for route in ROUTES
        if isinstance(data, route.event)
        and route.when(data)
        and (data.origin == "live" or route.channel == "feed")
    ]


def recipients_of(data: Any, route: Route) -> tuple[str, ...]:
    """References to those whom a letter is for; one that is empty, where the audience says enough."""
    participants: tuple[str, ...] = data.to_tell if route.audience == "participant" else ("",)
    return participants


# What a letter is, for whoever must know how long it may wait.
KINDS = ("decision", "term", "work", "information")
_KIND_OF = {
    "assessed": "decision",
    "grant-allocated": "decision",
    "grant-amended": "decision",
    "grant-declined": "decision",
    "grant-settled": "decision",
    "supplement-requested": "term",
    "term-extended": "term",
    "assigned": "work",
    "term-approaching": "work",
    "term-exceeded": "work",
}


def kind_of(template: str) -> str:
    """A decision, a message that keeps a legal term, work for an official, or information."""
    return _KIND_OF.get(template, "information")
