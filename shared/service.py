# SPDX-License-Identifier: EUPL-1.2
"""What a service is made of: its declaration, which everything that runs, checks or shows it goes by."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from shared.contracts.envelope import Event, EventData
from shared.http.router import Pages, Router
from shared.messaging.intake import EventHandler
from shared.messaging.leader import Task
from shared.messaging.requests import Answerer
from shared.messaging.timers import Timer
from shared.runtime import Runtime
from shared.store import Database


class Check(Protocol):
    """One of a service's own checks for `kernpuls verify`: from the store and the stream."""

    check: str
    compares: str

    def hear(self, event: Event[Any]) -> None:
        """Every event that the service follows, once, in order."""

    def judge(self, connection: Connection) -> list[str]:
        """What is wrong in the store, which is as far as what was heard."""


State = Mapping[str, Mapping[str, Any]]  # by what it is of, such as `grant 7f3a`


class OwnState(Protocol):
    """What a service keeps beside what its own events make of it, for `kernpuls verify`: an emptied table is
    seen although it contradicts no other. Each fact must be in the events."""

    compares: str

    def take(self, event: Event[Any]) -> None:
        """Every event of the service itself, once, in the order of recording."""

    def expected(self) -> State:
        """What those events make."""

    def kept(self, connection: Connection) -> State:
        """The same from the tables."""


@dataclass(frozen=True)
class Service:
    """One service's parts. `package` holds its migrations; `handlers` maps event types to functions.

    `api` serves `/v1/…`, `pages` serves HTML outside the API, routers that say who may. `static` is
    the folder served at `/static`. `version` is that of the API (semver). The schemas of the events in
    `publishes` are served at `/v1/schemas/{type}.json`. `questions` are those it answers other
    services; `actions` are what operators can ask of this service beside what they can ask of any, by
    name; `reports` are what operators can look at in its store, a line for each thing, by name; `checks`
    are its own part of `kernpuls verify`, and `own_state` what it keeps beside its own events; `timers` are
    its handlers of what is due by the clock alone; `tasks` are what its leader does beside what every leader
    does. `first` is what must be done before anybody is answered; until then every request but the probes'
    gets 503.
    """

    name: str
    port: int
    title: str
    handlers: Mapping[type[EventData], EventHandler] = field(default_factory=dict)
    api: Router | None = None
    pages: Pages | None = None
    static: Path | None = None
    version: str = "1.0.0"
    publishes: tuple[type[EventData], ...] = ()
    questions: tuple[Answerer[Any, Any], ...] = ()
    actions: Mapping[str, Callable[[Runtime, dict[str, Any]], Awaitable[str]]] = field(default_factory=dict)
    reports: Mapping[str, Callable[[Connection, Mapping[str, Any]], Sequence[str]]] = field(
        default_factory=dict
    )
    checks: tuple[Callable[[Database], Check], ...] = ()
    own_state: Callable[[], OwnState] | None = None
    timers: tuple[Timer, ...] = ()
    tasks: Callable[[Runtime], Mapping[str, Task]] = lambda _runtime: {}
    first: Callable[[Runtime], Awaitable[None]] | None = None

    @property
    def package(self) -> str:
        return f"services.{self.name}"
