# SPDX-License-Identifier: EUPL-1.2
"""What each service can do on the bus as it is deployed: its own work, and nothing of another's.

A real nats-server runs deploy/nats/nats-server.conf, with the secrets that deploy/secrets.sh makes; and what
`kernpuls up` makes of the same accounts.
"""

import asyncio
import json
import os
import socket
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from prometheus_client import CollectorRegistry
from pydantic import BaseModel
from sqlalchemy import select

from services.analytics.__main__ import SERVICE as ANALYTICS
from services.suite.bus import BINARY, STRENGTHEN, close_stream, guard_bus, prepare_bus, start_bus
from services.suite.discovery import discover
from services.suite.prepare import prepare_stream
from shared.contracts.envelope import entity_of, nats_subject, owner_of
from shared.contracts.events import CATALOGUE
from shared.http.app import create_app
from shared.messaging import relay, replay
from shared.messaging.address import bus_url_of
from shared.messaging.broker import Bus
from shared.messaging.decode import DEAD, FOREIGN
from shared.messaging.outbox import Unpublished
from shared.messaging.pull import LongPull
from shared.messaging.requests import Answerer, NoAnswer, ask, serve
from shared.messaging.stream import (
    SECOND,
    ApiError,
    StreamError,
    api,
    ensure_consumer,
    ensure_stream,
    redeliver_from,
    stream_config,
)
from shared.messaging.versions import versions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.process import Process
from shared.service import Service
from shared.settings import Settings
from shared.store import Database
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import PATIENCE, free_port
from tests.services.analytics import history
from tests.shared.messaging.conftest import figure, rows, until

DEPLOY = Path(__file__).parents[2] / "deploy"
SERVICES = ("initiatives", "budget", "surveys", "notifications", "analytics")
OWNERS = {entity_of(name): owner_of(CATALOGUE[name]) for name in CATALOGUE}
each_service = pytest.mark.parametrize("service", SERVICES)
Url = Callable[[str], str]


