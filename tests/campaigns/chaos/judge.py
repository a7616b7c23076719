# SPDX-License-Identifier: EUPL-1.2
"""After a round: `kernpuls verify`, and what the clients were told, held against the stores."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, and_, or_, select

from services.budget.contributions.tables import contribution_runs, contributions, run_outcomes
from services.budget.grants.tables import grants
from services.budget.organisations.tables import organisations
from services.initiatives.initiative.tables import initiative
from services.notifications.notices.tables import notice
from services.suite.operate import opened
from services.suite.verify import verify_service
from services.surveys.tables import replies
from shared.messaging import outbox, parked
from shared.settings import Settings
from tests.campaigns.chaos.history import Asked, History
from tests.campaigns.chaos.strangers import Stranger
from tests.flows.suite import SERVICES

T = TypeVar("T")
# The event that each kind of command records itself, once.
EVENTS = {
    "submit": "initiative.submitted.v1", "assess": "initiative.assessed.v1", "settle": "grant.settled.v1",
    "withdraw": "grant.withdrawn.v1", "register": "organisation.registered.v1",
    "raise": "budget.amended.v1", "decide-allocate": "grant.allocated.v1",
    "decide-decline": "grant.declined.v1",
}  # fmt: skip


@dataclass
class Verdict:
    """What is wrong, by how it is wrong; all empty when all is well."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    ghost: list[str] = field(default_factory=list)
    cents_over: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    events: int = 0

    @property
    def wrong(self) -> list[str]:
        return [
            f"{kind}: {each}"
            for kind in ("lost", "doubled", "ghost", "cents_over", "stuck", "other")
            for each in getattr(self, kind)
        ]

    def count(self, what: str, asked: Asked, effects: int) -> None:
        """One effect of what was acknowledged, none of what was refused, either of what is unknown."""
        told = f"{asked.key} ({asked.outcome}, round {asked.round}): {effects} {what}"
        if effects > 1:
            self.doubled.append(told)
        elif effects and asked.outcome == "fail":
            self.ghost.append(told)
        elif not effects and asked.outcome == "ok":
            self.lost.append(told)


def waiting(settings: Settings, strangers: Sequence[Stranger], letters: bool) -> list[str]:
    """What is still under way in the stores, but for what strangers sowed, and for letters that are
    due, if so asked. One whose address could not be asked for is tried again later, and ever later.
    """
    found = []
    for name in SERVICES:
        with_letters = letters and name == "notifications"
        left = _read(settings, name, partial(_waiting, strangers=strangers, letters=with_letters))
        found += [f"{name}: {each}" for each in left]
    return found


def _waiting(connection: Connection, strangers: Sequence[Stranger], letters: bool) -> list[str]:
    count, _ = outbox.backlog(connection)
    found = [f"{count} events in the outbox"] if count else []
    for row in parked.listed(connection):
        if not any(each.id.encode() in bytes(row.payload) for each in strangers):
            found.append(f"lies aside: {row.event_type} of {row.subject}, {row.reason}: {row.error}")
    if letters:
        is_due = and_(notice.c.state == "waiting", notice.c.next_at <= datetime.now(UTC))
        unsent = select(notice.c.id).where(or_(is_due, notice.c.state == "sending"))
        if number := len(connection.execute(unsent).all()):
            found.append(f"{number} letters")
    return found


def judge(settings: Settings, history: History, strangers: Sequence[Stranger]) -> Verdict:
    """Of a suite at rest. What it reads are the stores themselves: the final read."""
    verdict = Verdict()
    _verified(settings, strangers, verdict)
    _events(settings, history, verdict)
    _read(settings, "initiatives", lambda c: _initiatives(c, history, verdict))
    _read(settings, "budget", lambda c: _budget(c, history, verdict))
    _read(settings, "surveys", lambda c: _surveys(c, history, verdict))
    verdict.other += [f"{each.key}: {told}" for each in history.asked.values() for told in each.answers]
    return verdict


