# SPDX-License-Identifier: EUPL-1.2
"""From bytes in the stream to an event, or to the reason why not. Never raises: a bad message must not
stop the ones behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from shared.contracts import CATALOGUE
from shared.contracts.envelope import TYPE_PREFIX, Event, EventData, OpaqueId, envelope_of
from shared.messaging.versions import Aggregate

UNKNOWN, DEAD = "unknown", "dead"
Headers = Mapping[str, str] | None
KNOWN = {TYPE_PREFIX + name: envelope_of(data_type) for name, data_type in CATALOGUE.items()}


class Label(BaseModel):
    """The attributes that place any event, whatever its type or version."""

    id: OpaqueId
    source: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
    subject: OpaqueId
    type: Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]
    subjectsequence: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]


@dataclass(frozen=True)
class Incoming:
    """One message of the stream. `event` is set when it can be handled, else `reason` and `error` are.

    `aggregate` is None when the bytes do not even say what they are about. The event says all of itself;
    `headers` are kept for whoever must find out where a strange one came from.
    """

    payload: bytes
    nats_subject: str
    headers: Headers = None
    event_id: str | None = None
    aggregate: Aggregate | None = None
    sequence: int = 0
    event_type: str = ""
    event: Event[Any] | None = None
    reason: str | None = None
    error: str | None = None


def decode(nats_subject: str, payload: bytes, headers: Headers = None) -> Incoming:
    """Read one message; the last three tokens of its NATS subject name the type to expect."""
    expected = KNOWN.get(TYPE_PREFIX + ".".join(nats_subject.rsplit(".", 3)[1:]))
    if expected is not None:
        try:
            return _known(nats_subject, payload, headers, expected.model_validate_json(payload))
        except (ValidationError, ValueError, RecursionError) as error:
            return _unreadable(nats_subject, payload, headers, error)
    return _unreadable(nats_subject, payload, headers, None)


def _known(nats_subject: str, payload: bytes, headers: Headers, event: Event[EventData]) -> Incoming:
    return Incoming(
        payload,
        nats_subject,
        headers,
        event_id=event.id,
        aggregate=Aggregate(event.source, event.subject),
        sequence=event.number,
        event_type=event.data.TYPE,
        event=event,
    )


def _unreadable(nats_subject: str, payload: bytes, headers: Headers, error: Exception | None) -> Incoming:
    try:
        label = Label.model_validate_json(payload)
    except (ValidationError, ValueError, RecursionError) as unlabelled:
        return Incoming(payload, nats_subject, headers, reason=DEAD, error=_what(error or unlabelled))
    known = error is not None
    return Incoming(
        payload,
        nats_subject,
        headers,
        event_id=label.id,
        aggregate=Aggregate(label.source, label.subject),
        sequence=int(label.subjectsequence),
        event_type=label.type.removeprefix(TYPE_PREFIX),
        reason=DEAD if known else UNKNOWN,
        error=_what(error) if error else f"this version of the software does not know {label.type}",
    )


def _what(error: Exception) -> str:
    """The error without the input: a poison message may hold what must not spread."""
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_input=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'message'}: {e['msg']}" for e in found[:5])
    return f"{type(error).__name__}: {error}"
