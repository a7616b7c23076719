# SPDX-License-Identifier: EUPL-1.2
"""What arrives before there is a request: bounded in size, time and number, and answered with a problem."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack

import httpx
import pytest

from shared.http import bodies, load, server
from tests.access import AS_ANYBODY
from tests.conftest import PATIENCE
from tests.shared.http.conftest import TREE, Garden
from tests.shared.http.serving import serving, talk

HEAD = b"GET /v1/trees HTTP/1.1\r\nHost: localhost\r\n"
POST = (
    "POST /v1/trees HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    f"Authorization: {AS_ANYBODY['Authorization']}\r\n"
).encode()
HALF_A_BODY = POST + b"Content-Length: 50\r\n\r\n{"


@pytest.fixture
async def port(place: Garden) -> AsyncIterator[int]:
    async with serving(place.app()) as found:
        yield found


def problem(heard: bytes) -> tuple[int, str]:
    """Status and detail of an answer that is a problem document as a whole, and the connection's last."""
    head, _, body = heard.partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert "content-type: application/problem+json" in lines
    assert "connection: close" in lines
    assert "x-content-type-options: nosniff" in lines
    found = json.loads(body)
    assert found["status"] == int(lines[0].split()[1])
    assert found["title"]
    return found["status"], found["detail"]


async def live(port: int) -> int:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=AS_ANYBODY, timeout=PATIENCE
    ) as client:
        return (await client.get("/health/live")).status_code


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HELLO\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
async def test_what_is_no_request(port: int, sent: bytes) -> None:
    assert problem(await talk(port, sent))[0] == 400


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"X-A: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (HEAD + b"X-A: a\r\n" * 5_000 + b"\r\n", 431),
        (HEAD + b"X-A: a\r\n" * 101, 431),
        (HEAD + b"X-A: " + b"a" * 40_000, 431),
        (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    ],
)
async def test_headers_and_addresses_are_bounded(port: int, sent: bytes, status: int) -> None:
    assert problem(await talk(port, sent))[0] == status
    assert await live(port) == 200


async def test_of_requests_sent_all_at_once_only_a_few_are_read(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[server.Connection] = []
    complete = server.Connection.on_headers_complete

    def counted(connection: server.Connection) -> None:
        read.append(connection)
        complete(connection)

    monkeypatch.setattr(server.Connection, "on_headers_complete", counted)
    few = await talk(port, HEAD + b"\r\n" + (HEAD + b"\r\n") * 9 + HEAD + b"Connection: close\r\n\r\n")
    assert few.count(b"HTTP/1.1 200") == 11
    read.clear()
    with contextlib.suppress(ConnectionError):  # the server reads no more, and closes
        await talk(port, (HEAD + b"\r\n") * 10_000)
    assert len(read) < 100
    assert await live(port) == 200


async def test_trailers_are_no_headers(port: int, place: Garden) -> None:
    """What comes after the headers were judged may not change them."""
    body = json.dumps(TREE).encode()
    sent = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent += b"%x\r\n%b\r\n0\r\n" % (len(body), body)
    heard = await talk(port, sent + b"Idempotency-Key: \xe9\r\n" + b"X-A: a\r\n" * 200 + b"\r\n")
    assert heard.startswith(b"HTTP/1.1 201")
    assert await place.counts() == (1, 1)


async def test_half_a_head_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    assert problem(await talk(port, HEAD))[0] == 408
    assert await talk(port, b"") == b""


async def test_a_head_that_trickles_in_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = asyncio.create_task(reader.readuntil(b"}"))  # a byte sent after it resets the connection
    with contextlib.suppress(ConnectionError):
        for byte in HEAD:
            writer.write(bytes([byte]))
            await asyncio.wait([answered], timeout=0.02)
            if answered.done():
                break
    assert problem(await answered)[0] == 408
    writer.close()


async def test_half_a_body_is_not_waited_for(
    port: int, place: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.2)
    assert problem(await talk(port, HALF_A_BODY))[0] == 408
    assert await place.counts() == (0, 0)


@pytest.mark.parametrize("sent", [b"", HEAD, HALF_A_BODY], ids=["nothing", "half a head", "half a body"])
async def test_many_that_wait_keep_nobody_out(
    port: int, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 20)
    with ExitStack() as held:
        waiting = []
        for _ in range(60):
            waiting.append(held.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE)))
            waiting[-1].sendall(sent)
            await asyncio.sleep(0.01)
        assert await live(port) == 200
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=AS_ANYBODY, timeout=PATIENCE
        ) as client:
            assert (await client.post("/v1/trees", json=TREE)).status_code == 201
        first = await asyncio.to_thread(waiting[0].recv, 65_536)
        assert problem(first)[0] == 503 if sent else first == b""


async def test_at_the_limit_probes_are_answered_and_nothing_else(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "MOST_REQUESTS", 0)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=AS_ANYBODY, timeout=PATIENCE
    ) as client:
        refused = await client.get("/v1/trees")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.headers["content-type"] == "application/problem+json"
        assert [(await client.get(path)).status_code for path in ("/health/live", "/metrics")] == [200, 200]


async def test_all_bodies_together_are_bounded(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "MOST_HELD", 1_000_000)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=AS_ANYBODY, timeout=PATIENCE
    ) as client:
        large = await client.post("/v1/trees", content=b" " * 1_000_001, headers={"Content-Type": "text/csv"})
        assert large.status_code == 503
        assert (await client.post("/v1/trees", json=TREE)).status_code == 201
