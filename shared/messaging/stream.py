# SPDX-License-Identifier: EUPL-1.2
"""Provisioning: the one stream of the suite and a durable consumer per service.

Works on the server's own JSON, so that options this software does not know survive an update, and
only ever strengthens: it never shortens what a stream keeps.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from shared.contracts.envelope import MAX_BYTES, EventData, entity_of
from shared.errors import OperatorError

STREAM = "KERNPULS"
SUBJECTS = "kernpuls.>"
SECOND = 1_000_000_000  # the server counts durations in nanoseconds
DUPLICATE_WINDOW = 24 * 3600 * SECOND
ACK_WAIT = 30 * SECOND
LARGEST = MAX_BYTES + 1024  # bytes of an event with its headers
MAX_ACK_PENDING = 1000
UNAVAILABLE = 503  # of a cluster without a leader: it elects one, or too few of its servers are up
NOT_FOUND = {10059, 10014}  # stream, consumer
CANNOT_CHANGE = 10012
# Options of a consumer that would withhold events, or remove it.
UNWANTED = ("backoff", "headers_only", "inactive_threshold", "pause_until", "priority_groups")

Json = dict[str, Any]


class StreamError(OperatorError):
    """The stream cannot be had as it must be; the message says what differs and what to do."""


class NoJetStream(StreamError):
    """Nobody answers for JetStream: switched off, only just started, or most of a cluster is away."""


class ApiError(Exception):
    """The JetStream API refused; `code` is its err_code."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{description} ({code})")
        self.code = code


AWAY = (NatsError, NoJetStream, TimeoutError, OSError)  # the bus; it comes back by itself


async def api(connection: Client, operation: str, body: Json | None = None) -> Json:
    """Call the JetStream API."""
    request = json.dumps(body).encode() if body is not None else b""
    try:
        reply = await connection.request(f"$JS.API.{operation}", request, timeout=5)
    except NoRespondersError:
        raise NoJetStream("JetStream does not answer; start nats-server with a jetstream block") from None
    answer: Json = json.loads(reply.data)
    error = answer.get("error", {})
    # One of three servers, alone, answers with what it has itself: that may be less than was published.
    if error.get("code") == UNAVAILABLE or not answer.get("cluster", {"leader": "itself"}).get("leader"):
        raise NoJetStream(error.get("description", "the stream has no leader"))
    if error:
        raise ApiError(error.get("err_code", 0), error.get("description", ""))
    return answer


def stream_config(max_bytes: int, replicas: int) -> Json:
    """What we want of the stream: keeps everything, refuses rather than forgets, takes atomic batches."""
    return {
        "name": STREAM,
        "subjects": [SUBJECTS],
        "retention": "limits",
        "storage": "file",
        "discard": "new",
        "max_age": 0,
        "max_msgs": -1,
        "max_bytes": max_bytes,
        "max_msgs_per_subject": -1,
        "max_msg_size": -1,
        "num_replicas": replicas,
        "duplicate_window": DUPLICATE_WINDOW,
        "allow_direct": True,
        "allow_atomic": True,
        "no_ack": False,
        "sealed": False,
    }


async def ensure_stream(connection: Client, max_bytes: int, replicas: int = 1) -> str:
    """Create the stream, or strengthen the one that is there. Returns `created`, `updated` or `kept`.

    A bus that takes less than an event is refused here: the first that is too large for it would stop every
    event behind it in the outbox.
    """
    if connection.max_payload < LARGEST:
        raise StreamError(
            f"nats-server takes messages of {connection.max_payload} bytes, and an event may have {LARGEST}. "
            "Set its max_payload to 1MB, or leave it out."
        )
    wanted = stream_config(max_bytes, replicas)
    try:
        info = await api(connection, f"STREAM.INFO.{STREAM}")
    except ApiError as error:
        if error.code not in NOT_FOUND:
            raise
        await api(connection, f"STREAM.CREATE.{STREAM}", wanted)
        return "created"
    have = {"no_ack": False, "sealed": False} | info["config"]
    merged = have | {name: strengthened(name, have.get(name), value) for name, value in wanted.items()}
    if merged == have:
        return "kept"
    try:
        await api(connection, f"STREAM.UPDATE.{STREAM}", merged)
    except TimeoutError:  # what a user may not do, the server leaves unanswered
        weaker = ", ".join(name for name, value in merged.items() if have.get(name) != value)
        raise StreamError(
            f"The stream {STREAM} is weaker than it must be ({weaker}), and the bus did not take the change. "
            "Let provision change it: kernpuls up does at its start; in containers, start once with "
            "DEPLOY_PROVISION=strengthen (docs/deployment.md)."
        ) from None
    return "updated"


