# SPDX-License-Identifier: EUPL-1.2
"""Initiatives over HTTP: everything that is done with one, but for weighing it (`weighing_api`); and one as
it is now. Lists are in `finding_api`.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.initiatives import finding_api, handlers, queries, weighing_api
from services.initiatives.commands import (
    AssignInitiative,
    EvaluateInitiative,
    ExtendTerm,
    RealiseInitiative,
    RequestSupplement,
    StartInitiative,
    SubmitInitiative,
    SupplementInitiative,
    WithdrawInitiative,
)
from services.initiatives.imports import api as imports
from services.initiatives.kernambtenaren import api as kernambtenaren
from services.initiatives.milestones import api as milestones
from services.initiatives.networks import api as networks
from services.initiatives.participation import api as participation
from services.initiatives.persons import api as persons
from services.initiatives.views import InitiativeView
from shared.contracts.envelope import NewEvent, OpaqueId
from shared.http.endpoint import EndpointDep
from shared.messaging.transaction import Transaction

router = APIRouter()
router.include_router(kernambtenaren.router)
for organ in (persons, participation, networks, milestones, imports):
    router.include_router(organ.router)
router.include_router(finding_api.router)
router.include_router(weighing_api.router)
InitiativeId = Annotated[OpaqueId, Path(alias="initiativeId")]


@router.post("/initiatives", status_code=201, response_model=InitiativeView)
async def submit(command: SubmitInitiative, http: EndpointDep) -> Response:
    """Submit an initiative. The answer is the receipt, with the date by which it is decided."""
    initiative_id = http.new_id()
    return await _create(initiative_id, lambda tx: handlers.submit(initiative_id, command, tx), http)


@router.get("/initiatives/{initiativeId}", response_model=InitiativeView)
async def initiative(initiative_id: InitiativeId, http: EndpointDep) -> Response:
    """One initiative with its weighing, its money and its history."""
    return await http.read(lambda connection: queries.one(connection, http.municipality, initiative_id))


@router.post("/initiatives/{initiativeId}/assignments", status_code=201, response_model=InitiativeView)
async def assign(initiative_id: InitiativeId, command: AssignInitiative, http: EndpointDep) -> Response:
    """Give it to another kernambtenaar; who is on duty when it comes in has it by themselves."""
    return await _create(initiative_id, lambda tx: handlers.assign(initiative_id, command, tx), http)


@router.post(
    "/initiatives/{initiativeId}/supplement-requests", status_code=201, response_model=InitiativeView
)
async def ask_supplement(
    initiative_id: InitiativeId, command: RequestSupplement, http: EndpointDep
) -> Response:
    """Ask the submitter what is missing; the term stands still from tomorrow (Awb 4:5, 4:15)."""
    return await _create(initiative_id, lambda tx: handlers.ask_supplement(initiative_id, command, tx), http)


@router.post("/initiatives/{initiativeId}/supplements", status_code=201, response_model=InitiativeView)
async def supplement(
    initiative_id: InitiativeId, command: SupplementInitiative, http: EndpointDep
) -> Response:
    """What was missing has come; the term runs again."""
    return await _create(initiative_id, lambda tx: handlers.supplement(initiative_id, command, tx), http)


@router.post("/initiatives/{initiativeId}/extensions", status_code=201, response_model=InitiativeView)
async def extend(initiative_id: InitiativeId, command: ExtendTerm, http: EndpointDep) -> Response:
    """Announce that the decision takes longer, once and in time (Awb 4:14)."""
    return await _create(initiative_id, lambda tx: handlers.extend(initiative_id, command, tx), http)


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


@router.post("/initiatives/{initiativeId}/evaluations", status_code=201, response_model=InitiativeView)
async def evaluate(initiative_id: InitiativeId, command: EvaluateInitiative, http: EndpointDep) -> Response:
    """Look back on it, once it is there."""
    return await _create(initiative_id, lambda tx: handlers.evaluate(initiative_id, command, tx), http)


async def _create(
    initiative_id: str, handler: Callable[[Transaction], list[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler,
        lambda tx: queries.one(tx.connection, tx.municipality, initiative_id),
        location=f"/v1/initiatives/{initiative_id}",
    )
