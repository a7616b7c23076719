# SPDX-License-Identifier: EUPL-1.2
"""Which instance of a service leads: a row on the database's clock, checked in every leader transaction.

A process that was stopped past its lease and wakes up holds a fence that is no longer the row's, so
its transaction is refused. On SQLite one process has the store to itself, and takes the lease at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Float, String, Table, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared.store import plumbing

SECONDS = 6.0  # takeover is promised within 10 s; the holder renews three times in a term
LEADER = "leader"
ALONE = {"sqlite": True, "postgresql": False}  # whether the store's file lock already keeps others out
Guard = Callable[[Connection], None]  # refuses the transaction of an instance that no longer leads

leases = Table(
    "lease",
    plumbing,
    Column("name", String(40), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_at", Float, nullable=False),
)


class LeaseLost(Exception):
    """Another instance leads now; what this transaction did is rolled back."""


@dataclass(frozen=True)
class Lease:
    """Held since the row's fence was raised to `fence`."""

    holder: str
    fence: int


def take(connection: Connection, holder: str) -> Lease | None:
    """Become the leader if nobody is; None while another instance leads.

    On PostgreSQL this waits for the running transactions of the one whose lease ran out (see `check`).
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    nobody = {"name": LEADER, "holder": "", "fence": 0, "expires_at": 0.0}
    connection.execute(dialect.insert(leases).values(nobody).on_conflict_do_nothing())
    now = _CLOCK[connection.dialect.name]  # not its value: it is read again when a lock was waited for
    row = select(leases.c.fence).where(leases.c.name == LEADER)
    if not ALONE[connection.dialect.name]:
        stepped_back = leases.c.expires_at > now + SECONDS  # the clock did
        row = row.where((leases.c.holder == holder) | (leases.c.expires_at <= now) | stepped_back)
    fence = connection.execute(row.with_for_update()).scalar_one_or_none()
    if fence is None:
        return None
    mine = {"holder": holder, "fence": fence + 1, "expires_at": _now(connection) + SECONDS}
    connection.execute(update(leases).where(leases.c.name == LEADER).values(mine))
    return Lease(holder, fence + 1)


def renew(connection: Connection, lease: Lease) -> None:
    _hold_until(connection, lease, _now(connection) + SECONDS)


def release(connection: Connection, lease: Lease) -> None:
    """Let another instance lead at once; without this it would wait for the lease to run out."""
    _hold_until(connection, lease, 0.0)


def check(connection: Connection, lease: Lease) -> None:
    """Refuse the transaction unless `lease` still holds; on PostgreSQL it then holds until the commit.

    The lock lets renewals pass (they touch no key) and makes `take` wait: with a stronger one, transactions
    that follow each other closely would keep the holder from renewing.
    """
    held = connection.execute(
        select(leases.c.expires_at)
        .where(leases.c.name == LEADER, leases.c.holder == lease.holder, leases.c.fence == lease.fence)
        .with_for_update(read=True, key_share=True)
    ).scalar_one_or_none()
    if held is None or (not ALONE[connection.dialect.name] and held <= _now(connection)):
        raise LeaseLost(f"{lease.holder} no longer leads (fence {lease.fence})")


def is_led(connection: Connection) -> bool:
    """Whether some process leads now, and so acts on what operators ask."""
    held_until = select(leases.c.expires_at).where(leases.c.name == LEADER)
    expires_at = connection.execute(held_until).scalar_one_or_none()
    return expires_at is not None and 0 < expires_at - _now(connection) <= SECONDS  # a clock may be set back


def _hold_until(connection: Connection, lease: Lease, expires_at: float) -> None:
    changed = connection.execute(
        update(leases)
        .where(leases.c.name == LEADER, leases.c.holder == lease.holder, leases.c.fence == lease.fence)
        .values(expires_at=expires_at)
    )
    if changed.rowcount != 1:
        raise LeaseLost(f"{lease.holder} no longer leads (fence {lease.fence})")


_CLOCK = {
    "sqlite": literal_column("((julianday('now') - 2440587.5) * 86400.0)", Float),
    "postgresql": literal_column("extract(epoch FROM clock_timestamp())::float", Float),
}


def _now(connection: Connection) -> float:
    """Seconds since 1970 by the database's clock, which all instances share."""
    return float(connection.execute(select(_CLOCK[connection.dialect.name])).scalar_one())
