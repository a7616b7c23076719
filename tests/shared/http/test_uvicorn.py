# SPDX-License-Identifier: EUPL-1.2
"""The same over a real server and a real socket, as callers meet it."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.access import AS_ANYBODY
from tests.conftest import PATIENCE
from tests.shared.http.conftest import TREE, Garden
from tests.shared.http.serving import serving, talk
from tests.shared.http.test_edge import CHAIN


@pytest.fixture
async def port(place: Garden) -> AsyncIterator[int]:
    async with serving(place.app()) as found:
        yield found


@pytest.fixture
async def served(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=AS_ANYBODY, timeout=PATIENCE
    ) as calling:
        yield calling


async def test_a_command_and_its_replay(served: httpx.AsyncClient, place: Garden) -> None:
    headers = {"Idempotency-Key": "k", "X-Correlation-Id": CHAIN}
    answers = [await served.post("/v1/trees", json=TREE, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert answers[0].headers["x-correlation-id"] == CHAIN
    assert answers[0].headers["api-version"] == "1.4.2"
    assert "server" not in answers[0].headers
    assert await place.counts() == (1, 1)


async def test_head_sends_no_body(port: int) -> None:
    heard = await talk(port, b"HEAD /v1/trees HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, _, body = heard.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert body == b""


async def test_half_an_answer_is_not_passed_off_as_a_whole_one(served: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await served.get("/halverwege")
    assert (await served.get("/")).status_code == 200


async def test_ten_megabytes_are_refused_and_the_next_request_is_heard(served: httpx.AsyncClient) -> None:
    big = await served.post(
        "/v1/trees", content=b" " * 10_000_000, headers={"Content-Type": "application/json"}
    )
    assert big.status_code == 413
    assert big.headers["content-type"] == "application/problem+json"
    assert (await served.post("/v1/trees", json=TREE)).status_code == 201


async def test_ten_megabytes_in_chunks_are_refused(served: httpx.AsyncClient, place: Garden) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100_000

    answer = await served.post("/v1/trees", content=chunks(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert await place.counts() == (0, 0)


async def test_a_caller_that_hangs_up_halfway_leaves_nothing(
    served: httpx.AsyncClient, port: int, place: Garden
) -> None:
    body = json.dumps(TREE).encode()
    head = f"POST /v1/trees HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body) + 1}\r\n\r\n".encode()
    await talk(port, head + body, hang_up=True)
    assert (await served.get("/v1/trees")).json()["items"] == []
    assert await place.counts() == (0, 0)


@pytest.mark.parametrize(
    "line",
    [
        b"GET /v1/trees/\xff\xfe HTTP/1.1",
        b"GET /v1/trees/%ff%fe HTTP/1.1",
        b"GET /v1/trees/%ED%A0%80 HTTP/1.1",
        b"GET /v1/trees?kern=%ED%A0%80 HTTP/1.1",
        b"GET /v1/trees?after=%ff HTTP/1.1",
        b"GET //v1/trees HTTP/1.1",
        b"GET /v1//trees HTTP/1.1",
        b"GET /v1/../v1/trees HTTP/1.1",
        b"GET http://localhost/v1/nothing HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"BREW /v1/trees HTTP/1.1",
        b"GET /v1/trees HTTP/9.9",
    ],
)
async def test_odd_request_lines_are_4xx_and_never_5xx(
    served: httpx.AsyncClient, port: int, line: bytes
) -> None:
    heard = await talk(port, line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert heard[9:10] == b"4", heard[:200]
    assert (await served.get("/health/live")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        b"X-Correlation-Id: \xff\xfe",
        b"Idempotency-Key: \xff",
        b"Content-Type: \xe9",
        b"traceparent: \xf0\x9f",
        b"Accept: \xff",
    ],
)
async def test_headers_that_are_no_text_are_never_5xx(port: int, headers: bytes) -> None:
    body = json.dumps(TREE).encode()
    sent = b"POST /v1/trees HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
    if b"Content-Type" not in headers:
        sent += b"\r\nContent-Type: application/json"
    heard = await talk(port, sent + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    assert heard[9:10] in b"24", heard[:200]
