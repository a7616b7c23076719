"""What a service is made of, and how one process runs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter

from shared.contracts.envelope import EventData
from shared.messaging.desk import Action
from shared.messaging.intake import EventHandler

if TYPE_CHECKING:
    from shared.process import Process


@dataclass(frozen=True)
class Service:
    """One service's parts. `package` holds its migrations; `handlers` maps event types to functions.

    `api` serves `/v1/…`, `pages` serves HTML outside the API, both plain FastAPI routers. `static` is
    the folder served at `/static`. `version` is that of the API (semver). The schemas of the events in
    `publishes` are served at `/v1/schemas/{type}.json`. `actions` are what operators can ask of this
    service beside what they can ask of every one.
    """

    name: str
    port: int
    title: str
    handlers: Mapping[type[EventData], EventHandler] = field(default_factory=dict)
    api: APIRouter | None = None
    pages: APIRouter | None = None
    static: Path | None = None
    version: str = "1.0.0"
    publishes: tuple[type[EventData], ...] = ()
    actions: Callable[["Process"], Mapping[str, Action]] = lambda _process: {}

    @property
    def package(self) -> str:
        return f"services.{self.name}"
