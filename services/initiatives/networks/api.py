# SPDX-License-Identifier: EUPL-1.2
"""Networks over HTTP: change one, and read them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import Response

from services.initiatives.networks import store
from services.initiatives.networks.handlers import ChangeNetwork, change
from shared.access.rules import does, reads
from shared.contracts.envelope import Data, Origin
from shared.http.endpoint import EndpointDep
from shared.http.router import Router

router = Router()


class NetworkView(Data):
    """Who takes part in the network of a kern."""

    kern: str
    organisations: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]
    changed_date: date
    origin: Origin


class NetworksView(Data):
    """All of them; `enabled` is whether this municipality has networks at all."""

    enabled: bool
    items: tuple[NetworkView, ...]


@router.post("/networks", status_code=201, response_model=NetworksView)
@does(change)
async def change_network(command: ChangeNetwork, http: EndpointDep) -> Response:
    """Set who takes part in a kern from now on."""
    return await http.create(
        lambda tx: change(command, tx), lambda tx: _all(store.listed(tx.connection), enabled=True)
    )


@router.get("/networks", response_model=NetworksView)
@reads("anybody")
async def networks(http: EndpointDep) -> Response:
    """The network of each kern that has one."""
    return await http.read(
        lambda connection: _all(store.listed(connection), http.municipality.network.enabled)
    )


def _all(rows: Sequence[Mapping[Any, Any]], enabled: bool) -> NetworksView:
    found = tuple(NetworkView.model_validate({**row, "changed_date": row["changed_on"]}) for row in rows)
    return NetworksView(enabled=enabled, items=found)
