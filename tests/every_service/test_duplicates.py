# SPDX-License-Identifier: EUPL-1.2
"""Delivered twice, ten times, from the first event on, in another order: one effect of every event."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from shared.contracts.envelope import Event
from shared.municipality import Municipality
from shared.service import Service
from tests.conftest import OpenDatabase
from tests.every_service.conftest import FOLLOWERS, Follower, followers, history


@pytest.fixture
def follower(open_database: OpenDatabase, municipality: Municipality, service: Service) -> Follower:
    return Follower(open_database(service.name), service, municipality)


@followers
def test_every_event_that_a_service_follows_has_an_example(
    municipality: Municipality, service: Service
) -> None:
    told = {type(event.data) for event in history(service, municipality)}
    assert set(service.handlers) <= told


@followers
def test_the_examples_leave_something(
    follower: Follower, municipality: Municipality, service: Service
) -> None:
    """Else the tests beside this one would prove nothing."""
    before = follower.state()
    taken = follower.hear(*history(service, municipality))
    assert {i.event_type for i in taken.handled} == {kind.TYPE for kind in service.handlers}
    assert follower.state() != before


@followers
@pytest.mark.parametrize("times", [2, 10])
def test_delivered_again_and_again_has_one_effect(
    follower: Follower, municipality: Municipality, service: Service, times: int
) -> None:
    for event in history(service, municipality):
        first = follower.hear(event)
        assert first.duplicates == 0
        once = follower.state()
        assert follower.hear(*[event] * (times - 1)).duplicates == times - 1
        assert follower.state() == once


@followers
def test_the_whole_stream_again_has_no_effect(
    follower: Follower, municipality: Municipality, service: Service
) -> None:
    events = history(service, municipality)
    follower.hear(*events)
    once = follower.state()
    for _ in range(2):
        assert follower.hear(*events).duplicates == len(events)
        assert follower.state() == once


@followers
def test_one_by_one_or_together_is_the_same(
    open_database: OpenDatabase, municipality: Municipality, service: Service, follower: Follower
) -> None:
    events = history(service, municipality)
    follower.hear(*events)
    together = follower.state()
    other = Follower(open_database(service.name + "-other"), service, municipality)
    for event in events:
        other.hear(event)
    assert other.state() == together


@followers
@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_across_subjects_every_subject_ends_the_same(
    open_database: OpenDatabase, municipality: Municipality, service: Service, follower: Follower, seed: int
) -> None:
    """As a redelivery may bring them: doubled, later ones first. What is put aside for that is worked off."""
    events = history(service, municipality)
    follower.hear(*events)
    in_order = follower.state()
    follower.hear(*shuffled(events, seed))
    assert follower.state() == in_order
    late = Follower(open_database(service.name + "-other"), service, municipality)
    for event in reversed_within_subjects(events):
        late.hear(event, event)
    late.catch_up()
    assert late.state().keys() == in_order.keys()
    assert sum(map(len, late.state().values())) == sum(map(len, in_order.values()))


def shuffled(events: Sequence[Event[Any]], seed: int) -> list[Event[Any]]:
    """Another order of the subjects; within each its own."""
    dice = random.Random(seed)
    slots = [event.subject for event in events]
    dice.shuffle(slots)
    queues = {subject: [e for e in events if e.subject == subject] for subject in set(slots)}
    return [queues[subject].pop(0) for subject in slots]


def reversed_within_subjects(events: Sequence[Event[Any]]) -> list[Event[Any]]:
    queues = {e.subject: [o for o in events if o.subject == e.subject] for e in events}
    return [queues[event.subject].pop() for event in events]


def test_there_are_services_to_try() -> None:
    assert {service.name for service in FOLLOWERS} >= {"initiatives", "budget", "analytics"}
