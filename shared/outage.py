# SPDX-License-Identifier: EUPL-1.2
"""What a failure of the database means: it is away, or the work is wrong; and whether it can run again."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_SQLITE_OUTAGES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
# Connection lost, deadlock, out of resources, shut down, system error, no lock in time, read-only,
# transaction ended from outside.
READ_ONLY = "25006"
_POSTGRES_OUTAGES = {"08", "40", "53", "57", "58", "55P03", READ_ONLY, "25P03", "25P04"}
# Serialization failure, deadlock, idle in its transaction: PostgreSQL undid it, whenever it says so.
_RUN_AGAIN = {"40001", "40P01", "25P03"}


def is_outage(error: BaseException) -> bool:
    """Whether the database is away, locked, full or read-only, rather than the work being wrong.

    The same work succeeds once the database is well again, so it is retried and never put aside.
    """
    if isinstance(error, OSError | MemoryError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_OUTAGES
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:  # by its class: a limit exceeded is an OperationalError too, but the work's own
        return state[:2] in _POSTGRES_OUTAGES or state in _POSTGRES_OUTAGES
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def left_nothing(error: DBAPIError) -> bool:
    """Whether the transaction that failed so has no effect for certain, and can run again.

    PostgreSQL ends a session that is idle in its transaction for five seconds, which a thread that waits
    for a processor may be. On a statement the transaction is undone. A commit is no statement: whether one
    that got no answer took effect, only the store knows.
    """
    if getattr(error.orig, "sqlstate", None) in _RUN_AGAIN:
        return True
    return error.connection_invalidated and error.statement is not None
