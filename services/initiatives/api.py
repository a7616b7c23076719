# SPDX-License-Identifier: EUPL-1.2
"""Initiatives over HTTP: submit, weigh, withdraw, start, realise; and read them."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.initiatives import handlers, lists, queries
from services.initiatives.commands import (
    AssessInitiative,
    RealiseInitiative,
    StartInitiative,
    SubmitInitiative,
    WithdrawInitiative,
)
from services.initiatives.kernambtenaren import api as kernambtenaren
from services.initiatives.known import check_kern, check_theme
from services.initiatives.life import State
from services.initiatives.lists import Filters
from services.initiatives.persons import api as persons
from services.initiatives.views import InitiativeSummary, InitiativeView
from shared.contracts.envelope import NewEvent, OpaqueId, Slug
from shared.contracts.refusals import Findings
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of
from shared.messaging.transaction import Transaction
from shared.municipality import Municipality

router = APIRouter()
router.include_router(kernambtenaren.router)
router.include_router(persons.router)
InitiativeId = Annotated[OpaqueId, Path(alias="initiativeId")]


@router.post("/initiatives", status_code=201, response_model=InitiativeView)
async def submit(command: SubmitInitiative, http: EndpointDep) -> Response:
    """Submit an initiative. The answer is the receipt, with the date by which it is decided."""
    initiative_id = http.new_id()
    return await _create(initiative_id, lambda tx: handlers.submit(initiative_id, command, tx), http)


@router.get("/initiatives", response_model=Page[InitiativeSummary])
async def initiatives(
    http: EndpointDep,
    paging: PagingDep,
    kern: Slug | None = None,
    state: State | None = None,
    theme: Slug | None = None,
) -> Response:
    """Initiatives, the last received first."""
    filters = Filters(kern, state, theme)
    _check_filters(filters, http.municipality)
    return await http.read(
        lambda connection: page_of(
            lists.listed(connection, filters, paging.after, paging.limit + 1), paging, lists.key
        )
    )


@router.get("/initiatives/{initiativeId}", response_model=InitiativeView)
async def initiative(initiative_id: InitiativeId, http: EndpointDep) -> Response:
    """One initiative with its weighing, its money and its history."""
    return await http.read(lambda connection: queries.one(connection, http.municipality, initiative_id))


@router.post("/initiatives/{initiativeId}/assessments", status_code=201, response_model=InitiativeView)
async def assess(initiative_id: InitiativeId, command: AssessInitiative, http: EndpointDep) -> Response:
    """Record how it was weighed, once; with money asked, the budget's answer follows in `money`."""
    return await _create(initiative_id, lambda tx: handlers.assess(initiative_id, command, tx), http)


@router.post("/initiatives/{initiativeId}/withdrawals", status_code=201, response_model=InitiativeView)
async def withdraw(initiative_id: InitiativeId, command: WithdrawInitiative, http: EndpointDep) -> Response:
    """The submitter takes it back, before it started."""
    return await _create(initiative_id, lambda tx: handlers.withdraw(initiative_id, command, tx), http)


@router.post("/initiatives/{initiativeId}/starts", status_code=201, response_model=InitiativeView)
async def start(initiative_id: InitiativeId, command: StartInitiative, http: EndpointDep) -> Response:
    """The work begins; if money was asked, once the budget has answered."""
    return await _create(initiative_id, lambda tx: handlers.start(initiative_id, command, tx), http)


@router.post("/initiatives/{initiativeId}/realisations", status_code=201, response_model=InitiativeView)
async def realise(initiative_id: InitiativeId, command: RealiseInitiative, http: EndpointDep) -> Response:
    """It is there."""
    return await _create(initiative_id, lambda tx: handlers.realise(initiative_id, command, tx), http)


async def _create(
    initiative_id: str, handler: Callable[[Transaction], list[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler,
        lambda tx: queries.one(tx.connection, tx.municipality, initiative_id),
        location=f"/v1/initiatives/{initiative_id}",
    )


def _check_filters(filters: Filters, municipality: Municipality) -> None:
    """A filter that can match nothing is a mistake of the caller, not an empty list."""
    findings = Findings()
    if filters.kern:
        check_kern(filters.kern, "kern", municipality, findings)
    if filters.theme:
        check_theme(filters.theme, municipality, findings)
    findings.settle()
