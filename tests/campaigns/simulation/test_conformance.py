# SPDX-License-Identifier: EUPL-1.2
"""The model of the server against nats-server itself: the same random scripts, the same observations."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nats
import nats.errors
from nats.aio.msg import Msg

from shared.messaging import stream
from shared.messaging.replay import read, stream_sequence
from shared.messaging.stream import STREAM, ApiError, ensure_consumer, ensure_stream, redeliver_from
from tests.campaigns.simulation.loop import VirtualLoop
from tests.campaigns.simulation.wire import Client, Net
from tests.conftest import NatsServer

SCRIPTS, OPERATIONS = 8, 60
ACK_WAIT = 5.0  # seconds: longer than a script takes on a busy machine
FILTER = ["kernpuls.*.*.initiative.>"]
SUBJECTS = ("kernpuls.gm.kern.initiative.started.v1", "kernpuls.gm.kern.grant.allocated.v1")
# Not `delivered` and `ack_floor`: after a reset on a busy machine the server goes on reporting what they were
# before (5 of 144 scripts; the floor once), while it delivers from where it was told. What it delivers, then
# and after the next reset, is compared message by message.
COUNTED = ("num_ack_pending", "num_waiting", "num_pending")


class Script:
    """Random operations on one connection, and everything that can be observed of them."""

    def __init__(self, seed: int, connection: Any) -> None:
        self.random, self.connection = random.Random(seed), connection
        self.seen: list[Any] = []
        self.arrived: list[tuple[Any, ...]] = []
        self.acks: list[str] = []
        self.fresh: list[str] = []
        self.inboxes: dict[int, Any] = {}
        self.batches = 0

    async def run(self) -> list[Any]:
        operations: list[Callable[[], Awaitable[Any]]] = [
            self.publish, self.publish, self.batch, self.batch, self.pull, self.pull, self.acknowledge,
            self.acknowledge, self.acknowledge, self.reset, self.listen_anew, self.delete, self.provide,
            self.read,
        ]  # fmt: skip
        await self.provide()
        for _ in range(OPERATIONS):
            operation = self.random.choice(operations)
            await self.note(operation.__name__, await operation())
        return self.seen

    async def note(self, name: str, answer: Any) -> None:
        """What came of it: a round trip later, all that it set off is here too."""
        await self._ask("$JS.API.STREAM.INFO." + STREAM)
        await asyncio.sleep(0.03)
        info = await self._ask(f"$JS.API.CONSUMER.INFO.{STREAM}.budget")
        counted = {key: _numbers(info[key]) for key in COUNTED} if "config" in info else info
        self.seen.append((name, answer, sorted(self.arrived, key=str), counted))
        self.arrived.clear()
        self.acks += sorted(self.fresh, key=lambda ack: int(ack.split(".")[6]))  # two inboxes have no order
        self.fresh.clear()

    async def _ask(self, subject: str, payload: bytes = b"", **headers: str) -> dict[str, Any]:
        try:
            reply = await self.connection.request(subject, payload, timeout=5, headers=headers or None)
        except nats.errors.NoRespondersError:
            return {"nobody": True}
        answer = json.loads(reply.data)
        return {"err_code": answer["error"]["err_code"]} if "error" in answer else dict(answer)

    def _id(self) -> str:
        return f"m{self.random.randint(1, 60)}"

    async def publish(self) -> Any:
        answer = await self._ask(self.random.choice(SUBJECTS), b"x", **{"Nats-Msg-Id": self._id()})
        return answer.get("seq"), answer.get("duplicate")

    async def batch(self) -> Any:
        """Of one to five; now and then one of them gets lost, or the same id is in it twice."""
        ids = [self._id() for _ in range(self.random.randint(1, 5))]
        lost = self.random.randint(1, 12)
        self.batches += 1
        for place, each in enumerate(ids, 1):
            about = {
                "Nats-Msg-Id": each,
                "Nats-Batch-Id": f"b{self.batches}",
                "Nats-Batch-Sequence": str(place),
            }
            subject = self.random.choice(SUBJECTS)
            if place == len(ids):
                answer = await self._ask(subject, b"x", **about, **{"Nats-Batch-Commit": "1"})
                return answer.get("seq"), answer.get("count"), answer.get("err_code")
            if place != lost:
                await self.connection.publish(subject, b"x", headers=about)
        raise AssertionError("unreachable")

    async def pull(self) -> None:
        which = self.random.randint(0, 1)
        if which not in self.inboxes:
            await self._listen(which)
        inbox, _ = self.inboxes[which]
        wanted = {"batch": self.random.randint(1, 6), "expires": 60 * 10**9, "idle_heartbeat": 25 * 10**9}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.budget"
        await self.connection.publish(subject, json.dumps(wanted).encode(), reply=inbox)

    async def acknowledge(self) -> None:
        """Whatever was delivered once, also when that was before a reset."""
        if self.acks:
            await self.connection.publish(self.random.choice(self.acks[-8:]))

    async def reset(self) -> Any:
        sequence = self.random.choice([None, None, 1, self.random.randint(1, 5)])
        if "err_code" in await self._ask(f"$JS.API.CONSUMER.INFO.{STREAM}.budget"):
            return "nobody"
        try:
            await redeliver_from(self.connection, "budget", sequence)
        except ApiError as error:
            return error.code
        return None

    async def listen_anew(self) -> None:
        """In another inbox: what is said to the old one, nobody hears."""
        which = self.random.randint(0, 1)
        if which in self.inboxes:
            await self.inboxes.pop(which)[1].unsubscribe()

    async def _listen(self, which: int) -> None:
        async def arrive(message: Msg) -> None:
            status = (message.headers or {}).get("Status")
            about = message.reply.split(".")
            if status:
                self.arrived.append((which, status))
                return
            self.fresh.append(message.reply)
            self.arrived.append((which, message.subject, *about[4:7]))

        inbox = self.connection.new_inbox()
        self.inboxes[which] = inbox, await self.connection.subscribe(inbox, cb=arrive)

    async def delete(self) -> None:
        if self.random.random() < 0.3:
            await self._ask(f"$JS.API.CONSUMER.DELETE.{STREAM}.budget")

    async def provide(self) -> None:
        await ensure_consumer(self.connection, "budget", FILTER)

    async def read(self) -> list[int]:
        """From somewhere in the middle, as the relay does to see what a duplicate is of."""
        start = self.random.randint(1, 20)
        return [stream_sequence(m) async for batch in read(self.connection, FILTER, start) for m in batch]

    async def redelivered(self) -> set[str]:
        """What was not acknowledged comes again after a while, to whoever asks."""
        await self.provide()
        await self._listen(0)
        inbox, _ = self.inboxes[0]
        wanted = {"batch": 500, "expires": 60 * 10**9, "idle_heartbeat": int(0.8 * 10**9)}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.budget"
        await self.connection.publish(subject, json.dumps(wanted).encode(), reply=inbox)
        await asyncio.sleep(1.5 * ACK_WAIT)
        return {each[3] for each in self.arrived if len(each) > 2} | {
            str(e[1]) for e in self.arrived if len(e) == 2
        }


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return value["consumer_seq"], value["stream_seq"]
    return value


def of_the_model(seed: int) -> tuple[list[Any], set[str]]:
    loop = VirtualLoop(random.Random(seed))
    net = Net(loop)

    async def play() -> tuple[list[Any], set[str]]:
        script = Script(seed, Client(net, "test"))
        return await script.run(), await script.redelivered()

    found: tuple[list[Any], set[str]] = loop.run(play())
    return found


async def of_the_server(seed: int, folder: Path) -> tuple[list[Any], set[str]]:
    server = NatsServer(folder)
    server.start()
    try:
        connection = await nats.connect(server.url)
        await ensure_stream(connection, 1024**2)
        script = Script(seed, connection)
        found = await script.run(), await script.redelivered()
        await connection.close()
        return found
    finally:
        server.stop()


async def test_the_model_does_what_the_server_does(tmp_path: Path) -> None:
    with patch.object(stream, "ACK_WAIT", int(ACK_WAIT * stream.SECOND)):
        servers = await asyncio.gather(
            *(of_the_server(seed, tmp_path / str(seed)) for seed in range(SCRIPTS))
        )
        loop = asyncio.get_running_loop()
        for seed, real in enumerate(servers):
            model = await loop.run_in_executor(None, of_the_model, seed)
            for place, (found, expected) in enumerate(zip(model[0], real[0], strict=True)):
                assert found == expected, f"script {seed}, operation {place}: the model says {found}"
            assert model[1] == real[1], f"script {seed}: after a while"


async def test_a_reset_of_a_consumer_that_is_not_there_is_not_answered(tmp_path: Path) -> None:
    """Neither by the server nor by the model: who asks waits in vain."""
    model = asyncio.get_running_loop().run_in_executor(None, _unanswered_by_the_model)
    server = NatsServer(tmp_path / "nats")
    server.start()
    connection = await nats.connect(server.url)
    await ensure_stream(connection, 1024**2)
    assert await _unanswered(connection)
    assert await model
    await connection.close()
    server.stop()


async def _unanswered(connection: Any) -> bool:
    try:
        await connection.request(f"$JS.API.CONSUMER.RESET.{STREAM}.nobody", b"{}", timeout=1)
    except nats.errors.TimeoutError:
        return True
    return False


def _unanswered_by_the_model() -> bool:
    loop = VirtualLoop(random.Random(0))

    async def ask() -> bool:
        return await _unanswered(Client(Net(loop), "test"))

    return bool(loop.run(ask()))
