# SPDX-License-Identifier: EUPL-1.2
"""Request bodies: bounded, and JSON that means one thing only.

Two parsers may read a duplicate key, NaN or a lone surrogate differently, and PostgreSQL cannot store
a NUL character; so such a body is refused here, before anything is decided.
"""

import asyncio
import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from shared.contracts.refusals import FieldError, Invalid

FILES = {"text/csv", "application/x-ndjson"}  # for the routes that read them themselves, line by line
A_FILE = {"type": "string", "format": "binary"}  # of a body in OpenAPI: bytes, in whatever encoding
MAX_BYTES, FORM_BYTES, FILE_BYTES, MAX_DEPTH = 1024 * 1024, 256 * 1024, 16 * 1024 * 1024, 32
MOST_VALUES = 20_000  # of one body: no command has as many, and each that is wrong costs an error of its own
JSON = "kernpuls.json"  # in the scope of a request: what its body says, so that nobody reads it a second time
SMALL = (
    4096  # bytes that are read on the event loop: in a thread of their own they would cost more than they do
)
SECONDS = 60.0  # in which a body has arrived, so that half of one is not waited for without end
LARGEST = 2**53 - 1  # RFC 7493: beyond it, not every reader sees the same whole number


T = TypeVar("T")
# One, so that many large bodies wait for each other and not the event loop for many threads.
_reader = ThreadPoolExecutor(1, "read-body")


async def aside(size: int, work: Callable[[], T]) -> T:
    """Work on so many bytes of a body: off the event loop unless they are few, since nobody else is answered
    as long as it takes.
    """
    if size <= SMALL:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_reader, _alone, work)


def _alone(work: Callable[[], T]) -> T:
    """A refusal without its traceback: that would take the body along, to be freed on the event loop."""
    try:
        return work()
    except (Invalid, HTTPException, RequestValidationError) as error:
        error.__context__ = None
        raise error.with_traceback(None) from None


def is_file(content_type: str) -> bool:
    return content_type.lower().partition(";")[0].strip() in FILES


def largest(content_type: str) -> int:
    """Bytes of a body of this kind."""
    if is_file(content_type):
        return FILE_BYTES
    return FORM_BYTES if is_form(content_type) else MAX_BYTES


def is_form(content_type: str) -> bool:
    return content_type.lower().partition(";")[0].strip() == "application/x-www-form-urlencoded"


def read_form(body: bytes, most: int) -> dict[str, str]:
    """The fields of a form that a page sent."""
    try:
        return dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=most))
    except ValueError:
        raise HTTPException(400, f"The form has more than {most} fields.") from None


async def read_body(receive: Receive, announced: int, content_type: str = "") -> bytes:
    """The whole body, of at most 1 MB, 16 MB of a file or 256 kB of a form; never more is held in memory."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _whole(receive, announced, largest(content_type))
    except TimeoutError:
        late = f"The body did not arrive within {SECONDS:g} seconds. Send it again."
        raise HTTPException(408, late, {"Connection": "close"}) from None


async def _whole(receive: Receive, announced: int, most: int) -> bytes:
    body = bytearray()
    more = True
    while more and max(announced, len(body)) <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if max(announced, len(body)) > most:
        raise HTTPException(413, f"The body is larger than {most} bytes. Send less at a time.")
    return bytes(body)


async def read_json(content_type: str, content_encoding: str, body: bytes) -> Any:
    """What the body says; refused is what is no JSON or could be read in two ways."""
    return await aside(len(body), partial(check_json, content_type, content_encoding, body))


def check_json(content_type: str, content_encoding: str, body: bytes) -> Any:
    """What the body says; None of a file, which is its route's to read. Raises Invalid or HTTPException."""
    media_type, _, parameters = content_type.lower().partition(";")
    if is_file(content_type):
        return None
    charset = parameters.partition("charset=")[2].strip(' "')
    if media_type.strip() != "application/json" or charset not in ("", "utf-8"):
        raise HTTPException(415, "Send JSON in UTF-8, with the header Content-Type: application/json.")
    if content_encoding not in ("", "identity"):
        raise HTTPException(
            415, f"Content-Encoding {content_encoding} is not read here; send the JSON as is."
        )
    _check_number(body)
    try:
        value = STRICT.decode(body.decode())
    except UnicodeDecodeError as error:
        _refuse(f"is not valid UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        _refuse(f"is not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}")
    except RecursionError:
        _refuse(f"is nested more than {MAX_DEPTH} levels deep")
    _check_depth_and_text(value)
    return value


def _check_number(body: bytes) -> None:
    """Of the values, before there are any: to make half a million of them nobody else is let go on."""
    plain = body.replace(rb"\\", b"").replace(rb"\"", b"")
    many = plain.count(b'"') > 4 * MOST_VALUES  # a name and a text, two each
    if not many:
        outside = b"".join(plain.split(b'"')[::2])
        many = sum(map(outside.count, (b",", b"[", b"{"))) >= MOST_VALUES
    if many:
        _refuse(f"holds more than {MOST_VALUES} values; send less at a time")


def _check_depth_and_text(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            _refuse(f"is nested more than {MAX_DEPTH} levels deep")
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item.keys()
                below += item.values()
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str):
                _check_text(item)
        level = below


def _check_text(text: str) -> None:
    if "\0" in text:
        _refuse("holds a NUL character (\\u0000), which cannot be stored; leave it out")
    try:
        text.encode()
    except UnicodeEncodeError:
        _refuse("holds half a surrogate pair (such as \\ud800), which is no character; leave it out")


def _constant(name: str) -> NoReturn:
    _refuse(f"holds {name}, which is no JSON number")


def _float(digits: str) -> float:
    """7.0 is the whole number 7: to JSON Schema, and so to who reads in our description what is taken."""
    number = float(digits)
    if not math.isfinite(number):
        _refuse(f"holds the number {digits[:20]}, which is too large")
    return int(number) if number.is_integer() and abs(number) <= LARGEST else number


def _int(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST:
        _refuse(f"holds the number {digits[:20]}, beyond {LARGEST}; not every reader would see the same")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Invalid(FieldError(twice[:100], "stands in one object twice; keep one"))
    return found


def _refuse(message: str) -> NoReturn:
    raise Invalid(FieldError("body", message))


STRICT = json.JSONDecoder(
    parse_constant=_constant, parse_float=_float, parse_int=_int, object_pairs_hook=_object
)
