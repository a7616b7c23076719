# SPDX-License-Identifier: EUPL-1.2
"""What the suite knows of a service without importing it, which takes seconds."""

from dataclasses import dataclass
from typing import Protocol

from shared.settings import Settings


class Located(Protocol):
    """What it takes to reach a service."""

    @property
    def port(self) -> int: ...


@dataclass(frozen=True)
class Member:
    """A service of the suite; `port` is its usual one."""

    name: str
    package: str
    port: int


def url_of(settings: Settings, service: Located) -> str:
    """Where this machine reaches the service itself, ending in a slash."""
    return f"http://127.0.0.1:{settings.port_of(service.port)}/"
