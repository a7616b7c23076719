# SPDX-License-Identifier: EUPL-1.2
"""What must hold at the end, read from the stores and the stream and from nothing that the plumbing says."""

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from services.analytics.verify import second_count
from shared.contracts.envelope import TYPE_PREFIX
from shared.messaging.decode import KNOWN
from shared.messaging.parked import BEHIND, GAP
from tests.campaigns.simulation.jetstream import Message, matches
from tests.campaigns.simulation.story import is_strange

if TYPE_CHECKING:
    from tests.campaigns.simulation.world import World

Row = tuple[Any, ...]
Subject = tuple[str, str]  # source and subject
FOLDED = ("initiatives.", "committed.", "contributed.")


class Broken(Exception):
    """A promise that was not kept."""


def rows(world: "World", service: str, statement: str) -> list[Row]:
    return world.stores[service].raw.execute(statement).fetchall()


def unsettled(world: "World") -> str:
    """What is still to be done; empty when everything has drained."""
    for name, service in world.services.items():
        if rows(world, name, "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1"):
            return f"{name} has events that are not published"
        if not service.handlers:
            continue
        consumer = world.net.server.consumers.get(name)
        if consumer is None or consumer.pending or world.net.server._to_come(consumer):
            return f"{name} has events to come"
        found = rows(world, name, "SELECT subject, sequence, reason FROM parked WHERE closed_at IS NULL")
        lies, meant = Counter(map(_waiting, found)), Counter(map(_waiting, world.aside))
        if lies != meant:
            return f"{name} has parked {dict(lies - meant)}, lacks {dict(meant - lies)}"
    return ""


def _waiting(row: Row) -> Row:
    """Behind what lies there, or too early for what has yet to come: which one is chance."""
    return (*row[:2], "waits" if row[2] in (BEHIND, GAP) else row[2])


def check(world: "World") -> None:
    """Raises Broken with the first promise that does not hold."""
    stream = world.net.server.log
    recorded = _outboxes_are_the_stream(world, stream)
    _histories_are_in_order(recorded)
    _commands_are_whole(world)
    taken = _to_be_taken(stream)
    _one_effect_each(world, taken)
    _nothing_else_failed(world)
    if "analytics" in world.services:
        _fold_is_right(world, taken)


def _require(holds: bool, words: str) -> None:
    if not holds:
        raise Broken(words)


def _outboxes_are_the_stream(world: "World", stream: list[Message]) -> list[Message]:
    """C1: the same events, once, with the same bytes; returns ours, in the order of the stream."""
    outboxes: dict[str, bytes] = dict(
        row for name in world.services for row in rows(world, name, "SELECT event_id, payload FROM outbox")
    )
    ours = [message for message in stream if "Nats-Msg-Id" in message.headers]
    ids = [message.headers["Nats-Msg-Id"] for message in ours]
    twice = [each for each, count in Counter(ids).items() if count > 1]
    _require(not twice, f"in the stream twice: {twice}")
    lost, foreign = outboxes.keys() - set(ids), set(ids) - outboxes.keys()
    _require(not lost, f"lost by the stream: {sorted(lost)}")
    _require(not foreign, f"in the stream, in no outbox: {sorted(foreign)}")
    altered = [each for each, message in zip(ids, ours, strict=True) if outboxes[each] != message.data]
    _require(not altered, f"altered: {altered}")
    return ours


def _histories_are_in_order(ours: list[Message]) -> None:
    """C5: 1, 2, 3 … of each aggregate."""
    reached: Counter[Subject] = Counter()
    for message in ours:
        event = json.loads(message.data)
        about = event["source"], event["subject"]
        reached[about] += 1
        _require(
            int(event["subjectsequence"]) == reached[about],
            f"{about[1]}: {event['subjectsequence']} in the stream at place {reached[about]}",
        )


