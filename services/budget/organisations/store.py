# SPDX-License-Identifier: EUPL-1.2
"""The register as it is kept."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from services.budget.organisations.model import Registered
from services.budget.organisations.tables import organisations
from shared.contracts.refusals import NotFound

KEPT = ("id", "kind", "kernen", "name", "creditor_number", "active_from", "active_until", "origin")
COLUMNS = [organisations.c[name] for name in KEPT]


def hold_register(connection: Connection) -> None:
    """Let nobody else write in the register until the transaction ends: who is not there yet has no row to
    lock. On SQLite there is one writer anyhow."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE organisations IN SHARE ROW EXCLUSIVE MODE"))


def of_creditor(connection: Connection, number: str) -> list[Registered]:
    """Those who are paid by this number."""
    wanted = select(*COLUMNS).where(organisations.c.creditor_number == number)
    return [_registered(row) for row in connection.execute(wanted)]


def organisation(connection: Connection, organisation_id: str) -> Registered:
    """Locked until the transaction ends."""
    wanted = select(*COLUMNS).where(organisations.c.id == organisation_id).with_for_update()
    row = connection.execute(wanted).first()
    if row is None:
        raise NotFound(f"There is no organisation {organisation_id}.")
    return _registered(row)


def others(connection: Connection, of: Registered) -> Sequence[Registered]:
    """The others of its kind."""
    wanted = select(*COLUMNS).where(organisations.c.kind == of.kind, organisations.c.id != of.id)
    return [_registered(row) for row in connection.execute(wanted)]


def add(connection: Connection, it: Registered, registered_on: date, now: datetime) -> None:
    connection.execute(insert(organisations).values(**vars(it), registered_on=registered_on, recorded_at=now))


def save(connection: Connection, it: Registered) -> None:
    connection.execute(update(organisations).where(organisations.c.id == it.id).values(**vars(it)))


def _registered(row: Row[Any]) -> Registered:
    return Registered(**row._asdict() | {"kernen": tuple(row.kernen)})
