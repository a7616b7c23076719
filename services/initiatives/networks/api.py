# SPDX-License-Identifier: EUPL-1.2
"""Networks over HTTP: change one, and read them."""

from datetime import date

from fastapi import APIRouter, Response
from sqlalchemy import Connection, select

from services.initiatives.networks.handlers import ChangeNetwork, change
from services.initiatives.networks.tables import network
from shared.contracts.envelope import Data, Origin
from shared.http.endpoint import EndpointDep

router = APIRouter(tags=["networks"])


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
async def change_network(command: ChangeNetwork, http: EndpointDep) -> Response:
    """Tell who takes part in a kern from now on."""
    return await http.create(lambda tx: change(command, tx), lambda tx: _all(tx.connection, True))


@router.get("/networks", response_model=NetworksView)
async def networks(http: EndpointDep) -> Response:
    """The network of each kern that has one."""
    return await http.read(lambda connection: _all(connection, http.municipality.network.enabled))


def _all(connection: Connection, enabled: bool) -> NetworksView:
    rows = connection.execute(select(network).order_by(network.c.kern)).mappings()
    found = tuple(NetworkView.model_validate({**row, "changed_date": row["changed_on"]}) for row in rows)
    return NetworksView(enabled=enabled, items=found)