def _verified(settings: Settings, strangers: Sequence[Stranger], verdict: Verdict) -> None:
    """Every checker; that strangers are not in an outbox and lie aside is as it must be."""
    for service in SERVICES.values():
        for found in asyncio.run(verify_service(settings, service, 0.0)):
            wrong = [
                f"{found.check} {service.name}: {each}"
                for each in found.wrong
                if not any(_named(stranger.id, each) for stranger in strangers)
            ]
            (verdict.cents_over if found.check == "C3" else verdict.other).extend(wrong)
    for service in SERVICES.values():
        payloads = _read(settings, service.name, lambda c: [bytes(r.payload) for r in parked.listed(c)])
        for stranger in strangers:
            aside = sum(stranger.payload == payload for payload in payloads)
            if aside > stranger.reaches(service):
                verdict.other.append(f"{stranger.id} lies aside {aside} times at {service.name}")


def _named(stranger: str, told: str) -> bool:
    """By its whole id: `chaos-1` is not `chaos-12`."""
    return stranger in told.replace(",", " ").split()


def _events(settings: Settings, history: History, verdict: Verdict) -> None:
    """Every command's own event, by the chain it began; what followed from it is C2's to count."""
    for service in [each for each in SERVICES.values() if each.publishes]:
        by_chain: dict[str, Counter[str]] = defaultdict(Counter)
        rows = _read(
            settings, service.name, lambda c: c.execute(select(outbox.outbox.c.payload)).scalars().all()
        )
        verdict.events += len(rows)
        for payload in rows:
            event = json.loads(bytes(payload))
            if not event.get("causationid"):
                by_chain[event["correlationid"]][event["type"].removeprefix("nl.kernpuls.")] += 1
        for asked in history.asked.values():
            if asked.service == service.name and asked.kind in EVENTS:
                verdict.count(EVENTS[asked.kind], asked, by_chain[asked.chain][EVENTS[asked.kind]])


def _initiatives(connection: Connection, history: History, verdict: Verdict) -> None:
    titles: dict[str, list[str]] = defaultdict(list)
    for one, title in connection.execute(select(initiative.c.id, initiative.c.title)):
        titles[title].append(one)
    for asked in history.of("submit"):
        ids = titles.pop(asked.key, [])
        verdict.count("initiatives", asked, len(ids))
        if asked.id and ids and asked.id not in ids:
            verdict.lost.append(f"{asked.key} was answered {asked.id}, stored is {ids[0]}")
    verdict.ghost += [f"an initiative {title} that nobody submitted" for title in titles]


def _budget(connection: Connection, history: History, verdict: Verdict) -> None:
    asked_for = Counter(connection.execute(select(grants.c.initiative_id)).scalars())
    for asked in history.of("assess"):
        verdict.count("grants", asked, asked_for.pop(asked.path.split("/")[3], 0))
    verdict.ghost += [f"a grant of {each} that nobody assessed" for each in asked_for]
    names = Counter(connection.execute(select(organisations.c.name)).scalars())
    for asked in history.of("register"):
        verdict.count("organisations", asked, names.pop(asked.key, 0))
    verdict.ghost += [f"an organisation {each} that nobody registered" for each in names]
    given = Counter(connection.execute(select(contributions.c.organisation_id)).scalars())
    verdict.doubled += [f"{each} has {n} contributions" for each, n in given.items() if n > 1]
    _contribution_runs(connection, history, verdict)


def _contribution_runs(connection: Connection, history: History, verdict: Verdict) -> None:
    """Whoever was registered before a run was asked for is in it, whatever it did for them."""
    at_end = contribution_runs.c.finished_at.is_not(None)
    finished = set(connection.execute(select(contribution_runs.c.id).where(at_end)).scalars())
    pairs = select(run_outcomes.c.run_id, run_outcomes.c.organisation_id)
    served = {(run, organisation) for run, organisation in connection.execute(pairs)}
    registered = [each for each in history.of("register") if each.outcome == "ok"]
    for run in [each for each in history.of("contribute") if each.outcome == "ok"]:
        if run.id not in finished:
            verdict.stuck.append(f"{run.key} is not finished")
        verdict.lost += [
            f"{each.key} was forgotten by {run.key}"
            for each in registered
            if each.answered_at < run.asked_at and (run.id, each.id) not in served
        ]


def _surveys(connection: Connection, history: History, verdict: Verdict) -> None:
    given = Counter(connection.execute(select(replies.c.id)).scalars())
    for asked in history.of("answer"):
        verdict.count("answers", asked, given.pop(asked.id, 0))
    verdict.ghost += [f"an answer {each} that nobody gave" for each in given]


def _read(settings: Settings, service: str, work: Callable[[Connection], T]) -> T:
    with opened(settings, SERVICES[service]) as database, database.reader.connect() as connection:
        return work(connection)
