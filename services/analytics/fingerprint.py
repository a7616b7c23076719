# SPDX-License-Identifier: EUPL-1.2
"""One hash of everything that readers see, to tell whether two read models are the same."""

from hashlib import sha256

from sqlalchemy import Connection, select

from services.analytics import store


def fingerprint(connection: Connection) -> str:
    """The same for the same entities, places and figures, whichever generation they stand in."""
    live = store.live(connection)
    entity, place, cell = store.entity.c, store.place.c, store.cell.c
    queries = (
        select(entity.source, entity.subject, entity.sequence, entity.changed_at, entity.document).where(
            entity.generation == live
        ),
        select(place.under, place.kind, place.first, place.last, place.subject, place.source).where(
            place.generation == live
        ),
        # A figure that went back to zero is the same as one that never was.
        select(cell.kern, cell.year, cell.measure, cell.value).where(
            cell.generation == live, cell.value != 0
        ),
    )
    total = 0  # a sum, because databases sort text differently
    for query in queries:
        for row in connection.execute(query):
            total += int.from_bytes(sha256(repr(tuple(row)).encode()).digest())
    return f"{total % 2**256:064x}"
