# SPDX-License-Identifier: EUPL-1.2
"""What an operator does about who may come in: make a token, and read the record."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from services.suite.bus import SuiteError
from services.suite.discovery import named
from shared.access import record
from shared.access.own import sign
from shared.access.roles import ROLES, SCOPES
from shared.clock import utc_now
from shared.settings import Settings
from shared.store import Database

AT_ONCE = 500  # rows


def emergency_token(
    settings: Settings, name: str, roles: Sequence[str], scopes: Sequence[str], officer: str, minutes: int
) -> str:
    """For `name`, as whoever has this server."""
    for given, known, word in ((roles, ROLES, "role"), (scopes, SCOPES, "scope")):
        if unknown := sorted(set(given) - known):
            raise SuiteError(f"{unknown[0]!r} is no {word}; known are {', '.join(sorted(known))}.")
    if not roles and not scopes:
        raise SuiteError("A token needs a --role or a --scope: without one it opens nothing.")
    life, claims = timedelta(minutes=minutes), {"name": name} | ({"officer_id": officer} if officer else {})
    return sign(settings.own_keys, f"server:{name}", utc_now, roles, scopes, life, **claims)


def recorded(settings: Settings, service: str) -> Iterator[str]:
    """The record of a service, a line for each row, the oldest first."""
    database = Database(settings.database_of(named(service).name), service)
    try:
        with database.engine.connect() as connection:
            after = 0
            while rows := record.listed(connection, after, AT_ONCE):
                for row in rows:
                    who = f"{row.name or row.subject} ({row.issuer})"
                    yield (f"{row.at:%Y-%m-%d %H:%M:%S}  {who}  {row.role}  {row.act}  {row.about}").rstrip()
                after = rows[-1].id
    finally:
        database.close()