def _commands_are_whole(world: "World") -> None:
    """C8: what was acknowledged is there; what nobody knows of is there whole or not at all."""
    found = Counter(
        json.loads(payload)["correlationid"]
        for (payload,) in rows(world, "initiatives", "SELECT payload FROM outbox")
    )
    for name, count in world.given.items():
        there = found.get(name, 0)
        _require(there in (0, count), f"command {name}: {there} of {count} events")
        _require(name not in world.acknowledged or there == count, f"command {name}: acknowledged and lost")


def _to_be_taken(stream: list[Message]) -> dict[Subject, list[tuple[int, str, bytes]]]:
    """Of every aggregate what can be handled: from 1 on, until one is missing or cannot be read."""
    found: dict[Subject, dict[int, tuple[int, str, bytes]]] = defaultdict(dict)
    for message in stream:
        try:
            event = json.loads(message.data)
            about, sequence = (event["source"], event["subject"]), int(event["subjectsequence"])
            KNOWN[event["type"]].model_validate_json(message.data)
        except (ValueError, KeyError):
            continue
        found[about].setdefault(sequence, (sequence, message.subject, message.data))
    taken = {}
    for about, by_sequence in found.items():
        reached = 0
        while reached + 1 in by_sequence:
            reached += 1
        taken[about] = [by_sequence[n] for n in range(1, reached + 1)]
    return taken


def _one_effect_each(world: "World", taken: dict[Subject, list[tuple[int, str, bytes]]]) -> None:
    """C2: every consumer is where the stream is; the follower did each event once, in order."""
    for name, service in world.services.items():
        if not service.handlers:
            continue
        filters = world.net.server.consumers[name].config["filter_subjects"]
        expected = {
            about: len(events)
            for about, events in taken.items()
            if events and any(matches(each, events[0][1]) for each in filters)
        }
        found = {
            (source, subject): last
            for source, subject, last in rows(
                world, name, "SELECT source, subject, last_sequence FROM version"
            )
        }
        _require(found == expected, f"{name} is at {_differing(found, expected)}")
    handled = {TYPE_PREFIX + data_type.TYPE for data_type in world.services["budget"].handlers}
    done: dict[Subject, list[int]] = defaultdict(list)
    for source, subject, sequence in rows(
        world, "budget", "SELECT source, subject, sequence FROM effect ORDER BY id"
    ):
        done[source, subject].append(sequence)
    wanted = {
        about: [sequence for sequence, _, data in events if json.loads(data)["type"] in handled]
        for about, events in taken.items()
    }
    wanted = {about: sequences for about, sequences in wanted.items() if sequences}
    _require(done == wanted, f"effects: {_differing(done, wanted)}")


def _nothing_else_failed(world: "World") -> None:
    """What the store or the bus does is waited for: an event is put aside for its own failing alone."""
    for name in world.services:
        tried = rows(world, name, "SELECT subject, sequence, error FROM parked WHERE attempts > 0")
        others = [row for row in tried if not row[2].startswith("Stubborn")]
        _require(not others, f"{name} put aside {others}")


def _fold_is_right(world: "World", taken: dict[Subject, list[tuple[int, str, bytes]]]) -> None:
    """C6: the overview is what a small fold of its own makes of the stream."""
    events = [
        KNOWN[json.loads(data)["type"]].model_validate_json(data)
        for about, history in taken.items()
        for _, _, data in history
        if not is_strange(about[1])
    ]
    wanted = second_count.count(events)
    cells = rows(world, "analytics", "SELECT kern, year, measure, value FROM cell WHERE value <> 0")
    strangers = sum(1 for about, history in taken.items() if is_strange(about[1]) and history)
    found = {
        (kern, year, measure): value for kern, year, measure, value in cells if measure.startswith(FOLDED)
    }
    for kern in ("noordoever", "gemeente"):
        if strangers:
            key = kern, 2021, "initiatives.started"
            wanted[key] = wanted.get(key, 0) + strangers
    _require(found == wanted, f"overview: {_differing(found, wanted)}")


def _differing(found: dict[Any, Any], wanted: dict[Any, Any]) -> str:
    keys = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
    return "; ".join(f"{key}: {found.get(key)} and not {wanted.get(key)}" for key in keys[:5])
