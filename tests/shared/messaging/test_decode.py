# SPDX-License-Identifier: EUPL-1.2
"""Whatever bytes come: an event or the reason why not, and never an exception."""

import json
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.envelope import TYPE_PREFIX, nats_subject
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example as example_of
from shared.messaging import decode as room
from shared.messaging.decode import DEAD, FOREIGN, UNKNOWN, decode
from tests.conftest import MORE, WATERRIJK
from tests.shared.messaging.damage import EXAMPLES, check, damaged, is_sound
from tests.shared.messaging.probe import message

subjects = st.one_of(
    st.sampled_from([nats_subject("gm9999", example_of(CATALOGUE[name]).kern, name) for name in CATALOGUE]),
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
    b'{"id":"\\ud800","source":"x","subject":"\\u0000","type":"y","subjectsequence":"1"}',
    b'{"id":"a","id":"b"}',
    b"9" * 100_000,
    EXAMPLES["grant.allocated.v1"].replace(b'"amountCents":', b'"amountCents":1e400,"x":'),
    EXAMPLES["grant.allocated.v1"].replace(b'"amountCents":', b'"amountCents":NaN,"x":'),
    EXAMPLES["grant.allocated.v1"].replace(
        b'"subjectsequence":"', b'"subjectsequence":"99999999999999999999'
    ),
    EXAMPLES["grant.allocated.v1"].replace(b'"subjectsequence":"', b'"subjectsequence":"\xd9\xa1'),
)


@settings(max_examples=100 * MORE, deadline=None)
@given(
    subjects,
    st.one_of(st.binary(max_size=200), mutated(), misfit(), json_values.map(json.dumps).map(str.encode)),
)
def test_anything_is_an_event_or_a_reason(subject: str, payload: bytes) -> None:
    check(subject, payload)


@settings(max_examples=50 * MORE, deadline=None)
@given(st.integers(0, 2**64))
def test_a_damaged_event_is_an_event_or_a_reason(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(100):
        check(*damaged(dice))


def test_the_damage_is_of_every_kind() -> None:
    """Else the test beside this one would prove little."""
    dice = random.Random(1)
    came_to = Counter(check(*damaged(dice)) for _ in range(2000))
    assert set(came_to) == {"event", DEAD, UNKNOWN, FOREIGN}
    assert min(came_to.values()) > 50


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["grant.allocated.v1", "grant.allocated.v7", "nothing"])
def test_hostile_bytes_are_a_reason(payload: bytes, name: str) -> None:
    incoming = decode(nats_subject("gm9999", "de-plaat", name), payload, WATERRIJK)
    assert incoming.event is None
    assert is_sound(incoming)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_event_is_read_as_it_was_written(name: str) -> None:
    event = example_of(CATALOGUE[name])
    incoming = decode(nats_subject("gm9999", event.kern, name), event.to_bytes(), WATERRIJK)
    assert incoming.event == event
    assert incoming.event_type == name
    assert incoming.aggregate == (event.source, event.subject)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_newer_version_is_unknown_and_keeps_its_place(name: str) -> None:
    newer = name.removesuffix("1") + "9"
    payload = EXAMPLES[name].replace(name.encode(), newer.encode())
    kern = example_of(CATALOGUE[name]).kern
    incoming = decode(nats_subject("gm9999", kern, newer), payload, WATERRIJK)
    assert incoming.reason == UNKNOWN
    assert TYPE_PREFIX + newer in str(incoming.error)
    assert incoming.sequence == example_of(CATALOGUE[name]).number


def test_a_reason_does_not_quote_the_input() -> None:
    """What is poison may hold what must not spread."""
    subject, payload = message("a", 1)
    bad = payload.replace(b'"actor":"official"', b'"actor":"Jan Jansen"')
    assert "Jan" not in str(decode(subject, bad, WATERRIJK).error)
    assert "Jan" not in str(decode(subject, b'{"id": "Jan Jansen"}', WATERRIJK).error)


def test_the_catalogue_is_known() -> None:
    assert {TYPE_PREFIX + name for name in CATALOGUE} == set(room.KNOWN)
