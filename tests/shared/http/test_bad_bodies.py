# SPDX-License-Identifier: EUPL-1.2
"""What no route should have to think of: bodies that are too large, no JSON, or read in two ways."""

import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.types import Message

from shared.contracts.refusals import Invalid
from shared.http import bodies
from shared.http.bodies import LARGEST, MAX_BYTES, MAX_DEPTH, check_json, read_body
from tests.fuzz.worst import json_bodies
from tests.shared.http.conftest import TREE, Garden

JSON = {"Content-Type": "application/json"}
NO_JSON = {
    "invalid UTF-8": (b'{"name": "\xff\xfe"}', "UTF-8"),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), "UTF-8"),
    "a byte order mark": (b'\xef\xbb\xbf{"name": "x"}', "not valid JSON"),
    "half a document": (b'{"name": "x"', "line 1, column 13"),
    "text after the end": (b"{} {}", "not valid JSON"),
    "NaN": (b'{"priceCents": NaN}', "NaN"),
    "Infinity": (b'{"priceCents": -Infinity}', "-Infinity"),
    "1e400": (b'{"priceCents": 1e400}', "too large"),
    "a whole number that readers round": (b'{"priceCents": 9007199254740993}', "9007199254740993"),
    "a million digits": (b'{"priceCents": ' + b"9" * 1_000_000 + b"}", "beyond"),
    "a duplicate key": (b'{"name": "x", "name": "y"}', "twice"),
    "a duplicate key that is no character": (b'{"\\ud800": 1, "\\ud800": 2}', "twice"),
    "a duplicate key in depth": (b'{"name": [{"a": 1, "a": 1}]}', "twice"),
    "10,000 brackets": (b"[" * 10_000 + b"]" * 10_000, "levels deep"),
    "10,000 open brackets": (b"[" * 10_000, "levels deep"),
    "10,000 objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "levels deep"),
    "33 levels": (b"[" * 33 + b"]" * 33, "levels deep"),
    "a lone surrogate": (b'{"name": "\\ud800"}', "surrogate"),
    "a lone surrogate as a key": (b'{"\\udfff": 1}', "surrogate"),
    "a NUL character": (b'{"name": "a\\u0000b"}', "NUL"),
    "a raw control character": (b'{"name": "a\x01b"}', "control character"),
}


@pytest.mark.parametrize(("body", "told"), NO_JSON.values(), ids=NO_JSON)
async def test_a_body_that_is_no_plain_json_is_refused(
    client: httpx.AsyncClient, place: Garden, body: bytes, told: str
) -> None:
    answer = await client.post("/v1/trees", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]
    assert len(answer.json()["errors"]) == 1
    assert await place.counts() == (0, 0)


@pytest.mark.parametrize(
    ("written", "is_whole"), [("7.0", True), ("7e0", True), ("7.5", False), ("1e300", False)]
)
def test_a_whole_number_is_one_however_it_is_written(written: str, is_whole: bool) -> None:
    """To JSON Schema, by which others judge what we describe."""
    [value] = check_json("application/json", "", f"[{written}]".encode())
    assert isinstance(value, int) == is_whole
    assert value == float(written)


@pytest.mark.parametrize("body", [b"null", b"[]", b'"tree"', b"3", b"{}", b" "])
async def test_json_of_another_kind_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/v1/trees", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["errors"]


