# SPDX-License-Identifier: EUPL-1.2
"""Two municipalities on one server, in accounts of their own (ADR 14): stream, consumers and questions have
the same names in both, and nothing of one reaches the other.
"""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.suite.bus import ACCOUNTS, BINARY, CREATE, PROVISION
from shared.messaging import relay, replay
from shared.messaging.broker import Bus
from shared.messaging.requests import Answerer, NoAnswer, ask, serve
from shared.messaging.stream import api, ensure_consumer, ensure_stream
from shared.store import Database
from tests.conftest import PATIENCE, free_port
from tests.shared.test_bus_accounts import Question, Url, _until_listening, about, event, on_bus, stored

ONE, OTHER = "GM0001", "GM0002"
USER, PASSWORD = re.compile(r"user: (\w+)"), re.compile(r"\$(\w+_PASSWORD)")


def accounts_of(municipality: str) -> str:
    """Those of deploy/nats, under names of this municipality."""
    block = ACCOUNTS.read_text().partition("accounts {")[2].rpartition("}")[0]
    for name in re.findall(r"^  ([A-Z]+) \{", block, re.MULTILINE):
        block = re.sub(rf"\b{name}\b", f"{municipality}_{name}", block)
    return USER.sub(rf"user: {municipality}-\1", PASSWORD.sub(municipality, block))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Url]]:
    """How a user of each municipality comes in."""
    home, port = tmp_path_factory.mktemp("shared-bus"), free_port()
    (home / PROVISION).write_text(ACCOUNTS.with_name(CREATE).read_text())
    (home / "nats-server.conf").write_text(
        f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{home}" }}\n'
        f"accounts {{ {accounts_of(ONE)} {accounts_of(OTHER)} }}\n"
    )
    log = (home / "log").open("wb")
    running = subprocess.Popen([BINARY, "-c", home / "nats-server.conf"], stdout=log, stderr=log)
    _until_listening(port)
    urls: dict[str, Url] = {
        each: lambda user, each=each: f"nats://{each}-{user}:{each}@127.0.0.1:{port}"  # type: ignore[misc]
        for each in (ONE, OTHER)
    }
    for url in urls.values():
        asyncio.run(_provision(url))
    yield urls
    running.terminate()
    running.wait(PATIENCE)


async def _provision(url: Url) -> None:
    async with on_bus(url, "provision") as connection:
        assert await ensure_stream(connection, 64 * 1024**2) == "created"


async def test_no_event_of_one_reaches_the_other(server: dict[str, Url]) -> None:
    """Not even where it has the other's gemeente, and its reader asks for everything."""
    everything = ["kernpuls.>"]
    async with on_bus(server[ONE], "budget") as here, on_bus(server[OTHER], "budget") as there:
        await relay.publish(here, [event(about("grant")) for _ in range(20)])
        await relay.publish(there, [event(about("grant"), b"theirs")])
        assert (await stored(here), await stored(there)) == (20, 1)
        assert (await ensure_consumer(there, "budget", everything))["num_pending"] == 1
        assert [each.data async for batch in replay.read(there, everything) for each in batch] == [b"theirs"]
        assert (await ensure_consumer(here, "budget", everything))["num_pending"] == 20
        await api(there, "CONSUMER.DELETE.KERNPULS.budget")
        assert (await api(here, "CONSUMER.INFO.KERNPULS.budget"))["num_pending"] == 20


async def test_no_question_of_one_is_answered_by_the_other(server: dict[str, Url], tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}", "initiatives")
    reply = Answerer("initiatives.contact", Question, lambda _connection, question: question)
    owner = Bus(server[ONE]("initiatives"), "initiatives")
    owner.prepare = lambda broker: serve(broker, database, (reply,))
    askers = {each: Bus(server[each]("notifications"), "notifications") for each in (ONE, OTHER)}
    for bus in (owner, *askers.values()):
        bus.start()
        await asyncio.wait_for(bus.connection(), PATIENCE)
    try:
        question = Question(word="x")
        assert (
            await ask(askers[ONE].broker, "initiatives.contact", question, Question, PATIENCE)
        ).word == "x"
        with pytest.raises(NoAnswer):
            await ask(askers[OTHER].broker, "initiatives.contact", question, Question, 1.0)
    finally:
        for bus in (owner, *askers.values()):
            await bus.stop()
        database.close()
