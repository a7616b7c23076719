# SPDX-License-Identifier: EUPL-1.2
"""A storm of decisions about money: 64 clients at once on one service, some of whom hear no answer.

Each client asks, decides, amends, withdraws, settles or takes an initiative back, whatever comes first; some
commands over HTTP are sent again under their key, as after a time-out. Afterwards no prefix of the ledger is
over, nobody stands in line beside money, and each command that was acknowledged was done, once, and no other.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from services.budget.__main__ import SERVICE
from services.budget.grants import handlers
from services.budget.grants.tables import grants
from services.budget.ledger import queries
from shared.contracts.initiatives import InitiativeWithdrawn
from shared.http.app import create_app
from shared.messaging.outbox import outbox
from shared.messaging.transaction import Cause, Transaction
from shared.municipality import load_municipality
from shared.outage import is_outage
from shared.store import Database
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import HERE
from tests.services.budget.books import TODAY, Books, assessed, recorded

CLIENTS = 64
LINES = {"small-help": 100_000_00, "shore": 200_000_00}
KERNEN = ("noordoever", "zuidoever", "de-plaat")
# What a command that is acknowledged is told as, by its path or its decision.
TOLD_AS = {
    "allocate": "allocated", "decline": "declined", "wait": "waitlisted", "amendments": "amended",
    "withdrawals": "withdrawn", "settlements": "settled",
}  # fmt: skip
ONCE = ("allocated", "declined", "settled", "withdrawn")


@dataclass
class Outcome:
    """What the clients heard, by status and code; `asked` initiatives; and what is not as promised."""

    heard: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    lost: list[str] = field(default_factory=list)  # acknowledged, not done
    doubled: list[str] = field(default_factory=list)  # done twice, or refused and done
    over: list[str] = field(default_factory=list)  # below nothing at any moment, or balances without postings
    passed_by: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.over, *self.passed_by]


class Storm:
    """One seed on one database."""

    def __init__(self, books: Books, http: httpx.AsyncClient, seed: int) -> None:
        self.books, self.http, self.random = books, http, random.Random(seed)
        self.ids: list[tuple[str, str]] = []  # initiative, grant
        self.done: Counter[tuple[str, str]] = Counter()  # acknowledged: grant, as what it is told
        self.outcome = Outcome()

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
        self.outcome.asked += 1
        name = f"i{self.outcome.asked}"
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
        commands: list[tuple[str, dict[str, Any]]] = [
            ("decisions", {"decision": "allocate"}),
            ("decisions", {"decision": "allocate", "amountCents": amount}),
            ("decisions", {"decision": "decline"}),
            ("decisions", {"decision": "wait"}),
            ("amendments", {"amountCents": amount}),
            ("withdrawals", {}),
            ("settlements", {"actualCostCents": amount}),
        ]
        path, body = self.random.choice(commands)
        send = {
            "url": f"/v1/grants/{grant}/{path}",
            "json": body,
            "headers": {"Idempotency-Key": f"k{number}"},
        }
        first = await self._send(send)
        self.outcome.heard[f"{first.status_code} {first.json().get('code', '')}".strip()] += 1
        if first.status_code == 201:
            self.done[grant, TOLD_AS[body.get("decision", path)]] += 1
        if self.random.random() < 0.2:  # the answer did not arrive
            again = await self._send(send)
            self.outcome.heard["again"] += 1
            if first.status_code == 201:
                assert (again.status_code, again.content) == (201, first.content)
            elif again.status_code == 201:  # there was no answer to keep: it is a new command
                self.done[grant, TOLD_AS[body.get("decision", path)]] += 1

    async def _send(self, request: dict[str, Any]) -> httpx.Response:
        """As a client does that is told to come back."""
        while (answer := await self.http.post(**request)).status_code == 503:
            self.outcome.heard["503"] += 1
        assert answer.status_code in (201, 409), answer.text
        return answer

    def judge(self) -> Outcome:
        told, of_grant = self._told(), defaultdict[str, set[str]](set)
        found = self.outcome
        found.lost = [f"{place} was acknowledged, and not done" for place in (self.done - told)]
        found.doubled = [f"{place} was done, and not acknowledged" for place in (told - self.done)]
        for (grant, kind), count in told.items():
            of_grant[grant].add(kind)
            if count > 1 and kind in ONCE:
                found.doubled.append(f"{grant} was {kind} {count} times")
        found.doubled += [f"{g} was given and refused" for g, of in of_grant.items() if {*ONCE[:2]} <= of]
        found.over = self.books.run(
            lambda tx: [*map(str, queries.faults(tx.connection)), *queries.below_nothing(tx.connection)]
        )
        found.passed_by = self.books.passed_by()
        return found

    def _told(self) -> Counter[tuple[str, str]]:
        """What the budget holder did to each grant, as the outbox tells it."""
        told: Counter[tuple[str, str]] = Counter()
        for payload in self.books.run(
            lambda tx: list(tx.connection.execute(select(outbox.c.payload)).scalars())
        ):
            event: dict[str, Any] = json.loads(payload)
            kind = event["type"].split(".")[-2]
            if event["data"]["actor"] == "budget-holder" and kind in TOLD_AS.values():
                told[event["subject"], kind] += 1
        return told


async def storm(database: Database, seed: int, decisions: int) -> Outcome:
    """On an empty store that is migrated. AssertionError if an answer is neither done nor refused."""
    books = Books(database, load_municipality(HERE / "municipality.toml"))
    books.municipality = books.transactions.municipality = books.municipality.model_copy(
        update={"yearly_total_cents": 10_000_000_00}
    )
    books.adopt(small_help=LINES["small-help"], shore=LINES["shore"])

    async def ready() -> dict[str, str]:
        return {}

    app = create_app(SERVICE, books.transactions, ready, CollectorRegistry(), DOOR)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", timeout=60, headers=AS_ANYBODY
    ) as http:
        blowing = Storm(books, http, seed)
        await blowing.blow(decisions)
    return blowing.judge()
