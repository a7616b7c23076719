# SPDX-License-Identifier: EUPL-1.2
"""A small model of that part of nats-server that we use; test_conformance.py holds it against the real one.

One stream with `Nats-Msg-Id` and atomic batches, pull consumers with an ack floor, redelivery, reset and
deletion, long pulls with heartbeats, and core request-reply. What a network does to it is wire.py's.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

STREAM = "KERNPULS"
Headers = dict[str, str]
Send = Callable[[str, str, Headers | None, bytes, str], None]  # inbox, reply, headers, data, subject
Later = Callable[[float, Callable[[], None]], Any]
NANO = 1_000_000_000


@dataclass(frozen=True)
class Message:
    """One message as the stream holds it."""

    sequence: int
    subject: str
    headers: Headers
    data: bytes


@dataclass(eq=False)
class Request:
    """One MSG.NEXT that stands."""

    inbox: str
    left: int
    expires_at: float
    heartbeat: float
    spoken_at: float


@dataclass(eq=False)
class Consumer:
    name: str
    config: dict[str, Any]
    at: int = 1  # the next sequence of the stream to look at
    place: int = 1  # the next number of a delivery
    floor: tuple[int, int] = (0, 0)  # place and sequence up to which all is acknowledged
    pending: dict[int, list[float]] = field(default_factory=dict)  # sequence: first place, deadline
    again: list[int] = field(default_factory=list)
    deliveries: dict[int, int] = field(default_factory=dict)
    waiting: "deque[Request]" = field(default_factory=deque)

    def state(self) -> tuple[Any, ...]:
        """What the server has on disk of it; written now and then; when killed, it falls back to that."""
        pending = {sequence: list(known) for sequence, known in self.pending.items()}
        return self.at, self.place, self.floor, pending, dict(self.deliveries)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.at, self.place, self.floor, self.pending, self.deliveries = state
        self.again = []


@cache
def matches(pattern: str, subject: str) -> bool:
    wanted, given = pattern.split("."), subject.split(".")
    for place, token in enumerate(wanted):
        if token == ">":
            return len(given) > place
        if place >= len(given) or token not in ("*", given[place]):
            return False
    return len(wanted) == len(given)


class Server:
    """`send` delivers to whoever listens to an inbox; `hears` tells whether anybody does."""

    def __init__(self, clock: Callable[[], float], later: Later, send: Send, hears: Callable[[str], bool]):
        self.clock, self.later, self.send, self.hears = clock, later, send, hears
        self.created = "2021-07-01T00:00:00.000000001Z"
        self.log: list[Message] = []
        self.ids: dict[str, int] = {}
        self.full = False
        self.consumers: dict[str, Consumer] = {}
        self.batches: dict[str, list[tuple[str, Headers, bytes]] | None] = {}

    # --- what comes in -------------------------------------------------------------------------------

    def receive(self, subject: str, reply: str, headers: Headers, data: bytes) -> None:
        if subject.startswith("kernpuls."):
            self._publish(subject, reply, headers, data)
        elif subject.startswith("$JS.API.CONSUMER.MSG.NEXT."):
            self._next(subject.rsplit(".", 1)[1], reply, json.loads(data))
        elif subject.startswith("$JS.API."):
            answer = self._api(subject.removeprefix("$JS.API.").split("."), json.loads(data or b"{}"))
            if answer:
                self.send(reply, "", None, json.dumps(answer).encode(), "")
        elif subject.startswith("$JS.ACK."):
            _, _, _, name, _, sequence, place, _, _ = subject.split(".")
            if consumer := self.consumers.get(name):
                self._acknowledge(consumer, int(sequence), int(place))
        elif reply:
            self.send(reply, "", {"Status": "503"}, b"", "")

    def _publish(self, subject: str, reply: str, headers: Headers, data: bytes) -> None:
        if batch_id := headers.get("Nats-Batch-Id"):
            answer = self._batch(batch_id, subject, headers, data)
        elif (known := self.ids.get(headers.get("Nats-Msg-Id", ""))) is not None:
            answer = {"stream": STREAM, "seq": known, "duplicate": True}
        elif self.full:
            answer = _refusal(10077, "maximum bytes exceeded")
        else:
            answer = {"stream": STREAM, "seq": self._store(subject, headers, data)}
            self._serve_all(subject)
        if reply and answer:
            self.send(reply, "", None, json.dumps(answer).encode(), "")

    def _batch(self, batch_id: str, subject: str, headers: Headers, data: bytes) -> dict[str, Any] | None:
        """Nothing of a batch is stored before its end, and nothing at all when something is wrong with it."""
        place, commit = int(headers["Nats-Batch-Sequence"]), "Nats-Batch-Commit" in headers
        staged = self.batches.setdefault(batch_id, [])
        if staged is None or place != len(staged) + 1:
            self.batches[batch_id] = None
            if not commit:
                return None
            del self.batches[batch_id]
            return _refusal(10176, "atomic publish batch is incomplete")
        staged.append((subject, headers, data))
        if not commit:
            return None
        del self.batches[batch_id]
        ids = [head["Nats-Msg-Id"] for _, head, _ in staged if "Nats-Msg-Id" in head]
        if len(set(ids)) < len(ids) or any(each in self.ids for each in ids):
            return _refusal(10201, "atomic publish batch contains duplicate message id")
        if self.full:
            return _refusal(10077, "maximum bytes exceeded")
        for each in staged:
            last = self._store(*each)
        for stored, _, _ in staged:
            self._serve_all(stored)
        return {"stream": STREAM, "seq": last, "batch": batch_id, "count": len(staged)}

    def _store(self, subject: str, headers: Headers, data: bytes) -> int:
        sequence = len(self.log) + 1
        self.log.append(Message(sequence, subject, headers, data))
        if message_id := headers.get("Nats-Msg-Id"):
            self.ids[message_id] = sequence
        return sequence

    def _api(self, words: list[str], body: dict[str, Any]) -> dict[str, Any]:
        operation, name = ".".join(words[:2]), words[-1]
        if operation == "STREAM.INFO":
            last = len(self.log)
            state = {"messages": last, "first_seq": 1, "last_seq": last}
            return {"created": self.created, "config": {}, "state": state}
        if operation == "CONSUMER.CREATE":
            start = body["config"].get("opt_start_seq", 1)
            consumer = self.consumers.get(name) or Consumer(name, body["config"], at=start)
            self.consumers[name] = consumer
            return self._info(consumer)
        if name not in self.consumers:
            if operation == "CONSUMER.RESET":
                return {}  # the server leaves this unanswered
            return _refusal(10014, "consumer not found")
        consumer = self.consumers[name]
        if operation == "CONSUMER.DELETE":
            self.delete(consumer)
        elif operation == "CONSUMER.RESET":
            self._reset(consumer, body.get("seq"))
        return self._info(consumer)

    def _info(self, consumer: Consumer) -> dict[str, Any]:
        consumer.waiting = deque(each for each in consumer.waiting if self.hears(each.inbox))
        return {
            "config": consumer.config,
            "delivered": {"consumer_seq": consumer.place - 1, "stream_seq": consumer.at - 1},
            "ack_floor": {"consumer_seq": consumer.floor[0], "stream_seq": consumer.floor[1]},
            "num_ack_pending": len(consumer.pending),
            "num_waiting": len(consumer.waiting),
            "num_pending": self._to_come(consumer),
        }

    # --- consumers -----------------------------------------------------------------------------------

    def _wanted(self, consumer: Consumer, subject: str) -> bool:
        return any(matches(pattern, subject) for pattern in consumer.config["filter_subjects"])

    def _to_come(self, consumer: Consumer) -> int:
        return sum(self._wanted(consumer, message.subject) for message in self.log[consumer.at - 1 :])

    def delete(self, consumer: Consumer) -> None:
        del self.consumers[consumer.name]
        for request in consumer.waiting:
            self.send(request.inbox, "", {"Status": "409", "Description": "Consumer Deleted"}, b"", "")
        consumer.waiting.clear()

    def _reset(self, consumer: Consumer, sequence: int | None) -> None:
        consumer.at = sequence or consumer.floor[1] + 1
        consumer.place, consumer.floor = 1, (0, consumer.at - 1)
        consumer.pending, consumer.again, consumer.deliveries = {}, [], {}
        self._serve(consumer)

    def _acknowledge(self, consumer: Consumer, sequence: int, place: int) -> None:
        if sequence >= consumer.at:
            return  # of before a reset
        if known := consumer.pending.pop(sequence, None):
            place = int(known[0])
        if not consumer.pending:
            consumer.floor = consumer.place - 1, consumer.at - 1
        elif place == consumer.floor[0] + 1:
            consumer.floor = place, sequence
            for after in range(sequence + 1, consumer.at):
                if after in consumer.pending:
                    consumer.floor = int(consumer.pending[after][0]) - 1, after - 1
                    break
        consumer.deliveries.pop(sequence, None)
        if sequence in consumer.again:
            consumer.again.remove(sequence)
        self._serve(consumer)

    def _next(self, name: str, inbox: str, body: dict[str, Any]) -> None:
        consumer, now = self.consumers.get(name), self.clock()
        if consumer is None:
            self.send(inbox, "", {"Status": "503"}, b"", "")
            return
        heartbeat = body["idle_heartbeat"] / NANO
        request = Request(inbox, body["batch"], now + body["expires"] / NANO, heartbeat, now)
        consumer.waiting.append(request)
        self._serve(consumer)
        self.later(heartbeat, lambda: self._beat(consumer, request))
        self.later(body["expires"] / NANO, lambda: self._expire(consumer, request))

    def _beat(self, consumer: Consumer, request: Request) -> None:
        if request not in consumer.waiting:
            return
        if not self.hears(request.inbox):
            consumer.waiting.remove(request)
            return
        quiet = self.clock() - request.spoken_at
        if quiet >= request.heartbeat:
            self.send(request.inbox, "", {"Status": "100", "Description": "Idle Heartbeat"}, b"", "")
            request.spoken_at, quiet = self.clock(), 0.0
        self.later(max(request.heartbeat - quiet, 0.01), lambda: self._beat(consumer, request))

    def _expire(self, consumer: Consumer, request: Request) -> None:
        if request in consumer.waiting:
            consumer.waiting.remove(request)
            self.send(request.inbox, "", {"Status": "408", "Description": "Request Timeout"}, b"", "")

    def _serve_all(self, subject: str) -> None:
        for consumer in self.consumers.values():
            if consumer.waiting and self._wanted(consumer, subject):
                self._serve(consumer)

    def _serve(self, consumer: Consumer) -> None:
        while request := self._first_heard(consumer):
            message = self._first_to_come(consumer)
            if message is None:
                return
            self._deliver(consumer, request, message)

    def _first_heard(self, consumer: Consumer) -> Request | None:
        while consumer.waiting:
            if self.hears(consumer.waiting[0].inbox):
                return consumer.waiting[0]
            consumer.waiting.popleft()
        return None

    def _first_to_come(self, consumer: Consumer) -> Message | None:
        while consumer.again:
            sequence = consumer.again.pop(0)
            if sequence in consumer.pending:
                return self.log[sequence - 1]
        if len(consumer.pending) >= consumer.config.get("max_ack_pending", 1000):
            return None
        for message in self.log[consumer.at - 1 :]:
            if self._wanted(consumer, message.subject):
                consumer.at = message.sequence + 1
                return message
        return None

    def _deliver(self, consumer: Consumer, request: Request, message: Message) -> None:
        now, sequence, place = self.clock(), message.sequence, consumer.place
        consumer.place += 1
        count = consumer.deliveries[sequence] = consumer.deliveries.get(sequence, 0) + 1
        if consumer.config["ack_policy"] == "explicit":
            wait = consumer.config["ack_wait"] / NANO
            known = consumer.pending.setdefault(sequence, [place, 0.0])
            known[1] = now + wait
            self.later(wait, lambda: self._overdue(consumer, sequence))
        request.left, request.spoken_at = request.left - 1, now
        consumer.waiting.popleft()
        if request.left:
            consumer.waiting.append(request)  # those that stand take turns
        about = f"{count}.{sequence}.{place}.1.{self._to_come(consumer)}"
        ack = f"$JS.ACK.{STREAM}.{consumer.name}.{about}"
        self.send(request.inbox, ack, dict(message.headers), message.data, message.subject)

    def _overdue(self, consumer: Consumer, sequence: int) -> None:
        known = consumer.pending.get(sequence)
        if known and known[1] <= self.clock() and self.consumers.get(consumer.name) is consumer:
            consumer.again.append(sequence)
            self._serve(consumer)

    # --- what happens to servers ---------------------------------------------------------------------

    def put(self, subject: str, data: bytes) -> None:
        """A message from elsewhere, whatever it is."""
        self._store(subject, {}, data)
        self._serve_all(subject)

    def restart(self, states: dict[str, tuple[Any, ...]]) -> None:
        """Requests and half batches are gone; consumers are as last written; the stream is whole."""
        self.batches.clear()
        for consumer in self.consumers.values():
            consumer.waiting.clear()
            if consumer.name in states:
                consumer.restore(states[consumer.name])
            for sequence in consumer.pending:
                wait = consumer.config["ack_wait"] / NANO
                self.later(wait, lambda c=consumer, s=sequence: self._overdue(c, s))  # type: ignore[misc]


def _refusal(code: int, description: str) -> dict[str, Any]:
    return {"error": {"code": 400, "err_code": code, "description": description}, "stream": STREAM, "seq": 0}
