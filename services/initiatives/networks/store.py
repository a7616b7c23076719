# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of the networks of kernen."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, insert, select, update

from services.initiatives.networks.tables import network
from shared.contracts.initiatives.participation import NetworkChanged


def find(connection: Connection, kern: str) -> Row[Any] | None:
    """The network of a kern, if it has one; its `id` stays the same."""
    return connection.execute(select(network).where(network.c.kern == kern)).one_or_none()


def listed(connection: Connection) -> Sequence[RowMapping]:
    return connection.execute(select(network).order_by(network.c.kern)).mappings().all()


def save(connection: Connection, network_id: str, changed: NetworkChanged, is_new: bool) -> None:
    kern = changed.kernen[0]
    row = {
        "organisations": list(changed.organisations),
        "teams": list(changed.teams),
        "roles": list(changed.roles),
        "changed_on": changed.happened_on,
        "origin": changed.origin,
    }
    if is_new:
        connection.execute(insert(network), row | {"kern": kern, "id": network_id})
    else:
        connection.execute(update(network).where(network.c.kern == kern).values(row))
