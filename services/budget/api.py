# SPDX-License-Identifier: EUPL-1.2
"""The HTTP commands and queries of the budget."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.budget import desk, handlers, queries
from services.budget.commands import AmendGrant, DecideGrant, SettleGrant, WithdrawGrant
from services.budget.contributions.api import router as contributions
from services.budget.expenses.api import router as expenses
from services.budget.model import GrantState
from services.budget.organisations.api import router as organisations
from services.budget.payments.api import router as payments
from services.budget.statements.api import router as statements
from services.budget.views import DeskItemView, GrantView
from services.budget.years.api import router as years
from shared.contracts.envelope import NewEvent, OpaqueId, Slug
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.messaging.transaction import Transaction

router = APIRouter()
GrantId = Annotated[OpaqueId, Path(alias="grantId")]
router.include_router(years)
router.include_router(organisations)
router.include_router(contributions)
router.include_router(statements)
router.include_router(payments)
router.include_router(expenses)


@router.get("/grants", response_model=Page[GrantView])
async def grants(
    paging: PagingDep,
    http: EndpointDep,
    initiative_id: Annotated[OpaqueId | None, Query(alias="initiativeId")] = None,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    line: Slug | None = None,
    state: GrantState | None = None,
) -> Response:
    """What was asked and what became of it, in the order of asking."""
    return await http.read(lambda c: queries.all_grants(c, paging, initiative_id, year, line, state))


@router.get("/grants/{grantId}", response_model=GrantView)
async def grant(grant_id: GrantId, http: EndpointDep) -> Response:
    """One grant as it stands."""
    return await http.read(lambda connection: queries.grant(connection, grant_id))


@router.get("/open-decisions", response_model=Page[DeskItemView])
async def open_decisions(paging: PagingDep, http: EndpointDep) -> Response:
    """The budget holder's desk: what is reserved and what is to be refused, in the order of asking."""
    return await http.read(lambda connection: desk.open_decisions(connection, paging))


@router.post("/grants/{grantId}/decisions", status_code=201, response_model=GrantView)
async def decide(grant_id: GrantId, command: DecideGrant, http: EndpointDep) -> Response:
    """The budget holder's decision on what is asked; a refusal is always one."""
    return await _change(grant_id, lambda tx: handlers.decide(grant_id, command, tx), http)


@router.post("/grants/{grantId}/amendments", status_code=201, response_model=GrantView)
async def amend(grant_id: GrantId, command: AmendGrant, http: EndpointDep) -> Response:
    """Another amount than was promised; more only if there is room."""
    return await _change(grant_id, lambda tx: handlers.amend(grant_id, command, tx), http)


@router.post("/grants/{grantId}/withdrawals", status_code=201, response_model=GrantView)
async def withdraw(grant_id: GrantId, command: WithdrawGrant, http: EndpointDep) -> Response:
    """The promise is taken back; what is held for it is free again."""
    return await _change(grant_id, lambda tx: handlers.withdraw(grant_id, command, tx), http)


@router.post("/grants/{grantId}/settlements", status_code=201, response_model=GrantView)
async def settle(grant_id: GrantId, command: SettleGrant, http: EndpointDep) -> Response:
    """The actual cost; the rest returns to the line of its year."""
    return await _change(grant_id, lambda tx: handlers.settle(grant_id, command, tx), http)


async def _change(
    grant_id: str, handler: Callable[[Transaction], Sequence[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler, lambda tx: queries.grant(tx.connection, grant_id), location=f"/v1/grants/{grant_id}"
    )