async def test_no_body_is_refused_with_a_sentence(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/trees")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "body", "message": "is required; add it"}]


async def test_an_unknown_field_is_named(client: httpx.AsyncClient, place: Garden) -> None:
    answer = await client.post("/v1/trees", json={**TREE, "nmae": "x"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "nmae", "message": "is not known here; leave it out or correct its spelling"}
    ]
    assert await place.counts() == (0, 0)


async def test_what_was_sent_does_not_come_back_tenfold(client: httpx.AsyncClient) -> None:
    body = {f"field{number}": 0 for number in range(50_000)}
    answer = await client.post("/v1/trees", json=body)
    assert answer.status_code == 400
    assert len(answer.content) < 50_000
    long_name = await client.post("/v1/trees", json={"x" * 500_000: 0})
    assert len(long_name.content) < 5_000


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/xml"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_another_content_type_is_415(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post("/v1/trees", content=json.dumps(TREE).encode(), headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"] or "gzip" in answer.json()["detail"]


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
async def test_utf_8_may_be_said(client: httpx.AsyncClient, content_type: str) -> None:
    body = json.dumps(TREE).encode()
    answer = await client.post("/v1/trees", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 201


async def test_ten_megabytes_are_413(client: httpx.AsyncClient, place: Garden) -> None:
    answer = await client.post("/v1/trees", content=b" " * 10_000_000, headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(MAX_BYTES) in answer.json()["detail"]
    assert await place.counts() == (0, 0)


async def test_ten_megabytes_without_a_length_are_413(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100_000

    answer = await client.post("/v1/trees", content=chunks(), headers=JSON)
    assert answer.status_code == 413


async def test_a_form_on_a_page_is_bounded_too(client: httpx.AsyncClient) -> None:
    assert (await client.post("/", data={"name": "Oak"})).status_code == 200
    assert (await client.post("/", content=b"a" * 2_000_000)).status_code == 413


async def test_a_body_of_one_megabyte_is_read(client: httpx.AsyncClient) -> None:
    body = json.dumps(TREE).encode().ljust(MAX_BYTES)
    assert (await client.post("/v1/trees", content=body, headers=JSON)).status_code == 201
    assert (await client.post("/v1/trees", content=body + b" ", headers=JSON)).status_code == 413


@pytest.mark.parametrize("announced", [0, 10_000_000])
async def test_no_more_than_the_limit_is_taken_in(announced: int) -> None:
    taken = 0

    async def endless() -> Message:
        nonlocal taken
        taken += 65_536
        return {"type": "http.request", "body": b" " * 65_536, "more_body": True}

    with pytest.raises(HTTPException) as refused:
        await read_body(endless, announced)
    assert refused.value.status_code == 413
    assert taken <= MAX_BYTES + 65_536
    assert not (announced and taken), "what announces itself as too large is not read at all"


@pytest.mark.parametrize("announced", ["-1", "many", "1.5", "1_0"])
async def test_a_length_that_is_none(client: httpx.AsyncClient, announced: str) -> None:
    headers = {**JSON, "Content-Length": announced}
    assert (await client.post("/v1/trees", content=b"{}", headers=headers)).status_code == 400


def verdict(body: bytes) -> str | None:
    """What is wrong with it; None if nothing is."""
    try:
        check_json("application/json", "", body)
    except Invalid as refused:
        return str(refused)
    return None


def depth(document: object) -> int:
    if not isinstance(document, dict | list):
        return 1
    inside = document.values() if isinstance(document, dict) else document
    return 1 + max(map(depth, inside), default=0)


names = st.text(st.characters(codec="ascii", min_codepoint=32))
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inside: st.lists(inside) | st.dictionaries(names, inside),
    max_leaves=20,
)


@settings(deadline=None)
@given(plain)
def test_every_plain_document_passes(document: object) -> None:
    told = verdict(json.dumps(document).encode())
    assert told is None or ("levels deep" in told and depth(document) > MAX_DEPTH)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_the_bytes_the_answer_is_yes_or_a_sentence(body: bytes) -> None:
    if not verdict(body):
        json.dumps(json.loads(body), allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "body", [b"[" + b"[]," * 20_000 + b"1]", b"{" + b'"a,[{\\"":1,' * 20_000 + b'"b":1}']
)
def test_more_values_than_any_command_has_are_refused_before_they_are_made(body: bytes) -> None:
    with pytest.raises(Invalid, match="more than 20000 values"):
        check_json("application/json", "", body)


def test_what_a_text_holds_is_no_value() -> None:
    text = ',[{\\"' * 20_000
    assert check_json("application/json", "", json.dumps({"csv": text}).encode()) == {"csv": text}


@pytest.mark.parametrize("name", json_bodies())
def test_twice_as_much_takes_about_twice_as_long(name: str) -> None:
    """Measured by the processor, the best of some: what grew with the square would take four times."""

    def spent(size: int) -> float:
        body, times = json_bodies(size)[name], []
        for _ in range(5):
            begin = time.thread_time()
            with contextlib.suppress(Invalid):
                check_json("application/json", "", body)
            times.append(time.thread_time() - begin)
        return min(times)

    assert spent(1024 * 1024) < 3 * spent(512 * 1024) + 0.001


async def test_a_large_body_is_read_off_the_loop(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_loop: list[bool] = []

    def noted(kind: str, encoding: str, body: bytes) -> object:
        on_the_loop.append(threading.current_thread() is threading.main_thread())
        return check_json(kind, encoding, body)

    monkeypatch.setattr(bodies, "check_json", noted)
    for size in (5, 5_000):
        answer = await client.post("/v1/trees", json={**TREE, "name": "x" * 50, "more": "y" * size})
        assert answer.json()["errors"] == [
            {"field": "more", "message": "is not known here; leave it out or correct its spelling"}
        ]
    assert on_the_loop == [True, False]
