# SPDX-License-Identifier: EUPL-1.2
"""The register over HTTP: enter, correct and end an organisation."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Path, Response

from services.budget.organisations import handlers, queries
from services.budget.organisations.commands import (
    ChangeOrganisation,
    EndOrganisation,
    RegisterOrganisation,
)
from services.budget.organisations.views import OrganisationView
from shared.access.rules import does, reads
from shared.contracts.envelope import NewEvent, OpaqueId
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router
from shared.messaging.transaction import Transaction

router = Router()
OrganisationId = Annotated[OpaqueId, Path(alias="organisationId")]


@router.post("/organisations", status_code=201, response_model=OrganisationView)
@does(handlers.register)
async def register(command: RegisterOrganisation, http: EndpointDep) -> Response:
    """Enter an organisation into the register."""
    organisation_id = http.new_id()
    return await _write(organisation_id, lambda tx: handlers.register(organisation_id, command, tx), http)


@router.get("/organisations", response_model=Page[OrganisationView])
@reads("budget-holder", "controller", "coordinator")
async def organisations(paging: PagingDep, http: EndpointDep) -> Response:
    """The register, in the order of registration."""
    return await http.read(lambda connection: queries.all_organisations(connection, paging))


@router.get("/organisations/{organisationId}", response_model=OrganisationView)
@reads("budget-holder", "controller", "coordinator")
async def organisation(organisation_id: OrganisationId, http: EndpointDep) -> Response:
    """One organisation."""
    return await http.read(lambda connection: queries.organisation(connection, organisation_id))


@router.post("/organisations/{organisationId}/changes", status_code=201, response_model=OrganisationView)
@does(handlers.change)
async def change(organisation_id: OrganisationId, command: ChangeOrganisation, http: EndpointDep) -> Response:
    """Correct what is registered."""
    return await _write(organisation_id, lambda tx: handlers.change(organisation_id, command, tx), http)


@router.post("/organisations/{organisationId}/endings", status_code=201, response_model=OrganisationView)
@does(handlers.end)
async def end(organisation_id: OrganisationId, command: EndOrganisation, http: EndpointDep) -> Response:
    """The organisation ends; give its last day."""
    return await _write(organisation_id, lambda tx: handlers.end(organisation_id, command, tx), http)


async def _write(
    organisation_id: str, handler: Callable[[Transaction], Sequence[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler,
        lambda tx: queries.organisation(tx.connection, organisation_id),
        location=f"/v1/organisations/{organisation_id}",
    )
