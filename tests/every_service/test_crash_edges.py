# SPDX-License-Identifier: EUPL-1.2
"""Deaths where the world outside is part of it: a caller who hears nothing, a mail server that took a letter,
a migration of several steps. Every ordered pair of points.
"""

import asyncio
import email
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from nats.aio.client import Client
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.notifications.delivery import dispatch as room
from services.notifications.delivery.dispatch import Dispatch
from services.notifications.delivery.smtp import Smtp
from services.notifications.metrics import NoticeMetrics
from services.notifications.notices import store
from services.notifications.notices.model import Notice
from services.notifications.notices.tables import notice
from services.suite.discovery import discover, named
from shared.http.app import create_app
from shared.messaging import crash
from shared.messaging.leader import Task
from shared.messaging.outbox import outbox
from shared.migrate import migrate
from shared.migrated import pending
from shared.runtime import Runtime
from shared.service import Service
from shared.store import Database, plumbing
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import PATIENCE, NatsServer
from tests.every_service.conftest import NOW
from tests.every_service.deaths import Died, Fate, Run, nothing_lost_or_doubled
from tests.services.initiatives.conftest import SUBMISSION
from tests.services.notifications.post import CONTACT, Post, owner, post_office
from tests.shared.test_migrations import differences, tables_of

INITIATIVES, NOTIFICATIONS = named("initiatives"), named("notifications")
OF_A_COMMAND = ("CP1", "CP2", "CP2.2", "CP3", "CP4")
OF_A_LETTER = ("CP1", "CP2", "CP9", "CP10", "CP1.2", "CP3", "CP4")


@pytest.mark.parametrize("first", OF_A_COMMAND)
@pytest.mark.parametrize("service", [INITIATIVES], ids=["initiatives"])
async def test_of_a_command_that_is_sent_again(client: Client, fate: Fate, run: Run, first: str) -> None:
    """Under its key, until it is answered: one effect, and the answer is that of the first."""
    before = await run.database.read(_told)
    for number, second in enumerate(OF_A_COMMAND, 1):
        fate.points = [first, second]
        answer = None
        while answer is None:
            answer = await _send(run, f"then-{second}")
        await run.until(run.has_told, "did not tell")
        assert len(fate.points) < 2
        fate.points = []
        again = await _send(run, f"then-{second}")
        assert again is not None
        assert again.headers["Idempotency-Replayed"] == "true"
        assert (again.status_code, again.content) == (answer.status_code, answer.content)
        new = Counter(await run.database.read(_told)) - Counter(before)
        assert sorted(new.values()) == [1] * number, "every command has one initiative of its own"
    await nothing_lost_or_doubled(client, run)


async def _send(run: Run, key: str) -> httpx.Response | None:
    """The answer; None if the process died before it gave one."""
    if run.is_dead:
        await run.end()
        await run.start()
    assert run.process
    app = create_app(run.service, run.process.transactions, run.process.ready, CollectorRegistry(), DOOR)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=AS_ANYBODY
    ) as caller:
        try:
            answer = await caller.post(
                "/v1/initiatives",
                json=SUBMISSION | {"happenedOn": "2021-06-16"},
                headers={"Idempotency-Key": key},
            )
        except Died:
            run.fate.is_dead = True
            return None
    assert answer.status_code == 201, answer.text
    return answer


def _told(connection: Any) -> list[str]:
    return list(connection.execute(select(outbox.c.subject)).scalars())


