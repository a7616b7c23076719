# SPDX-License-Identifier: EUPL-1.2
"""The CloudEvents 1.0 envelope (NL GOV profile 1.1) and the base of every event's data.

An event is structured JSON: the same bytes on NATS, in the outbox and on a webhook. Attribute
names are lower case without separators, because CloudEvents allows nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

TYPE_PREFIX = "nl.kernpuls."
CONTENT_TYPE = "application/cloudevents+json"
WHOLE_MUNICIPALITY = "gemeente"  # stands in the place of the kern; no kern's slug
MAX_BYTES = 64 * 1024  # CE-SZ

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
OpaqueId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
Cents = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Origin = Literal["live", "import", "example"]
Role = Literal["submitter", "official", "kernambtenaar", "budget-holder", "system"]


class Data(BaseModel):
    """Immutable data in camelCase JSON. Unknown fields are ignored: a newer producer may send more."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True, frozen=True
    )


class EventData(Data):
    """What every event says, whatever its type.

    `happened_on` is the date in the world; the envelope's `time` is when it was recorded.
    `kernen` names all kernen concerned, the first being the one in the NATS subject; empty means
    the whole municipality. `origin` other than `live` sends no message and starts no term.
    """

    TYPE: ClassVar[str]

    happened_on: date
    kernen: tuple[Slug, ...]
    actor: Role
    origin: Origin


D = TypeVar("D", bound=EventData, covariant=True)


@dataclass(frozen=True)
class NewEvent:
    """A decision's outcome, before the outbox gives it an id, a sequence and a time.

    `twin` is the same fact in the version of its type before, for readers that do not know this one yet
    (CE-T): it is published right behind it, with the same sequence and an id of its own.
    """

    subject: str
    data: EventData
    twin: EventData | None = None


class Event(BaseModel, Generic[D]):
    """One recorded event as it travels."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: OpaqueId
    source: Annotated[str, Field(pattern=r"^urn:nld:oin:[0-9]{20}:systeem:[a-z-]+$")]
    type: Annotated[str, Field(max_length=200)]
    subject: OpaqueId
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    subjectsequence: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]
    kern: Slug
    gemeente: Slug
    correlationid: OpaqueId
    causationid: OpaqueId | None = None
    traceparent: Annotated[str, Field(max_length=55)] | None = None
    data: D

    @model_validator(mode="after")
    def _type_is_that_of_the_data(self) -> Self:
        expected = TYPE_PREFIX + self.data.TYPE
        if self.type != expected:
            raise ValueError(f"type is {self.type!r} where the data's type is {expected!r}")
        return self

    @property
    def number(self) -> int:
        """Place of the event in the history of its subject: 1, 2, 3 … without gaps."""
        return int(self.subjectsequence)

    def to_bytes(self) -> bytes:
        """The structured JSON form; optional attributes that are absent are left out (CE 3.1)."""
        missing = {name for name in ("causationid", "traceparent") if getattr(self, name) is None}
        return self.model_dump_json(exclude=missing).encode()


@cache
def envelope_of(data_type: type[D]) -> type[Event[D]]:
    """The envelope with data of one type: it checks and writes exactly that type's fields."""
    return Event[data_type]  # type: ignore[valid-type]


def source_of(oin: str, service: str) -> str:
    """CE-SRC: who published, as a URN that is no location."""
    return f"urn:nld:oin:{oin}:systeem:{service}"


def nats_subject(gemeente: str, kern: str, event_type: str) -> str:
    """Where an event is published, e.g. `kernpuls.gm0214.ingen.initiative.submitted.v1`."""
    return f"kernpuls.{gemeente}.{kern}.{event_type}"


def entity_of(event_type: str) -> str:
    """`initiative` of `initiative.submitted.v1`."""
    return event_type.split(".", 1)[0]


def owner_of(data_type: type[EventData]) -> str:
    """The service that alone publishes it: the room of the contracts it is defined in."""
    return data_type.__module__.split(".")[2]


def catalogue_of(*modules: Mapping[str, Any]) -> dict[str, type[EventData]]:
    """All event types of the given modules' namespaces, by type name."""
    found = {}
    for namespace in modules:
        for value in namespace.values():
            if isinstance(value, type) and issubclass(value, EventData) and "TYPE" in vars(value):
                found[value.TYPE] = value
    return dict(sorted(found.items()))
