# SPDX-License-Identifier: EUPL-1.2
"""Damaged messages: real events with anything wrong that bytes can have; the same from the same seed."""

import json
import random
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from shared.contracts.envelope import nats_subject
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example
from shared.messaging.decode import DEAD, FOREIGN, UNKNOWN, Incoming, decode
from shared.messaging.parked import Parking, _row
from tests.conftest import WATERRIJK

EXAMPLES = {name: example(data_type).to_bytes() for name, data_type in CATALOGUE.items()}
PARSED = {name: json.loads(payload) for name, payload in EXAMPLES.items()}
NAMES = sorted(EXAMPLES)
NOW = datetime(2021, 7, 1, 12, tzinfo=UTC)
TOKENS = (
    b"",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b",",
    b"\\u0000",
    b"\\ud800",
    b"0",
    b"null",
    b"NaN",
    b"1e400",
    b"\xff",
)
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 1.5, 2**31, 2**63, 10**40, float("nan"), float("inf"), "", " ", "0", "-1", "\0",
    "\ud800", "é" * 70, "x" * 5000, "99999999999999999999", "1e3", "٣", "2021-02-30", "2021-07-01T12:00:00",
    "nl.kernpuls.x.y.v1", [], [[]], {}, {"a": {}}, ["x"] * 3, "kernpuls.>", "urn:nld:oin:1:systeem:x", "a b",
    "' OR 1=1 --", "<script>",
)  # fmt: skip


def damaged(dice: random.Random) -> tuple[str, bytes]:
    """NATS subject and bytes of one message with something wrong, or nothing."""
    name = dice.choice(NAMES)
    payload, subject = dice.choice(DAMAGES)(dice, name), _subject(dice, name)
    if dice.random() < 0.1:
        newer = name[:-1] + "9"
        payload, subject = payload.replace(name.encode(), newer.encode()), subject.replace(name, newer)
    if dice.random() < 0.2:
        payload = _bytes_changed(dice, payload)
    return subject, payload


def _subject(dice: random.Random, name: str) -> str:
    right = nats_subject("gm9999", PARSED[name]["kern"], name)
    other = dice.choice(NAMES)
    odd = (
        "",
        "x",
        "...",
        right[:-1] + "9",
        f"kernpuls.gm9999.de-plaat.{other}",
        "kernpuls.a.b.c.d.v1",
        right + ".x",
    )
    return right if dice.random() < 0.8 else dice.choice(odd)


def _bytes_changed(dice: random.Random, payload: bytes) -> bytes:
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(payload) + 1)
        new = dice.choice(TOKENS) if dice.random() < 0.7 else dice.randbytes(dice.randint(0, 8))
        payload = payload[:place] + new + payload[place + dice.randint(0, 8) :]
    return payload


def _as_it_is(_dice: random.Random, name: str) -> bytes:
    return EXAMPLES[name]


def _broken(dice: random.Random, name: str) -> bytes:
    return _bytes_changed(dice, EXAMPLES[name])


def _cut(dice: random.Random, name: str) -> bytes:
    return EXAMPLES[name][: dice.randrange(len(EXAMPLES[name]))]


def _misfit(dice: random.Random, name: str) -> bytes:
    """A field with a value of another kind, left out, or one too many."""
    event = {**PARSED[name], "data": dict(PARSED[name]["data"])}
    for _ in range(dice.randint(1, 3)):
        part = event if dice.random() < 0.5 or not isinstance(event.get("data"), dict) else event["data"]
        field = dice.choice([*part, "more"])
        if dice.random() < 0.2:
            part.pop(field, None)
        else:
            part[field] = deepcopy(dice.choice(ODD))  # else the next damage would be done to what is in ODD
    return json.dumps(event, ensure_ascii=dice.random() < 0.5).encode(errors="surrogatepass")


def _numbered(dice: random.Random, name: str) -> bytes:
    """A sequence that is no place in a history, or one far away."""
    odd = ("0", "-1", "01", "1.0", "+1", "9" * 18, "9" * 19, "9" * 400, "٣", " 1", "1e2", "")
    return json.dumps(PARSED[name] | {"subjectsequence": dice.choice(odd)}).encode()


def _twice(dice: random.Random, name: str) -> bytes:
    """The same key again, with another value."""
    field = dice.choice(list(PARSED[name]))
    return b"{" + f"{json.dumps(field)}:{json.dumps(dice.choice(ODD))},".encode() + EXAMPLES[name][1:]


def _deep(dice: random.Random, name: str) -> bytes:
    """Nested as deep as it goes."""
    depth = dice.choice((10, 100, 126, 127, 128, 129, 1000, 5000))
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}")))
    nested = opening * depth + b"1" + closing * (depth if dice.random() < 0.5 else 0)
    return b'{"more":' + nested + b"," + EXAMPLES[name][1:]


def _large(dice: random.Random, name: str) -> bytes:
    """Above what an event may take; seldom, for it takes long to make."""
    if dice.random() > 0.02:
        return _as_it_is(dice, name)
    return b'{"more":"' + b"x" * dice.choice((65_000, 65_536, 200_000)) + b'",' + EXAMPLES[name][1:]


def _otherwise(dice: random.Random, name: str) -> bytes:
    """Text in another encoding, and bytes that are no text at all."""
    text = EXAMPLES[name].decode()
    forms = (text.encode("utf-16"), b"\xef\xbb\xbf" + EXAMPLES[name], dice.randbytes(dice.randint(0, 60)))
    return dice.choice(
        (*forms, b"null", b"[]", b"{}", b"1e400", b"NaN", b"", text.encode().replace(b"e", b"\xff"))
    )


DAMAGES = (
    _as_it_is, _broken, _broken, _cut, _misfit, _misfit, _misfit, _numbered, _twice, _deep, _large, _otherwise
)  # fmt: skip


def is_sound(incoming: Incoming) -> bool:
    """An event that can be placed, or a reason and, if it says so much, its place."""
    if incoming.event is not None:
        return incoming.aggregate is not None and incoming.sequence >= 1 and incoming.reason is None
    if incoming.aggregate is None:
        return incoming.reason in (DEAD, FOREIGN) and bool(incoming.error)
    return incoming.reason in (DEAD, UNKNOWN) and bool(incoming.error) and incoming.sequence >= 1


def check(subject: str, payload: bytes) -> str:
    """Decode one message, and make the row that it would be put aside in; returns what it came to."""
    incoming = decode(subject, payload, WATERRIJK)
    assert is_sound(incoming), (subject, payload)
    if incoming.event is not None:
        return "event"
    row = _row(Parking(incoming, str(incoming.reason), incoming.error), NOW)
    for value in row.values():
        if isinstance(value, str):
            assert "\0" not in value, (subject, payload)
            value.encode()
    return str(incoming.reason)
