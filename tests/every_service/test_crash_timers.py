# SPDX-License-Identifier: EUPL-1.2
"""Every timer of every service dies at every point; what was due is then done once, as if it had not."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from nats.aio.client import Client
from sqlalchemy import Connection, func, select

from services.budget.contributions import handlers as contributions
from services.budget.contributions.timers import finish
from services.initiatives.timers import remind_of_terms
from services.suite.discovery import discover, named
from services.surveys.timers import forget_answers
from shared import forgetting, process
from shared.access.record import record
from shared.contracts.envelope import NewEvent
from shared.http.idempotency import idempotency
from shared.messaging import desk, parked, timers
from shared.messaging.outbox import outbox
from shared.messaging.timers import Timer, Timers
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.service import Service
from shared.store import Database
from tests.conftest import NatsServer, OpenDatabase
from tests.every_service.conftest import NOW, state
from tests.every_service.deaths import Fate, Run, nothing_lost_or_doubled
from tests.every_service.due import DUE, FORGET, TELLS_NOTHING

BEFORE = "before-"
OF_ANY_TIMER = ("CP1", "CP2")
OF_ONE_THAT_TELLS = ("CP2.2", "CP3", "CP4")  # the relay's
TIMERS = [(service, timer) for service in discover() for timer in (forgetting.forget, *service.timers)]
BUDGET, INITIATIVES, SURVEYS = named("budget"), named("initiatives"), named("surveys")


def key_of(service: Service, timer: Timer) -> str:
    return FORGET if timer is forgetting.forget else f"{service.name}.{timer.__name__}"


def points_of(service: Service, timer: Timer) -> tuple[str, ...]:
    key = key_of(service, timer)
    by_pieces = ("CP17",) if key == "budget.finish" else ()
    return (*OF_ANY_TIMER, *by_pieces, *(() if key in TELLS_NOTHING else OF_ONE_THAT_TELLS))


@pytest.fixture(autouse=True)
def the_same_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what was committed before: a timer's transaction has no event that it could go by."""

    def begin(self: Transactions, connection: Connection, cause: Cause) -> Transaction:
        told = connection.execute(select(func.count()).select_from(outbox)).scalar_one()
        root, numbers = cause.correlation_id if cause.correlation_id.startswith(BEFORE) else told, count()
        return Transaction(
            connection,
            NOW,
            self.municipality,
            cause,
            lambda: str(uuid5(NAMESPACE_URL, f"{root}/{next(numbers)}")),
        )

    monkeypatch.setattr(Transactions, "begin", begin)
    monkeypatch.setattr(timers, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(contributions, "PIECE", 2)


class Deadly:
    """A timer that dies at these points, from its first transaction on."""

    def __init__(self, timer: Timer, fate: Fate, points: Sequence[str]) -> None:
        self.timer, self.fate, self.points = timer, fate, list(points)
        self.__name__ = "deadly"

    def __call__(self, tx: Transaction) -> Sequence[NewEvent]:
        if self.points:
            self.fate.points, self.points = self.points, []
        return self.timer(tx)


def prepare(database: Database, service: Service, timer: Timer, municipality: Municipality) -> None:
    """Migrate, and do what makes the timer have something to do, each at its own time."""
    migrate(database, service.package)
    transactions = Transactions(database, municipality)
    for number, (when, work) in enumerate(DUE[key_of(service, timer)]):
        with database.engine.begin() as connection:
            tx = transactions.begin(connection, Cause(f"{BEFORE}{number}"))
            tx.now = when
            tx.record(work(tx))
            transactions.save([tx])


def run_out(database: Database, timer: Timer, municipality: Municipality) -> int:
    """Let the timer do all that is due, with nobody to disturb it; returns in how many parts it told."""
    transactions, parts = Transactions(database, municipality), 0
    while True:
        with database.engine.begin() as connection:
            tx = transactions.begin(connection, Cause("timer"))
            tx.record(timer(tx))
            transactions.save([tx])
        if not tx.recorded:
            return parts
        parts += 1


def everything(connection: Connection, service: Service) -> dict[str, list[Any]]:
    """What the service holds, and of the plumbing's what is kept for a while."""
    kept = [
        connection.execute(select(idempotency.c.key)).all(),
        connection.execute(select(parked.parked.c.payload, parked.parked.c.headers)).all(),
        connection.execute(select(desk.requests.c.id)).all(),
        connection.execute(select(record.c.about)).all(),
    ]
    return state(connection, service) | {"kept": [list(map(tuple, rows)) for rows in kept]}


class Trial:
    """One timer of one service, on a store in which something is due."""

    def __init__(self, run: Run, undisturbed: dict[str, list[Any]]) -> None:
        self.run, self.undisturbed = run, undisturbed

    async def is_as_if_undisturbed(self) -> bool:
        found = await self.run.database.read(lambda c: everything(c, self.run.service))
        return found == self.undisturbed and await self.run.has_told()


@pytest.fixture
async def trial(
    open_database: OpenDatabase,
    own_nats_server: NatsServer,
    client: Client,
    municipality: Municipality,
    fate: Fate,
    service: Service,
    timer: Timer,
    points: Sequence[str],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Trial]:
    """Begun without the timer, until it has told what it did before; and again with the timer, to die."""
    calm = open_database(f"{service.name}-undisturbed")
    prepare(calm, service, timer, municipality)
    before = await calm.read(lambda c: everything(c, service))
    assert bool(run_out(calm, timer, municipality)) == (key_of(service, timer) not in TELLS_NOTHING)
    undisturbed = await calm.read(lambda c: everything(c, service))
    assert undisturbed != before, "nothing was due: this would prove nothing"

    chosen: list[Timer] = []
    monkeypatch.setattr(process, "Timers", lambda transactions, _timers: Timers(transactions, chosen))
    database = open_database(service.name)
    run = Run(replace(service, first=None), database, municipality, own_nats_server.url, fate)
    prepare(database, service, timer, municipality)
    await run.start()
    await run.until(run.has_told, "did not tell what it did before")
    await run.end()
    chosen.append(Deadly(timer, fate, points))
    await run.start()
    yield Trial(run, undisturbed)
    await run.end()


def test_every_timer_has_something_to_do() -> None:
    assert {key_of(service, timer) for service, timer in TIMERS} == set(DUE)


CASES = [(service, timer, [point]) for service, timer in TIMERS for point in points_of(service, timer)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("service", "timer", "points"), CASES, ids=[f"{s.name}-{key_of(s, t)}-{p[0]}" for s, t, p in CASES]
)
async def test_a_death_changes_nothing(trial: Trial, client: Client, points: list[str]) -> None:
    run = trial.run
    await run.until(trial.is_as_if_undisturbed, "did not do what was due")
    assert run.fate.points == [], f"{points[0]} was not passed"
    await nothing_lost_or_doubled(client, run)


# One that tells, one that goes on piece by piece, one that tells nothing.
PAIRED: list[tuple[Service, Timer]] = [
    (INITIATIVES, remind_of_terms),
    (BUDGET, finish),
    (SURVEYS, forget_answers),
]
PAIRS = [(s, t, [one, two]) for s, t in PAIRED for one in points_of(s, t) for two in points_of(s, t)]


@pytest.mark.parametrize(
    ("service", "timer", "points"), PAIRS, ids=["-".join((key_of(s, t), *p)) for s, t, p in PAIRS]
)
async def test_two_deaths_change_nothing(trial: Trial, client: Client, points: list[str]) -> None:
    """The second point may lie before the first, and not be passed again."""
    run = trial.run
    await run.until(trial.is_as_if_undisturbed, "did not do what was due")
    assert len(run.fate.points) < 2, f"{points[0]} was not passed"
    await nothing_lost_or_doubled(client, run)
