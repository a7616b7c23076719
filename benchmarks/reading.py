# SPDX-License-Identifier: EUPL-1.2
"""What is read before anybody has said who they are: twice as much takes twice as long, and the probes are
answered meanwhile.
"""

import asyncio
import gc
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import quantiles

from starlette.exceptions import HTTPException
from uvicorn import Config
from uvicorn.server import ServerState

from benchmarks.figures import Sample
from benchmarks.serving import serving
from shared.contracts.refusals import Findings, Invalid
from shared.csv_reader import decode, rows
from shared.http.bodies import check_json, is_form, read_form
from shared.http.cause import CORRELATION, CORRELATION_ID, TRACEPARENT
from shared.http.edge import check_address
from shared.http.security import Reach
from shared.http.server import Connection, options
from tests.fuzz.worst import JSON as JSON_TYPE
from tests.fuzz.worst import file_bodies, heads, json_bodies

COLUMNS = ("key", "received", "kernen", "theme", "submitter", "channel", "title", "description")
HALF_SENT, PROBES = 2_000, 100
REPEATED = 50  # of what takes microseconds
HALF = b"POST /v1/initiatives HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
PROBE = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
Parse = Callable[[], object]


async def twice(_folder: Path, size: int, rounds: int) -> AsyncIterator[list[Sample]]:
    """Every kind of body, the worst of each, of a query and of a head: of this size and of twice."""
    gc.collect()
    gc.freeze()  # as a service does before it answers: what is there is not looked through again and again
    for _ in range(rounds):
        yield [
            Sample(f"{kind}, twice as long", _spent(parsers(2 * size)) * 1000, _spent(parsers(size)) * 1000)
            for kind, parsers in KINDS.items()
        ]


def _spent(parsers: Iterable[Parse]) -> float:
    begin = time.thread_time()
    for parse in parsers:
        with suppress(Invalid, HTTPException):
            parse()
    return time.thread_time() - begin


def _json(size: int) -> list[Parse]:
    return [partial(check_json, JSON_TYPE, "", body) for body in json_bodies(size).values()]


def _files(size: int) -> list[Parse]:
    bodies = [body for kind, body in file_bodies(size).values() if not is_form(kind)]
    return [partial(_read_file, body) for body in bodies]


def _read_file(body: bytes) -> None:
    deque(rows(decode(body), COLUMNS, (), Findings()), maxlen=0)


def _forms(size: int) -> list[Parse]:
    return [partial(read_form, body, size) for kind, body in file_bodies(size).values() if is_form(kind)]


def _queries(size: int) -> list[Parse]:
    queries = (b"a=" + b"%41" * (size // 3), b"&" * size, b"b&a=" + b"a" * size)
    return [partial(check_address, "/v1/initiatives", query) for query in queries]


def _heads(size: int) -> list[Parse]:
    """Of a size that is read: one that is larger is refused, and would take the time of its refusal."""
    config = Config(_nothing, **options())
    config.load()
    small = size // 128
    several: list[Parse] = [partial(_read_head, config, head) for head in heads(small).values()]
    named: list[Parse] = [
        partial(_admit, part * (small // len(part))) for part in ("a", "%41", "1.", "[", "-", "a-1:")
    ]
    return REPEATED * (several + named)


def _read_head(config: Config, head: bytes) -> None:
    """As it comes in at once; nobody answers it."""
    connection = Connection(config, ServerState(), {})
    connection.connection_made(Nowhere())
    connection.data_received(head)
    connection.connection_lost(None)
    for task in connection.tasks:
        task.cancel()


def _admit(value: str) -> None:
    """Every header that the edge reads has this value."""
    reach, given = Reach(), dict.fromkeys((CORRELATION_ID, "traceparent", "origin", "host"), value)
    CORRELATION.fullmatch(value), TRACEPARENT.fullmatch(value)
    for check in (partial(reach.check_host, given), partial(reach.check_site, "POST", given)):
        with suppress(HTTPException):
            check()


async def _nothing(_scope: object, _receive: object, _send: object) -> None: ...


class Nowhere(asyncio.Transport):
    """A connection to nobody."""

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes | bytearray | memoryview) -> None: ...

    close = abort = pause_reading = resume_reading = lambda _self: None


KINDS = {"JSON": _json, "a file": _files, "a form": _forms, "a query": _queries, "a head": _heads}


async def probes(folder: Path, _size: int, rounds: int) -> AsyncIterator[list[Sample]]:
    """A service that is asked whether it lives, alone and beside the worst requests, by turns."""
    bodies = list(json_bodies().values())
    with serving("services.initiatives", folder, "nats://127.0.0.1:1") as (port, _process):
        await _answered(port)  # so that everything is warm
        for _ in range(rounds):
            alone = await _answered(port)
            async with _worst(port, bodies):
                reading = await _answered(port)
            again = await _answered(port)
            async with _half_sent(port):
                waiting = await _answered(port)
            yield [
                Sample(f"alive beside {what}, {share}", beside[share], floor[share])
                for what, beside, floor in (
                    ("1 MB of JSON", reading, alone),
                    ("2,000 half-sent", waiting, again),
                )
                for share in ("p50", "p99")
            ]


async def _answered(port: int) -> dict[str, float]:
    """Milliseconds."""
    times = []
    for _ in range(PROBES):
        begin = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(PROBE)
        answer = await reader.read()
        times.append((time.perf_counter() - begin) * 1000)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        writer.close()
    steps = quantiles(times, n=100)
    return {"p50": steps[49], "p99": steps[98]}


@asynccontextmanager
async def _worst(port: int, bodies: list[bytes]) -> AsyncIterator[None]:
    """Somebody sends one worst body after another."""

    async def send() -> None:
        for body in cycle(bodies):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /v1/initiatives HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")
            writer.write(b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
            writer.write(body)
            assert (await reader.read()).startswith(b"HTTP/1.1 4")
            writer.close()

    sending = asyncio.create_task(send())
    try:
        yield
        assert not sending.done() or sending.result()
    finally:
        sending.cancel()


@asynccontextmanager
async def _half_sent(port: int) -> AsyncIterator[None]:
    writers = []
    try:
        for _ in range(HALF_SENT):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HALF)
            writers.append(writer)
        await _answered(port)  # so that all of them have arrived
        yield
    finally:
        for writer in writers:
            writer.close()
