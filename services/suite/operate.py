# SPDX-License-Identifier: EUPL-1.2
"""Looks into the services' stores for an operator, and leaves requests that their leaders act on."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.text import Text
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from services.suite.bus import SuiteError
from services.suite.console import console
from shared.clock import utc_now
from shared.messaging import desk, lease
from shared.messaging import parked as parking
from shared.messaging.parked_actions import matching
from shared.migrated import require_migrated
from shared.service import Service
from shared.settings import Settings
from shared.store import Database

T = TypeVar("T")
UNLED_SECONDS = 15.0  # without a leader for longer, nobody is running who could act
LOOK_EVERY = 0.2


def list_parked(settings: Settings, service: Service, closed: bool) -> None:
    """Print the open rows of one service, or the closed ones with who closed them and why."""
    rows = _in_store(settings, service, lambda c: parking.listed(c, closed))
    if not rows:
        console.print(f"{service.name}: nothing {'was closed' if closed else 'is parked'}")
        return
    console.print(f"{service.name}:")
    for row in rows:
        about = f"{row.event_type or 'unreadable'} {row.subject or ''} {row.sequence or ''}".strip()
        tried = f", tried {row.attempts} times" if row.attempts else ""
        ended = f", closed by {row.closed_by}{f': {row.note}' if row.note else ''}" if closed else ""
        since = f"{row.parked_at:%Y-%m-%d %H:%M}"
        console.print(Text(f"{row.id:>6}  {row.reason:<8}{about}, since {since}{tried}{ended}"))


def show_parked(settings: Settings, service: Service, event: int) -> None:
    """Print one parked event whole."""
    row = _in_store(settings, service, lambda c: parking.by_id(c, event))
    if row is None:
        raise SuiteError(
            f"{service.name} has no parked event {event}. See kernpuls parked list {service.name}."
        )
    for name, value in row._mapping.items():
        if value not in (None, "") and name not in ("payload", "traceback"):
            console.print(Text(f"{name:<13} {value}"))
    if row.traceback:
        console.print(Text(f"\n{row.traceback}"))
    console.print(Text(f"\n{_readable(bytes(row.payload))}"))


def _readable(payload: bytes) -> str:
    """An event on lines of its own; bytes that are none as they are."""
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return payload.decode(errors="backslashreplace")


def lines_of(settings: Settings, service: Service, report: str, wanted: Mapping[str, Any]) -> Sequence[str]:
    """What a service reports of its store, running or not."""
    return _in_store(settings, service, lambda c: service.reports[report](c, wanted))


def show_lines(service: Service, lines: Sequence[str], nothing: str) -> None:
    console.print(f"{service.name}: {nothing}" if not lines else f"{service.name}:")
    for line in lines:
        console.print(Text(line))


def count_parked(settings: Settings, service: Service, where: Mapping[str, str | None]) -> int:
    """How many open rows have this in common."""
    return len(_in_store(settings, service, lambda c: matching(c, where)))


def ask_all(
    settings: Settings, services: Sequence[Service], action: str, arguments: Mapping[str, Any]
) -> None:
    """Have each service do it, one after another, and print its report; the first no is a SuiteError."""
    for service in services:
        request = _in_store(
            settings, service, lambda c: desk.ask(c, action, arguments, utc_now()), write=True
        )
        row = _answered(settings, service, request)
        if row.succeeded != "yes":
            raise SuiteError(f"{service.name}: {row.report}")
        console.print(f"{service.name}: {row.report}")


def _answered(settings: Settings, service: Service, request: int) -> Any:
    led_at = time.monotonic()
    while True:
        row, led = _in_store(settings, service, lambda c: (desk.answer(c, request), lease.is_led(c)))
        if row.done_at is not None:
            return row
        led_at = time.monotonic() if led else led_at
        if time.monotonic() - led_at > UNLED_SECONDS:
            raise SuiteError(
                f"No process of {service.name} takes this up: it does not run, or its bus is away. "
                "It will when that is well again (kernpuls up)."
            )
        time.sleep(LOOK_EVERY)


def _in_store(
    settings: Settings, service: Service, work: Callable[[Connection], T], write: bool = False
) -> T:
    with opened(settings, service) as database:
        engine = database.engine if write else database.reader
        with engine.begin() as connection:
            return work(connection)


@contextmanager
def opened(settings: Settings, service: Service) -> Iterator[Database]:
    """The store of one service, whether that runs or not."""
    database = Database(settings.database_of(service.name), service.name)
    try:
        require_migrated(database, service.package)
        yield database
    except SQLAlchemyError as error:
        raise SuiteError(
            f"The database of {service.name} cannot be used ({type(error).__name__})."
        ) from error
    finally:
        database.close()