class Letterbox(Post):
    """A mail server that takes a message and, when we are to die then, says nothing more."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.fate.strikes("CP9"):
            await asyncio.sleep(30)
        return answer


@pytest.fixture
def letterbox(fate: Fate) -> Iterator[Post]:
    with post_office(Letterbox(fate)) as post:
        yield post


@pytest.fixture
async def delivering(
    run: Run, letterbox: Post, own_nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Run]:
    """The run, begun again with the delivery of letters to a real mail server."""
    monkeypatch.setattr(room, "LOOK_EVERY", 0.02)
    smtp = Smtp(f"smtp://127.0.0.1:{letterbox.port}", starttls=False, timeout=PATIENCE)

    def tasks(runtime: Runtime) -> dict[str, Task]:
        metrics = NoticeMetrics(CollectorRegistry())
        sender = "dorpen@waterrijk.example"
        letters = Dispatch(runtime.transactions, runtime.bus, smtp, metrics, sender, None, lambda: 0.5)
        return {"delivery": letters.run}

    await run.end()
    run.service = Run(run.service, run.database, run.municipality, run.url, run.fate, tasks).service
    async with owner(own_nats_server.url, run.database, {f"i-{point}": CONTACT for point in OF_A_LETTER}):
        await run.start()
        yield run


@pytest.mark.parametrize("first", OF_A_LETTER)
@pytest.mark.parametrize("service", [NOTIFICATIONS], ids=["notifications"])
async def test_of_a_letter_that_goes_out(
    client: Client, fate: Fate, delivering: Run, letterbox: Post, first: str
) -> None:
    """None is lost; one that came twice has the same Message-ID, and was counted as unknown."""
    run = delivering
    for second in OF_A_LETTER:
        fate.points = [first, second]
        await run.database.write(lambda c, at=second: store.add(c, _notice(at)))  # type: ignore[misc]
        await run.until(lambda at=second: _is_sent(run, at), "was not sent")  # type: ignore[misc]
        assert len(fate.points) < 2, f"{first} was not passed"
        fate.points = []
    sent = Counter(email.message_from_bytes(content)["Message-ID"] for _, content in letterbox.received)
    rows = await run.database.read(lambda c: list(c.execute(select(notice))))
    assert len(sent) == len(rows) == len(OF_A_LETTER)
    for row in rows:
        assert sent[f"<{row.id}@waterrijk.example>"] <= 1 + row.unknown
    told = Counter(name.split(".")[-2] for name in await run.database.read(_names))
    assert told["delivered"] == len(rows)
    assert told["unknown"] == sum(row.unknown for row in rows)
    await nothing_lost_or_doubled(client, run)


def _notice(at: str) -> Notice:
    facts = {"decisionDueOn": "2026-04-26", "receivedOn": "2026-03-01", "kernen": ["noordoever"]}
    return Notice(
        id=f"n-{at}",
        event_id=f"e-{at}",
        about=f"i-{at}",
        audience="submitter",
        recipient="",
        channel="email",
        template="receipt",
        facts=facts | {"origin": "live"},
        created_at=NOW,
        next_at=NOW,
    )


async def _is_sent(run: Run, at: str) -> bool:
    state = select(notice.c.state).where(notice.c.event_id == f"e-{at}")
    is_sent = await run.database.read(lambda c: c.execute(state).scalar_one()) == "sent"
    return is_sent and await run.has_told()


def _names(connection: Any) -> list[str]:
    return list(connection.execute(select(outbox.c.nats_subject)).scalars())


@pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_of_a_migration_at_every_step(
    database_url: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of a migration that was interrupted is there, and the next one does all of it."""
    database, counted = (
        Database(database_url.replace("store.", f"{n}."), f"{service.name}-{n}") for n in "ab"
    )
    steps = list[str]()
    monkeypatch.setattr(crash, "here", steps.append)
    migrate(counted, service.package)
    assert len(steps) > 3, steps
    fate = Fate()
    monkeypatch.setattr(crash, "here", fate.here)
    missing: list[str] | None = None
    for step in range(1, len(steps) + 1):
        fate.points = [f"CP14.{step}"]
        with pytest.raises(Died):
            migrate(database, service.package)
        with database.reader.connect() as connection:
            left = pending(connection, service.package)
        missing = missing or left
        assert left == missing
    migrate(database, service.package)
    assert differences(database, [plumbing, *tables_of(service.package)]) == []
    database.close()
    counted.close()
