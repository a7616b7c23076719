# SPDX-License-Identifier: EUPL-1.2
"""Initiatives: what is known of one, and what each of its events does to that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.analytics.fold.model import changed, is_example
from shared.contracts import initiatives as i
from shared.contracts.envelope import EventData
from shared.contracts.initiatives import life

InitiativeState = Literal[
    "submitted",
    "assigned",
    "supported",
    "declined",
    "redirected",
    "withdrawn",
    "started",
    "realised",
]
ASSESSED_AS: dict[i.Outcome, InitiativeState] = {
    "support": "supported",
    "decline": "declined",
    "redirect": "redirected",
}


@dataclass(frozen=True)
class Initiative:
    """`title` and `summary` are the public ones; they are absent until an official wrote them. `extended`,
    `supplemented` and `exceeded` are what happened to its term, `result` is what came of it in the end.
    """

    kernen: tuple[str, ...]
    example: bool
    received_on: date
    theme: str | None = None
    state: InitiativeState = "submitted"
    title: str | None = None
    summary: str | None = None
    support: tuple[str, ...] = ()
    supplemented: bool = False
    extended: bool = False
    exceeded: bool = False
    result: str | None = None
    kind: Literal["initiative"] = "initiative"


def submitted(_: object, data: i.InitiativeSubmitted) -> Initiative:
    return Initiative(data.kernen, is_example(data), data.received_on, data.theme)


def assessed(before: object, data: i.InitiativeAssessed) -> Initiative:
    return changed(
        _initiative(before, data),
        state=ASSESSED_AS[data.outcome],
        title=data.public_title or None,
        summary=data.public_summary or None,
        support=data.support_kinds if data.outcome == "support" else (),
    )


def corrected(before: object, data: life.InitiativePublicationCorrected) -> Initiative:
    return changed(
        _initiative(before, data), title=data.public_title or None, summary=data.public_summary or None
    )


def evaluated(before: object, data: life.InitiativeEvaluated) -> Initiative:
    return changed(_initiative(before, data), result=data.result)


def with_term(**facts: bool) -> Callable[[object, EventData], Initiative]:
    """Something happened to its term; with nothing given, something that no figure is made of."""
    return lambda before, data: changed(_initiative(before, data), **facts)


def realised(before: object, data: i.InitiativeRealised) -> Initiative:
    return changed(_initiative(before, data), state="realised", support=data.support_given)


def moved_to(state: InitiativeState) -> Callable[[object, EventData], Initiative]:
    """The initiative is now in this state; nothing else is new."""
    return lambda before, data: changed(_initiative(before, data), state=state)


FOLDS: dict[type[EventData], Callable[[Any, Any], Initiative]] = {
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
}


def _initiative(before: object, data: EventData) -> Initiative:
    if isinstance(before, Initiative):
        return before
    return Initiative(data.kernen, is_example(data), data.happened_on)
