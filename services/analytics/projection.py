# SPDX-License-Identifier: EUPL-1.2
"""The fold: what each event does to what the overview knows. Pure: no clock, no store, no other entity.

A fold answers to anything, also to an event whose predecessors a person discarded: a rebuild meets the
whole history of the stream, and one odd event must not keep the overview from ever being built.
"""

from collections.abc import Callable
from typing import Any

from services.analytics import measures, money, participation
from services.analytics.model import (
    Appointment,
    Entity,
    Initiative,
    InitiativeState,
    Organisation,
    changed,
)
from shared.contracts import budget as b
from shared.contracts import initiatives as i
from shared.contracts.envelope import EventData
from shared.contracts.initiatives import life

ASSESSED_AS: dict[i.Outcome, InitiativeState] = {
    "support": "supported",
    "decline": "declined",
    "redirect": "redirected",
}


def fold(entity: Entity | None, said: EventData) -> Entity:
    """What is known of a subject after one more of its events."""
    return FOLDS[type(said)](entity, said)


def submitted(_: Entity | None, said: i.InitiativeSubmitted) -> Initiative:
    return Initiative(said.kernen, _example(said), said.received_on, said.theme)


def assessed(entity: Entity | None, said: i.InitiativeAssessed) -> Initiative:
    return changed(
        _initiative(entity, said),
        state=ASSESSED_AS[said.outcome],
        title=said.public_title or None,
        summary=said.public_summary or None,
        support=said.support_kinds if said.outcome == "support" else (),
    )


def corrected(entity: Entity | None, said: life.InitiativePublicationCorrected) -> Initiative:
    return changed(
        _initiative(entity, said), title=said.public_title or None, summary=said.public_summary or None
    )


def evaluated(entity: Entity | None, said: life.InitiativeEvaluated) -> Initiative:
    return changed(_initiative(entity, said), result=said.result)


def with_term(**facts: bool) -> Callable[[Entity | None, EventData], Initiative]:
    """Something happened to its term; with nothing given, something that no figure is made of."""
    return lambda entity, said: changed(_initiative(entity, said), **facts)


def realised(entity: Entity | None, said: i.InitiativeRealised) -> Initiative:
    return changed(_initiative(entity, said), state="realised", support=said.support_given)


def moved_to(state: InitiativeState) -> Callable[[Entity | None, EventData], Initiative]:
    """The initiative is now in this state; nothing else is new."""
    return lambda entity, said: changed(_initiative(entity, said), state=state)


def appointed(_: Entity | None, said: i.KernambtenaarAppointed) -> Appointment:
    return Appointment(said.kernen, _example(said), said.valid_from, said.valid_until)


def relieved(entity: Entity | None, said: i.KernambtenaarRelieved) -> Appointment:
    if isinstance(entity, Appointment):
        return changed(entity, last=said.valid_until)
    return Appointment(said.kernen, _example(said), said.valid_until, said.valid_until)


def registered(_: Entity | None, said: b.OrganisationRegistered | b.OrganisationChanged) -> Organisation:
    return Organisation(
        said.kernen, _example(said), said.kind, said.name, said.active_from, said.active_until
    )


def ended(entity: Entity | None, said: b.OrganisationEnded) -> Organisation:
    if isinstance(entity, Organisation):
        return changed(entity, active_until=said.active_until)
    last = said.active_until
    return Organisation(said.kernen, _example(said), said.kind, None, last, last)


# Every type of every aggregate the overview follows: a rebuild counts the versions of what it folds.
FOLDS: dict[type[EventData], Callable[[Entity | None, Any], Entity]] = {
    i.InitiativeSubmitted: submitted,
    i.InitiativeAssigned: moved_to("assigned"),
    i.InitiativeAssessed: assessed,
    i.InitiativeWithdrawn: moved_to("withdrawn"),
    i.InitiativeStarted: moved_to("started"),
    i.InitiativeRealised: realised,
    life.InitiativeReassigned: with_term(),
    life.InitiativeSupplementRequested: with_term(supplemented=True),
    life.InitiativeSupplemented: with_term(),
    life.InitiativeTermExtended: with_term(extended=True),
    life.InitiativeTermApproaching: with_term(),
    life.InitiativeTermExceeded: with_term(exceeded=True),
    life.InitiativeRedirected: moved_to("redirected"),
    life.InitiativePublicationCorrected: corrected,
    life.InitiativeEvaluated: evaluated,
    i.KernambtenaarAppointed: appointed,
    i.KernambtenaarRelieved: relieved,
    b.OrganisationRegistered: registered,
    b.OrganisationChanged: registered,
    b.OrganisationEnded: ended,
    **measures.FOLDS,
    **participation.FOLDS,
    **money.FOLDS,
}


def _example(said: EventData) -> bool:
    return said.origin == "example"


def _initiative(entity: Entity | None, said: EventData) -> Initiative:
    if isinstance(entity, Initiative):
        return entity
    return Initiative(said.kernen, _example(said), said.happened_on)
