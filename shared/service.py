"""What a service is made of, and how one process runs it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from shared.contracts.envelope import Event, EventData, NewEvent
from shared.messaging.transaction import Transaction

EventHandler = Callable[[Event[Any], Transaction], Sequence[NewEvent]]


@dataclass(frozen=True)
class Service:
    """One service's parts. `package` holds its migrations; `handlers` maps event types to functions.

    `api` serves `/v1/…`, `pages` serves HTML outside the API, both plain FastAPI routers.
    """

    name: str
    port: int
    title: str
    handlers: Mapping[type[EventData], EventHandler] = field(default_factory=dict)
    api: APIRouter | None = None
    pages: APIRouter | None = None

    @property
    def package(self) -> str:
        return f"services.{self.name}"
