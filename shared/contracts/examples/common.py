# SPDX-License-Identifier: EUPL-1.2
"""What the examples share: made-up ids, an invented municipality, the dates of their story."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.contracts.envelope import EventData

OIN = "00000099000000999900"
SCHEMA_BASE = "https://kernpuls.example/schemas/"
# What an event is about, its place in the history of that, and what it says.
History = Sequence[tuple[str, int, EventData]]


def opaque(name: str) -> str:
    """The same made-up id for the same name, every time."""
    return str(uuid5(NAMESPACE_URL, SCHEMA_BASE + name))


def day(month: int, number: int) -> date:
    return date(2021, month, number)


INITIATIVE, SECOND, OWN_MATTER, OFFICER, KERN = (
    opaque(name) for name in ("initiative", "second", "own matter", "officer", "kern")
)
HERE: dict[str, Any] = {"kernen": ("noordoever",), "origin": "example"}
BOTH: dict[str, Any] = {"kernen": ("noordoever", "zuidoever"), "origin": "example"}