def strengthened(name: str, have: Any, want: Any) -> Any:
    """The stronger of what a stream has and what we want of it."""
    if name in ("retention", "storage", "sealed") and have != want:
        raise StreamError(
            f"The stream {STREAM} has {name} {have!r} where {want!r} is needed, which cannot be changed. "
            "Keep its events by a backup, delete it, provision again and run kernpuls reconcile --repair."
        )
    rule = _STRONGER.get(name)
    return rule(have, want) if rule and have is not None else want


def _unlimited_or_more(have: int, want: int) -> int:
    return -1 if have == -1 or want == -1 else max(have, want)


def _with_narrower_replaced(have: list[str], want: list[str]) -> list[str]:
    if set(want) <= set(have):
        return have
    return [subject for subject in have if not subject.startswith(SUBJECTS.removesuffix(">"))] + want


_STRONGER: dict[str, Callable[[Any, Any], Any]] = {
    "subjects": _with_narrower_replaced,
    "max_bytes": _unlimited_or_more,
    "max_msg_size": _unlimited_or_more,
    "num_replicas": max,
    "duplicate_window": max,
}


def filters_for(data_types: Iterable[type[EventData]], gemeente: str) -> list[str]:
    """By entity, never by type: a consumer must see every event of an aggregate to count its sequence. Events
    of another municipality on the same server are not ours.
    """
    return [f"kernpuls.{gemeente}.*.{entity}.>" for entity in sorted({entity_of(t.TYPE) for t in data_types})]


async def ensure_consumer(connection: Client, name: str, filters: list[str]) -> Json:
    """Create or mend the durable consumer; one that is as it must be is left alone. Returns its info.

    The watchdog calls this for as long as a service runs: a consumer may be deleted or drift. What cannot
    be changed is made anew, and begins at the first event.
    """
    wanted = {
        "durable_name": name,
        "name": name,
        "filter_subjects": filters,
        "ack_policy": "explicit",
        "ack_wait": ACK_WAIT,
        "max_deliver": -1,
        "max_ack_pending": MAX_ACK_PENDING,
        "deliver_policy": "all",
        "replay_policy": "instant",
    }
    try:
        info = await api(connection, f"CONSUMER.INFO.{STREAM}.{name}")
    except ApiError as error:
        if error.code not in NOT_FOUND:
            raise
    else:
        have = {"max_deliver": -1} | info["config"]
        if len(filters) == 1 and have.get("filter_subject"):
            have["filter_subjects"] = [have["filter_subject"]]
        if all(have.get(o) == v for o, v in wanted.items()) and not any(map(have.get, UNWANTED)):
            return info
    create = f"CONSUMER.CREATE.{STREAM}.{name}"
    request = {"stream_name": STREAM, "config": wanted}
    try:
        return await api(connection, create, request)
    except ApiError as error:
        if error.code != CANNOT_CHANGE:
            raise
    await api(connection, f"CONSUMER.DELETE.{STREAM}.{name}")
    return await api(connection, create, request)


async def redeliver_from(connection: Client, name: str, sequence: int | None = None) -> None:
    """Start delivery again: of what is not acknowledged, or of everything from `sequence` on.

    After a change of leader this hands over at once what the last one had not acknowledged, in order;
    without it, that would come out of order after `ack_wait`.
    """
    body = {"seq": sequence} if sequence else {}
    await api(connection, f"CONSUMER.RESET.{STREAM}.{name}", body)
