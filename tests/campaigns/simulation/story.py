# SPDX-License-Identifier: EUPL-1.2
"""What happens in the simulated suite: commands of an owner, a follower that answers, strangers' poison."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from services.analytics.handlers import HANDLERS as PROJECTIONS
from shared.contracts.budget import GrantAllocated
from shared.contracts.envelope import (
    TYPE_PREFIX,
    Event,
    EventData,
    NewEvent,
    envelope_of,
    nats_subject,
    source_of,
)
from shared.contracts.initiatives import (
    InitiativeAssigned,
    InitiativeRealised,
    InitiativeStarted,
    InitiativeSubmitted,
    InitiativeWithdrawn,
)
from shared.messaging.intake import EventHandler
from shared.messaging.parked import BEHIND, GAP
from shared.messaging.transaction import Transaction
from shared.service import Service
from tests.shared.messaging.probe import write_down

OIN, GEMEENTE, KERN = "00000099000000999900", "gm9999", "noordoever"
STRANGER = source_of(OIN, "initiatives")  # in whose name they come
DAY = date(2021, 7, 1)
SAID: dict[str, Any] = {"kernen": (KERN,), "origin": "live", "happened_on": DAY}
SUBMITTED = InitiativeSubmitted(
    **SAID, actor="submitter", theme="water", submitter_kind="resident", channel="web",
    received_on=DAY, decision_due_on=DAY,
)  # fmt: skip
STARTED = InitiativeStarted(**SAID, actor="official")
LATER: tuple[EventData, ...] = (
    InitiativeAssigned(**SAID, actor="system", officer_id="officer", due_on=DAY),
    STARTED,
    InitiativeWithdrawn(**SAID, actor="submitter"),
    InitiativeRealised(**SAID, actor="official", support_given=()),
)
Aside = tuple[str | None, int | None, str]  # subject, sequence and reason of what must lie parked in the end


class Stubborn(Exception):
    """What a handler fails with for a while."""


def follower(fails: Callable[[Event[Any]], bool]) -> dict[type[EventData], EventHandler]:
    """Writes down what it handles; answers a start with money. `fails` says which events fail, for now."""

    def note(event: Event[Any], tx: Transaction) -> Sequence[NewEvent]:
        write_down(event, tx)
        if fails(event):
            raise Stubborn(event.subject)
        return []

    def promise(event: Event[Any], tx: Transaction) -> Sequence[NewEvent]:
        note(event, tx)
        money = {"initiative_id": event.subject, "line": "small-help", "year": 2021}
        allocated = GrantAllocated(
            **SAID, **money, actor="budget-holder", amount_cents=event.number, decided_on=DAY,
            legal_basis="Verordening", recipient_kind="organisation",
        )  # fmt: skip
        return [NewEvent(f"g-{event.subject}", allocated)]

    return {InitiativeSubmitted: note, InitiativeStarted: promise, InitiativeWithdrawn: note}


def services(fails: Callable[[Event[Any]], bool]) -> dict[str, Service]:
    """Owner, follower and the overview; ports are of no matter."""
    owner = Service(name="initiatives", port=1, title="", publishes=(InitiativeSubmitted, *map(type, LATER)))
    answers = Service(name="budget", port=2, title="", handlers=follower(fails), publishes=(GrantAllocated,))
    overview = Service(name="analytics", port=3, title="", handlers=PROJECTIONS)
    return {service.name: service for service in (owner, answers, overview)}


class Author:
    """Invents the commands. An aggregate begins with its submission; after that anything may be told."""

    def __init__(self, source: random.Random) -> None:
        self.random, self.begun = source, 0
        self.known: list[str] = []  # submissions that were acknowledged

    def command(self) -> list[NewEvent]:
        """One to three events, now and then more than the relay publishes one by one."""
        many = self.random.randint(9, 14) if self.random.random() < 0.15 else self.random.randint(1, 3)
        known = list(self.known)
        return [self._event(known) for _ in range(many)]

    def _event(self, known: list[str]) -> NewEvent:
        if not known or self.random.random() < 0.2:
            self.begun += 1
            known.append(f"i{self.begun}")
            return NewEvent(known[-1], SUBMITTED)
        return NewEvent(self.random.choice(known), self.random.choice(LATER))

    def acknowledged(self, events: list[NewEvent]) -> None:
        self.known += [event.subject for event in events if event.data is SUBMITTED]


def strange(kind: str, number: int) -> tuple[list[tuple[str, bytes]], list[Aside]]:
    """Messages that some other system puts into the stream, and what of them must lie parked in the end."""
    subject = f"{kind}-{number}"
    first, second = (_message(subject, sequence) for sequence in (1, 2))
    match kind:
        case "garbage":
            return [(first[0], b"\xff{" + str(number).encode())], [(None, None, "dead")]
        case "broken":
            broken = first[0], first[1].replace(b'"actor":"official"', b'"actor":"nobody"')
            return [broken, second], [(subject, 1, "dead"), (subject, 2, BEHIND)]
        case "unknown":
            unknown = tuple(part.replace(_of("v1", part), _of("v7", part)) for part in first)
            return [unknown, second], [(subject, 1, "unknown"), (subject, 2, BEHIND)]  # type: ignore[list-item]
        case "gap":
            return [second], [(subject, 2, GAP)]
        case "late":
            return [second, first], []
        case "doubled":
            return [first, first, second, first, second], []
    raise ValueError(kind)


STRANGE = ("garbage", "broken", "unknown", "gap", "late", "doubled")


def is_strange(subject: str) -> bool:
    return subject.partition("-")[0] in STRANGE


def _of(version: str, like: Any) -> Any:
    name = f"initiative.started.{version}"
    return name if isinstance(like, str) else name.encode()


def _message(subject: str, sequence: int) -> tuple[str, bytes]:
    event = envelope_of(InitiativeStarted)(
        id=f"{subject}-{sequence}", source=STRANGER, type=TYPE_PREFIX + STARTED.TYPE, subject=subject,
        time=datetime(2021, 7, 1, 12, tzinfo=UTC), dataschema=f"https://x.example/{STARTED.TYPE}.json",
        subjectsequence=str(sequence), kern=KERN, gemeente=GEMEENTE, correlationid="strange", data=STARTED,
    )  # fmt: skip
    return nats_subject(GEMEENTE, KERN, STARTED.TYPE), event.to_bytes()
