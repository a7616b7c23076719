# SPDX-License-Identifier: EUPL-1.2
"""A service as a process: how many commands it accepts, and what memory it takes when nothing happens."""

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import ground
from benchmarks.figures import Sample

SUBMISSION = {
    "kernen": ["ingen"],
    "theme": "green",
    "submitterKind": "resident",
    "title": "Een bankje",
    "description": "Aan het water.",
    "channel": "web",
}
CLIENTS = 32
SETTLED = 3.0  # seconds after which a process that nobody asks anything is idle


async def commands(folder: Path, count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    """On a bus of its own each turn: what an earlier store told there, a service would first take back."""
    for turn in range(rounds):
        rates = []
        with ground.bus(folder / str(turn)) as url:
            async with ground.connected(url):
                for kind in ("services.initiatives", "benchmarks.bare"):
                    with serving(kind, folder / f"{kind}-{turn}", url) as (port, _process):
                        await _post(port, CLIENTS * 2)  # so that everything is warm
                        rates.append(count / await _post(port, count))
        yield [Sample("commands, 32 clients", *rates)]


async def idle(folder: Path, _count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    with ground.bus(folder) as url:
        async with ground.connected(url):
            for turn in range(rounds):
                with ExitStack() as running:
                    both = [
                        running.enter_context(serving(kind, folder / f"{kind}-{turn}", url))[1]
                        for kind in ("services.initiatives", "benchmarks.bare")
                    ]
                    await asyncio.sleep(SETTLED)
                    taken = [ground.resident(process.pid) for process in both]
                yield [Sample("memory of an idle service", *taken)]


@contextmanager
def serving(module: str, folder: Path, url: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A process of this module, answering on a port."""
    folder.mkdir(parents=True, exist_ok=True)
    if module.startswith("services."):
        ground.store(folder, module.rpartition(".")[2]).close()
    port = ground.free_port()
    told = {"DATA_DIR": folder, "NATS_URL": url, "PORT": port, "LOG_LEVEL": "error"}
    environment = os.environ | {f"KERNPULS_{name}": str(value) for name, value in told.items()}
    process = subprocess.Popen([sys.executable, "-m", module], env=environment)
    try:
        ground.await_port(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(15)


async def _post(port: int, count: int) -> float:
    body = json.dumps(SUBMISSION).encode()
    begin = time.perf_counter()
    await asyncio.gather(*(_client(port, body, count // CLIENTS) for _ in range(CLIENTS)))
    return time.perf_counter() - begin


async def _client(port: int, body: bytes, count: int) -> None:
    """Without a library, so that the client costs little beside the server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    accepted = 0
    while accepted < count:
        head = (
            f"POST /v1/initiatives HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = answer.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
        if answer.startswith(b"HTTP/1.1 503"):  # a machine too busy to answer in time is no broken benchmark
            await asyncio.sleep(0.2)
            continue
        assert answer.startswith(b"HTTP/1.1 201"), answer
        accepted += 1
    writer.close()
