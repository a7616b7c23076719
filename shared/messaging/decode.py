# SPDX-License-Identifier: EUPL-1.2
"""From bytes in the stream to an event, or to the reason why not. Never raises: a bad message must not
stop the ones behind it.

Only the owner publishes about a thing. Otherwise whoever can write to the stream could take the next number
of another's history, and the owner's own event would be passed over as a repetition of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from shared.contracts.envelope import (
    TYPE_PREFIX,
    Event,
    OpaqueId,
    entity_of,
    envelope_of,
    owner_of,
    source_of,
)
from shared.contracts.events import CATALOGUE
from shared.messaging.versions import Aggregate
from shared.municipality import Municipality

UNKNOWN, DEAD = "unknown", "dead"
FOREIGN = "foreign"  # not of its owner, or not of our municipality
TOKENS = 6  # kernpuls, gemeente, kern, entity, what happened, version
Headers = Mapping[str, str] | None
OWNERS = {entity_of(name): owner_of(data_type) for name, data_type in CATALOGUE.items()}
KNOWN = {TYPE_PREFIX + name: envelope_of(data_type) for name, data_type in CATALOGUE.items()}


class Label(BaseModel):
    """The attributes that place any event, whatever its type or version."""

    id: OpaqueId
    source: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
    subject: OpaqueId
    type: Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]
    subjectsequence: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]
    kern: str
    gemeente: str


@dataclass(frozen=True)
class Incoming:
    """One message of the stream. `event` is set when it can be handled, else `reason` and `error` are.

    `aggregate` is None when the bytes do not even say what they are about, or are not from its owner: then
    nothing waits behind them, and their number is still the owner's to use. The event says all of itself;
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


def decode(nats_subject: str, payload: bytes, ours: Municipality, headers: Headers = None) -> Incoming:
    """Read one message; the last three tokens of its NATS subject name the type to expect."""
    expected = KNOWN.get(TYPE_PREFIX + ".".join(nats_subject.rsplit(".", 3)[1:]))
    event, error = None, None
    try:
        event = expected.model_validate_json(payload) if expected else None
    except (ValidationError, ValueError, RecursionError) as unreadable:
        error = unreadable
    try:
        label = event or Label.model_validate_json(payload)
    except (ValidationError, ValueError, RecursionError) as unlabelled:
        return Incoming(payload, nats_subject, headers, reason=DEAD, error=_what(error or unlabelled))
    if (why := _foreign(nats_subject, label, ours)) is not None:
        return Incoming(payload, nats_subject, headers, reason=FOREIGN, error=why)
    return Incoming(
        payload,
        nats_subject,
        headers,
        event_id=label.id,
        aggregate=Aggregate(label.source, label.subject),
        sequence=int(label.subjectsequence),
        event_type=label.type.removeprefix(TYPE_PREFIX),
        event=event,
        reason=None if event else DEAD if error else UNKNOWN,
        error=_what(error) if error else None if event else f"this version does not know {label.type}",
    )


def _foreign(nats_subject: str, label: Label | Event[Any], ours: Municipality) -> str | None:
    """Where an event disagrees with the subject it was published at, which is what the bus lets somebody
    publish to; or with whose events we take.
    """
    tokens = nats_subject.split(".")
    if len(tokens) != TOKENS or label.type != TYPE_PREFIX + ".".join(tokens[3:]):
        return "its type is not that of the NATS subject"
    if (label.gemeente, label.kern) != (tokens[1], tokens[2]):
        return "its gemeente and kern are not those of the NATS subject"
    if label.gemeente != ours.code:
        return f"it is of another municipality than {ours.code}"
    owner = OWNERS.get(tokens[3], label.source.rpartition(":")[2])  # of what we do not know, any service
    if label.source != source_of(ours.oin, owner):
        return f"its source is not the one service of this municipality that publishes about {tokens[3]}"
    return None


def _what(error: Exception) -> str:
    """The error without the input: a poison message may hold what must not spread."""
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_input=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'message'}: {e['msg']}" for e in found[:5])
    return f"{type(error).__name__}: {error}"
