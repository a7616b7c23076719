# SPDX-License-Identifier: EUPL-1.2
"""What is read before anybody has said who they are: twice as much takes twice as long, and the probes are
answered meanwhile.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import quantiles

from starlette.exceptions import HTTPException

from benchmarks.figures import Sample
from benchmarks.serving import serving
from shared.contracts.refusals import Findings, Invalid
from shared.csv_reader import decode, rows
from shared.http.bodies import check_json, is_form, read_form
from shared.http.edge import check_address
from tests.fuzz.worst import JSON as JSON_TYPE
from tests.fuzz.worst import file_bodies, json_bodies

COLUMNS = ("key", "received", "kernen", "theme", "submitter", "channel", "title", "description")
HALF_SENT, PROBES = 2_000, 100
HALF = b"POST /v1/initiatives HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
PROBE = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
Parse = Callable[[], object]


async def twice(_folder: Path, size: int, rounds: int) -> AsyncIterator[list[Sample]]:
    """Every kind of body, the worst of each, and every byte of a query: of this size and of twice."""
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


KINDS = {"JSON": _json, "a file": _files, "a form": _forms, "a query": _queries}


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