@pytest.fixture(scope="module", params=["deployed", "embedded"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Url]:
    """The address with which a user comes in: to the bus in containers, and to that which `up` starts."""
    home, port = tmp_path_factory.mktemp("bus"), free_port()
    command, address = (_deployed if request.param == "deployed" else _embedded)(home, port)
    log = (home / "log").open("wb")
    environment = os.environ | {"STREAM_MAX_BYTES": str(1024**3)}
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    _until_listening(port)
    asyncio.run(_provision(address))
    yield address
    server.terminate()
    server.wait(PATIENCE)


def _deployed(home: Path, port: int) -> tuple[list[str], Url]:
    subprocess.run(
        [DEPLOY / "secrets.sh", home / "secrets"], check=True, env=os.environ | {"HOME": str(home)}
    )
    config = (DEPLOY / "nats" / "nats-server.conf").read_text()
    for place, here in (
        ("port: 4222", f'listen: "127.0.0.1:{port}"'),
        ('http: "127.0.0.1:8222"', ""),
        ("store_dir: /data", f'store_dir: "{home}"'),
    ):
        assert place in config
        config = config.replace(place, here)
    (home / "nats-server.conf").write_text(config)
    (home / "accounts.conf").write_text((DEPLOY / "nats" / "accounts.conf").read_text())
    (home / "provision.conf").write_text((DEPLOY / "nats" / "create.conf").read_text())
    (home / "passwords.conf").write_text((home / "secrets" / "nats_passwords.conf").read_text())

    def address(user: str) -> str:
        given = (home / "secrets" / f"nats_{user}").read_text().strip()
        return given.replace("@nats:4222", f"@127.0.0.1:{port}")

    return [str(BINARY), "-c", str(home / "nats-server.conf")], address


def _embedded(home: Path, port: int) -> tuple[list[str], Url]:
    directory = home / "nats"
    settings = Settings(data_dir=home, nats_port=port)
    command = prepare_bus(directory, port, 1024**3, guard_bus(directory))
    return command, partial(bus_url_of, settings)


def _until_listening(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
    raise AssertionError("nats-server did not start")


async def _provision(url: Url) -> None:
    async with on_bus(url, "provision") as connection:
        assert await ensure_stream(connection, 1024**3) == "created"
        assert await ensure_stream(connection, 1024**3) == "kept"


@asynccontextmanager
async def on_bus(url: Url, user: str, name: str | None = None) -> AsyncIterator[Client]:
    bus = Bus(url(user), name or user)
    bus.start()
    try:
        yield await asyncio.wait_for(bus.connection(), PATIENCE)
    finally:
        await bus.stop()


@asynccontextmanager
async def observed(url: Url) -> AsyncIterator[list[str]]:
    """The subjects of the events that somebody who only looks on sees meanwhile."""
    connection = await nats.connect(url("observer"))
    seen: list[str] = []

    async def note(message: Msg) -> None:
        seen.append(message.subject)

    await connection.subscribe("kernpuls.>", cb=note)
    await connection.flush()
    yield seen
    await connection.flush()
    await connection.close()


def event(subject: str, payload: bytes = b"{}") -> Unpublished:
    return Unpublished(1, str(uuid.uuid4()), subject, payload, datetime.now(UTC))


def about(entity: str) -> str:
    return f"kernpuls.gm9999.zuid.{entity}.tried.v1"


async def stored(connection: Client) -> int:
    return int((await api(connection, "STREAM.INFO.KERNPULS"))["state"]["messages"])


async def refused(connection: Client, subject: str, payload: bytes = b"") -> bool:
    try:
        await connection.request(subject, payload, timeout=PATIENCE)
    except NoRespondersError:
        return True
    return False


@each_service
async def test_it_publishes_about_what_it_owns_and_nothing_else(url: Url, service: str) -> None:
    owned = [entity for entity, owner in OWNERS.items() if owner == service]
    async with on_bus(url, service) as connection, observed(url) as seen:
        for entity, owner in OWNERS.items():
            if owner == service:
                await relay.publish(connection, [event(about(entity)), event(about(entity))])
            else:
                before = await stored(connection)
                assert await refused(connection, about(entity))
                await connection.publish(about(entity), b"without asking for an answer")
                await connection.flush()
                assert await stored(connection) == before
        with suppress(TimeoutError):  # what is compared below says which did not come
            async with asyncio.timeout(PATIENCE):
                while len(seen) < 2 * len(owned):  # an event may be stored before whoever looks on has it
                    await asyncio.sleep(0.02)
    assert sorted(seen) == sorted(2 * [about(entity) for entity in owned])


@each_service
async def test_it_consumes_acknowledges_and_reads_again(url: Url, service: str) -> None:
    async with on_bus(url, "budget") as publisher:
        await relay.publish(publisher, [event(about("grant"), str(n).encode()) for n in range(300)])
    async with on_bus(url, service) as connection:
        filters = ["kernpuls.*.*.grant.>"]
        waiting = (await ensure_consumer(connection, service, filters))["num_pending"]
        assert waiting >= 300
        await redeliver_from(connection, service)
        pull, taken = LongPull(connection, service), 0
        await pull.open()
        while taken < waiting:
            for message in await pull.take(200):
                assert message.subject == about("grant")
                await message.ack()
                taken += 1
        await pull.close()
        async with asyncio.timeout(PATIENCE):  # the server takes the acknowledgements in its own time
            while (info := await api(connection, f"CONSUMER.INFO.KERNPULS.{service}"))["num_ack_pending"]:
                await asyncio.sleep(0.02)
        assert (info["num_pending"], info["num_redelivered"]) == (0, 0)
        for _ in range(2):
            assert sum([len(batch) async for batch in replay.read(connection, filters)]) == waiting


@each_service
async def test_the_stream_and_the_consumers_of_others_are_out_of_reach(url: Url, service: str) -> None:
    other = next(name for name in SERVICES if name != service)
    consumer = json.dumps({"stream_name": "KERNPULS", "config": {"name": other, "durable_name": other}})
    async with on_bus(url, service) as connection:
        for operation in (
            f"CONSUMER.INFO.KERNPULS.{other}", f"CONSUMER.DELETE.KERNPULS.{other}",
            f"CONSUMER.MSG.NEXT.KERNPULS.{other}", f"CONSUMER.RESET.KERNPULS.{other}",
            f"CONSUMER.DELETE.KERNPULS.replay-{other}", f"CONSUMER.CREATE.KERNPULS.{other}",
            "STREAM.UPDATE.KERNPULS", "STREAM.DELETE.KERNPULS", "STREAM.PURGE.KERNPULS",
            "STREAM.MSG.GET.KERNPULS", "STREAM.MSG.DELETE.KERNPULS", "DIRECT.GET.KERNPULS",
            "STREAM.CREATE.OWN", "STREAM.LIST", "ACCOUNT.PURGE.EVENTS",
        ):  # fmt: skip
            assert await refused(connection, f"$JS.API.{operation}", consumer.encode()), operation
        own = await connection.request(
            f"$JS.API.CONSUMER.CREATE.KERNPULS.{service}", consumer.encode(), timeout=PATIENCE
        )
        assert "does not match" in json.loads(own.data)["error"]["description"]


async def test_an_event_of_ones_own_cannot_be_pulled_onto_anothers_subject(url: Url) -> None:
    """Within one account it can: JetStream delivers to whatever reply subject a pull names."""
    async with on_bus(url, "initiatives") as connection, observed(url) as seen:
        await ensure_consumer(connection, "initiatives", ["kernpuls.*.*.initiative.>"])
        answer = await connection.request(about("initiative"), b"no message id", timeout=PATIENCE)
        await redeliver_from(connection, "initiatives", int(json.loads(answer.data)["seq"]))
        before = await stored(connection)
        pull = json.dumps({"batch": 10, "no_wait": True}).encode()
        await connection.publish("$JS.API.CONSUMER.MSG.NEXT.KERNPULS.initiatives", pull, reply=about("grant"))
        await connection.publish("$JS.API.STREAM.INFO.KERNPULS", b"", reply=about("grant"))
        await connection.publish(about("initiative"), b"", reply=about("grant"))
        await connection.flush()
        await asyncio.sleep(0.3)
        assert await stored(connection) == before + 1
        assert about("grant") not in seen


async def test_who_looks_on_and_who_provisions_publish_nothing(url: Url) -> None:
    async with on_bus(url, "budget") as budget:
        before = await stored(budget)
        for user in ("observer", "provision"):
            connection = await nats.connect(url(user), error_cb=_silent)
            for entity in OWNERS:
                await connection.publish(about(entity), b"{}")
            await connection.publish("$JS.API.STREAM.PURGE.KERNPULS", b"")
            await connection.flush()
            await connection.close()
        assert await stored(budget) == before


async def test_who_provisions_changes_no_stream_that_is_there(url: Url) -> None:
    forgetful = stream_config(1024**2, 1) | {"max_age": SECOND, "duplicate_window": SECOND}
    async with on_bus(url, "budget") as budget, on_bus(url, "provision") as connection:
        have = (await api(budget, "STREAM.INFO.KERNPULS"))["config"]
        with pytest.raises(ApiError):
            await api(connection, "STREAM.CREATE.KERNPULS", forgetful)
        for operation in ("UPDATE", "DELETE", "PURGE"):
            await connection.publish(f"$JS.API.STREAM.{operation}.KERNPULS", json.dumps(forgetful).encode())
        await connection.flush()
        assert (await api(budget, "STREAM.INFO.KERNPULS"))["config"] == have


async def test_a_stream_is_strengthened_while_the_bus_starts_and_not_afterwards(tmp_path: Path) -> None:
    """As `kernpuls up` does: whoever may change the stream is gone before a service is there."""
    settings = Settings(data_dir=tmp_path, nats_port=free_port(), stream_max_bytes=64 * 1024**2)
    more, most = (settings.model_copy(update={"stream_max_bytes": n * 1024**2}) for n in (96, 128))
    server = start_bus(settings, STRENGTHEN)
    try:
        assert await prepare_stream(settings, PATIENCE) == "created"
        assert await prepare_stream(more, PATIENCE) == "updated"
        close_stream(server, tmp_path / "nats")
        async with asyncio.timeout(PATIENCE):
            while not await _is_refused(most):  # the server reads its accounts in its own time
                await asyncio.sleep(0.1)
        assert await prepare_stream(more, PATIENCE) == "kept"
        async with on_bus(partial(bus_url_of, settings), "budget") as budget:
            await relay.publish(budget, [event(about("grant"))])
    finally:
        await server.stop(PATIENCE)


async def _is_refused(settings: Settings) -> bool:
    try:
        await prepare_stream(settings, PATIENCE)
    except StreamError as error:
        return "max_bytes" in str(error)
    return False


async def test_with_a_wrong_password_nobody_comes_in(url: Url) -> None:
    with pytest.raises(nats.errors.Error, match="Authorization"):
        await _plain(url, "budget:wrong@")


async def test_who_gives_no_name_comes_in_to_listen_at_most(url: Url, request: pytest.FixtureRequest) -> None:
    if request.node.callspec.params["url"] == "deployed":
        with pytest.raises(nats.errors.Error, match="Authorization"):
            await _plain(url, "")
        return
    async with on_bus(url, "budget") as budget:
        before = await stored(budget)
        connection = await _plain(url, "")
        heard = await connection.subscribe("kernpuls.>")
        await connection.publish(about("grant"), b"{}")
        await connection.publish("$JS.API.STREAM.PURGE.KERNPULS", b"")
        await connection.flush()
        assert await stored(budget) == before
        await relay.publish(budget, [event(about("grant"))])
        assert (await heard.next_msg(timeout=PATIENCE)).subject == about("grant")
        await connection.close()


async def _plain(url: Url, user: str) -> Client:
    address = url("budget").partition("@")[2]
    return await nats.connect(f"nats://{user}{address}", allow_reconnect=False, error_cb=_silent)


async def _silent(_error: Exception) -> None:
    """The refusal shows in what is stored."""


class Question(BaseModel):
    word: str


@pytest.mark.parametrize(
    ("subject", "owner", "asker"),
    [
        ("initiatives.contact", "initiatives", "notifications"),
        ("surveys.story", "surveys", "analytics"),
        ("analytics.money", "analytics", "budget"),
    ],
)
async def test_only_who_may_ask_is_answered(
    url: Url, tmp_path: Path, subject: str, owner: str, asker: str
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}", owner)
    buses = {name: Bus(url(name), name) for name in SERVICES}
    reply = Answerer(subject, Question, lambda _connection, question: question)
    buses[owner].prepare = lambda broker: serve(broker, database, (reply,))
    for bus in buses.values():
        bus.start()
        await asyncio.wait_for(bus.connection(), PATIENCE)
    try:
        for name in SERVICES:
            is_allowed = name in (asker, owner)
            within = PATIENCE if is_allowed else 1.0
            asked = ask(buses[name].broker, subject, Question(word="x"), Question, within)
            if is_allowed:
                assert (await asked).word == "x"
            else:
                with pytest.raises(NoAnswer):
                    await asked
    finally:
        for bus in buses.values():
            await bus.stop()
        database.close()


@pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)
async def test_a_real_process_does_its_work_under_its_user(
    url: Url, tmp_path: Path, municipality: Municipality, service: Service
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}", service.name)
    migrate(database, service.package)
    process = Process(service, database, municipality, Bus(url(service.name), service.name))
    await process.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while not process.leader.leads or await process.ready():
                await asyncio.sleep(0.05)
            for action in {"reconcile", "rebuild"} & process.desk.actions.keys():
                assert await process.desk.actions[action]({})
            if service.handlers:
                connection = await process.bus.connection()
                while (await api(connection, f"CONSUMER.INFO.KERNPULS.{service.name}"))["num_waiting"] == 0:
                    await asyncio.sleep(0.05)  # its pull stands
    finally:
        await process.stop()


async def test_what_is_forged_is_a_dead_letter_and_the_owners_next_event_is_shown(
    url: Url, tmp_path: Path, municipality: Municipality
) -> None:
    """An account reaches its own subjects alone; what it says there in another's name convinces nobody."""
    kern, name = ("noordoever",), f"g-{uuid.uuid4().hex[:8]}"
    adopted = history.adopted(2022, noordoever=9_000_00)
    granted = [history.grant(what, kern, 2022, 900) for what in ("reserved", "allocated")]
    told = history.History().say(f"y-{name}", adopted).say(name, *granted).events
    *before, (where, next_one) = [(nats_subject(e.gemeente, e.kern, e.data.TYPE), e.to_bytes()) for e in told]
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}", "analytics")
    migrate(database, "services.analytics")
    process = Process(ANALYTICS, database, municipality, Bus(url("analytics"), "analytics"))
    async with on_bus(url, "surveys") as forger, on_bus(url, "budget") as owner:
        await relay.publish(owner, [event(*each) for each in before])
        assert await refused(forger, where, next_one)
        await relay.publish(forger, [event("kernpuls.gm9999.noordoever.survey.opened.v1", next_one)])
        for changed in ({"gemeente": "gm9998"}, {"subjectsequence": "\u0662"}):
            await relay.publish(owner, [event(where, json.dumps(json.loads(next_one) | changed).encode())])
        await relay.publish(owner, [event(where, next_one)])
    await process.start()
    try:
        await until(lambda: _is_at(database, name, 2))
        about_it = f"SELECT reason FROM parked WHERE instr(payload, CAST('{name}' AS BLOB)) ORDER BY id"
        assert await rows(process, about_it) == [(FOREIGN,), (FOREIGN,), (DEAD,)]
        await process.measure()
        assert await figure(process, 'kernpuls_parked_events{reason="foreign"}') == 2
        app = create_app(ANALYTICS, process.transactions, process.ready, CollectorRegistry(), DOOR)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers=AS_ANYBODY
        ) as reader:
            for page in ("/", "/kernen/noordoever?year=2022", "/v1/overview"):
                assert (await reader.get(page)).status_code == 200
    finally:
        await process.stop()


async def _is_at(database: Database, subject: str, sequence: int) -> bool:
    """Whether the overview is so far with a subject."""
    reached = select(versions.c.last_sequence).where(versions.c.subject == subject)
    return await database.read(lambda c: c.execute(reached).scalar()) == sequence


async def test_a_stream_made_without_accounts_is_there_with_them(tmp_path: Path) -> None:
    """An installation of before starts with every event that it had."""
    directory, port = tmp_path / "nats", free_port()
    settings = Settings(data_dir=tmp_path, nats_port=port)
    for guarded in (False, True):
        command = prepare_bus(directory, port, 1024**3, guard_bus(directory) if guarded else "")
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _until_listening(port)
        connection = await nats.connect(bus_url_of(settings, "analytics") if guarded else settings.bus_url)
        if not guarded:
            await ensure_stream(connection, 1024**3)
            await relay.publish(connection, [event(about("grant"))])
        assert await stored(connection) == 1
        await connection.close()
        server.terminate()
        server.wait(PATIENCE)
