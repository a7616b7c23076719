# SPDX-License-Identifier: EUPL-1.2
"""Whatever bytes come: an event or the reason why not, and never an exception."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts import CATALOGUE
from shared.contracts.envelope import TYPE_PREFIX, nats_subject
from shared.contracts.examples import example as example_of
from shared.messaging import decode as room
from shared.messaging.decode import DEAD, UNKNOWN, Incoming, decode
from shared.messaging.parked import Parking, _row
from tests.shared.messaging.probe import message

EXAMPLES = {name: example_of(data_type).to_bytes() for name, data_type in CATALOGUE.items()}
subjects = st.one_of(
    st.sampled_from([nats_subject("gm9999", "de-plaat", name) for name in CATALOGUE]),
    st.text(max_size=60),
    st.sampled_from(["", ".", "...", "kernpuls.gm9999.de-plaat.initiative.submitted.v9"]),
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real event with some bytes changed, lost, doubled or put in between."""
    payload = bytearray(EXAMPLES[draw(st.sampled_from(sorted(EXAMPLES)))])
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(payload) - 1)))
        length = draw(st.integers(0, 20))
        payload[place : place + length] = draw(st.binary(max_size=20))
    return bytes(payload)


@st.composite
def misfit(draw: st.DrawFn) -> bytes:
    """A real event with a field replaced by anything, or left out."""
    event = json.loads(EXAMPLES[draw(st.sampled_from(sorted(EXAMPLES)))])
    part = draw(st.sampled_from([event, event["data"]]))
    name = draw(st.sampled_from(sorted(part)))
    if draw(st.booleans()):
        part[name] = draw(json_values)
    else:
        del part[name]
    return json.dumps(event).encode()


def is_sound(incoming: Incoming) -> bool:
    if incoming.event is not None:
        return incoming.aggregate is not None and incoming.sequence >= 1 and incoming.reason is None
    if incoming.aggregate is None:
        return incoming.reason == DEAD and bool(incoming.error)
    return incoming.reason in (DEAD, UNKNOWN) and bool(incoming.error) and incoming.sequence >= 1


DEEP = b'{"a":' * 100_000
HOSTILE = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"{}",
    b"1e400",
    b"NaN",
    DEEP,
    b"[" * 100_000,
    b'"\\ud800"',
    b'{"id":"\\ud800","source":"x","subject":"\\u0000","type":"y","sequence":"1"}',
    b'{"id":"a","id":"b"}',
    b"9" * 100_000,
    EXAMPLES["grant.allocated.v1"].replace(b'"amountCents":', b'"amountCents":1e400,"x":'),
    EXAMPLES["grant.allocated.v1"].replace(b'"amountCents":', b'"amountCents":NaN,"x":'),
    EXAMPLES["grant.allocated.v1"].replace(b'"sequence":"', b'"sequence":"99999999999999999999'),
    EXAMPLES["grant.allocated.v1"].replace(b'"sequence":"', b'"sequence":"\xd9\xa1'),
)


@settings(max_examples=300, deadline=None)
@given(
    subjects,
    st.one_of(st.binary(max_size=200), mutated(), misfit(), json_values.map(json.dumps).map(str.encode)),
)
def test_anything_is_an_event_or_a_reason(subject: str, payload: bytes) -> None:
    incoming = decode(subject, payload)
    assert is_sound(incoming), incoming
    row = _row(
        Parking(incoming, incoming.reason or "failed", incoming.error),
        example_of(CATALOGUE["grant.allocated.v1"]).time,
    )
    for value in row.values():
        if isinstance(value, str):
            value.encode()
            assert "\0" not in value


def test_twenty_thousand_damaged_events_are_an_event_or_a_reason() -> None:
    dice, names = random.Random(2021), sorted(EXAMPLES)
    for _ in range(20_000):
        name = dice.choice(names)
        payload = bytearray(EXAMPLES[name])
        for _ in range(dice.randint(1, 5)):
            place, length = dice.randrange(len(payload)), dice.randint(0, 8)
            damage = dice.choice((dice.randbytes(length), b"", b'"', b"\\", b"{", b"\\u0000", b"0", b"null"))
            payload[place : place + dice.randint(0, 8)] = damage
        incoming = decode(
            nats_subject("gm9999", "de-plaat", dice.choice((name, name, "x.y.v1"))), bytes(payload)
        )
        assert is_sound(incoming), bytes(payload)


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["grant.allocated.v1", "grant.allocated.v7", "nothing"])
def test_hostile_bytes_are_a_reason(payload: bytes, name: str) -> None:
    incoming = decode(nats_subject("gm9999", "de-plaat", name), payload)
    assert incoming.event is None
    assert is_sound(incoming)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_event_is_read_as_it_was_written(name: str) -> None:
    event = example_of(CATALOGUE[name])
    incoming = decode(nats_subject("gm9999", "de-plaat", name), event.to_bytes())
    assert incoming.event == event
    assert incoming.event_type == name
    assert incoming.aggregate == (event.source, event.subject)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_newer_version_is_unknown_and_keeps_its_place(name: str) -> None:
    newer = name.removesuffix("1") + "9"
    payload = EXAMPLES[name].replace(name.encode(), newer.encode())
    incoming = decode(nats_subject("gm9999", "de-plaat", newer), payload)
    assert incoming.reason == UNKNOWN
    assert TYPE_PREFIX + newer in str(incoming.error)
    assert incoming.sequence == example_of(CATALOGUE[name]).number


def test_a_reason_does_not_quote_the_input() -> None:
    """What is poison may hold what must not spread."""
    subject, payload = message("a", 1)
    bad = payload.replace(b'"actor":"official"', b'"actor":"Jan Jansen"')
    assert "Jan" not in str(decode(subject, bad).error)
    assert "Jan" not in str(decode(subject, b'{"id": "Jan Jansen"}').error)


def test_the_catalogue_is_known() -> None:
    assert {TYPE_PREFIX + name for name in CATALOGUE} == set(room.KNOWN)
