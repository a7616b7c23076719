# SPDX-License-Identifier: EUPL-1.2
"""The budget is killed again and again amid a run of contributions: nobody twice, nobody forgotten."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import nats
import pytest
from sqlalchemy import func, select

from services.budget.contributions.tables import contribution_runs, contributions, run_outcomes
from services.budget.organisations import handlers as register
from services.budget.organisations.commands import RegisterOrganisation
from shared.access.own import make_keys
from shared.access.roles import ROLES
from shared.messaging.outbox import outbox
from shared.messaging.stream import ensure_stream
from shared.messaging.transaction import Transaction
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.sqlite import sqlite_url
from shared.store import Database
from tests.access import bearer
from tests.conftest import HERE, PATIENCE, NatsServer, free_port
from tests.services.budget.books import Books

NUMBER, EACH = 2_000, 600_00
KILL_AT = (300, 800, 1_200)
# The leader looks every half minute for what is to go on; here at once, and in small pieces.
SERVE = (
    "from shared.messaging import timers; timers.LOOK_EVERY = 0.05;"
    "from services.budget.contributions import handlers; handlers.PIECE = 20;"
    "from services.budget.__main__ import SERVICE; from shared.run import run; run(SERVICE)"
)


class Service:
    """The budget as a process of its own."""

    def __init__(self, folder: Path, nats_url: str) -> None:
        self.port, self.log = free_port(), folder / "budget.log"
        own = {"DATA_DIR": folder, "NATS_URL": nats_url, "PORT": self.port}
        own["MUNICIPALITY"] = HERE / "municipality.toml"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("KERNPULS_")}
        self.environment |= {f"KERNPULS_{name}": str(value) for name, value in own.items()}
        self.process: subprocess.Popen[bytes] | None = None
        make_keys(folder / "access")
        self.http = httpx.Client(timeout=PATIENCE, headers=bearer(ROLES, keys=folder / "access"))

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVE], stdout=log, stderr=log, env=self.environment, cwd=HERE.parent
            )

    def answers(self) -> bool:
        try:
            return httpx.get(self.url("health/live"), timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
            self.process = None


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.005)


@pytest.fixture
def books(tmp_path: Path, municipality: Municipality) -> Iterator[Books]:
    """A store with two thousand organisations, and a budget of exactly what they are entitled to."""
    database = Database(sqlite_url(tmp_path, "budget"), "budget")
    migrate(database, "services.budget")
    books = Books(database, municipality.model_copy(update={"yearly_total_cents": NUMBER * EACH}))
    books.adopt(clubs=NUMBER * EACH)
    club = {"kind": "village-interests", "kernen": ["noordoever"], "activeFrom": "2020-01-01"}

    def enter_all(tx: Transaction) -> None:
        for number in range(NUMBER):
            command = RegisterOrganisation.model_validate(club | {"name": f"Club {number}"})
            tx.record(register.register(f"club-{number}", command, tx))

    books.run(enter_all)
    yield books
    database.close()


@pytest.fixture
async def service(tmp_path: Path, own_nats_server: NatsServer) -> Iterator[Service]:  # type: ignore[misc]
    client = await nats.connect(own_nats_server.url)
    await ensure_stream(client, 256 * 1024**2)
    await client.close()
    service = Service(tmp_path, own_nats_server.url)
    yield service
    service.http.close()
    service.kill()


async def test_a_run_is_finished_whatever_is_killed(books: Books, service: Service) -> None:
    def served() -> int:
        with (
            books.database.reader.connect() as connection
        ):  # to write, we would wait for the run's own writes
            return int(connection.execute(select(func.count()).select_from(run_outcomes)).scalar_one())

    service.start()
    until(service.answers, "it starts")
    begun = service.http.post(service.url("v1/contribution-runs"), json={"year": 2021})
    assert (begun.status_code, begun.json()["finished"]) == (201, False)
    for reached in KILL_AT:
        until(lambda at=reached: served() >= at, f"{reached} are served")  # type: ignore[misc]
        service.kill()
        assert served() < NUMBER
        service.start()
    until(lambda: served() == NUMBER, "everybody is served")

    finished = select(contribution_runs.c.finished_at)
    until(lambda: books.run(lambda tx: tx.connection.execute(finished).scalar_one()) is not None, "finished")
    until(service.answers, "it starts again")
    again = service.http.post(service.url("v1/contribution-runs"), json={"year": 2021}).json()
    second = service.url(f"v1/contribution-runs/{again['id']}")
    until(lambda: service.http.get(second).json()["finished"], "the second run")

    c = contributions.c
    whose = books.run(lambda tx: tx.connection.execute(select(c.organisation_id)).scalars().all())
    assert sorted(whose) == sorted(f"club-{number}" for number in range(NUMBER))
    told = select(func.count(), func.count(outbox.c.subject.distinct()))
    told = told.where(outbox.c.nats_subject.like("%.contribution.allocated.v1"))
    assert books.run(lambda tx: tuple(tx.connection.execute(told).one())) == (NUMBER, NUMBER)
    balance = books.balance("clubs")
    assert (balance.committed, balance.available) == (NUMBER * EACH, 0)
    assert books.differences() == []
