# SPDX-License-Identifier: EUPL-1.2
"""Grants over HTTP: read, decide, amend, withdraw, pay, settle and refund them."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Path, Query, Response

from services.budget.grants import handlers, queries
from services.budget.grants.commands import (
    AmendGrant,
    DecideGrant,
    PayGrant,
    RefundGrant,
    SettleGrant,
    WithdrawGrant,
)
from services.budget.grants.model import GrantState
from services.budget.grants.views import GrantView, OpenDecisionView
from services.budget.payments import queries as payments
from services.budget.payments.views import OrderView
from shared.access.roles import OFFICIALS
from shared.access.rules import does, reads
from shared.contracts.envelope import NewEvent, OpaqueId, Slug
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router
from shared.messaging.transaction import Transaction

router = Router()
GrantId = Annotated[OpaqueId, Path(alias="grantId")]


@router.get("/grants", response_model=Page[GrantView])
@reads(*OFFICIALS, "read")
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
@reads(*OFFICIALS, "read")
async def grant(grant_id: GrantId, http: EndpointDep) -> Response:
    """One grant as it stands."""
    return await http.read(lambda connection: queries.grant(connection, grant_id))


@router.get("/open-decisions", response_model=Page[OpenDecisionView])
@reads(*OFFICIALS, "read")
async def open_decisions(paging: PagingDep, http: EndpointDep) -> Response:
    """What waits for the budget holder: reserved, or to be refused, in the order of asking."""
    return await http.read(lambda connection: queries.open_decisions(connection, paging))


@router.post("/grants/{grantId}/decisions", status_code=201, response_model=GrantView)
@does(handlers.decide)
async def decide(grant_id: GrantId, command: DecideGrant, http: EndpointDep) -> Response:
    """The budget holder's decision on what is asked; a refusal is always one."""
    return await _change(grant_id, lambda tx: handlers.decide(grant_id, command, tx), http)


@router.post("/grants/{grantId}/amendments", status_code=201, response_model=GrantView)
@does(handlers.amend)
async def amend(grant_id: GrantId, command: AmendGrant, http: EndpointDep) -> Response:
    """Another amount than was promised; more only if there is room."""
    return await _change(grant_id, lambda tx: handlers.amend(grant_id, command, tx), http)


@router.post("/grants/{grantId}/withdrawals", status_code=201, response_model=GrantView)
@does(handlers.withdraw)
async def withdraw(grant_id: GrantId, command: WithdrawGrant, http: EndpointDep) -> Response:
    """The promise is taken back; what is held for it is free again."""
    return await _change(grant_id, lambda tx: handlers.withdraw(grant_id, command, tx), http)


@router.post("/grants/{grantId}/settlements", status_code=201, response_model=GrantView)
@does(handlers.settle)
async def settle(grant_id: GrantId, command: SettleGrant, http: EndpointDep) -> Response:
    """The actual cost; the rest returns to the line of its year."""
    return await _change(grant_id, lambda tx: handlers.settle(grant_id, command, tx), http)


@router.post("/grants/{grantId}/payments", status_code=201, response_model=OrderView)
@does(handlers.pay)
async def pay(grant_id: GrantId, command: PayGrant, http: EndpointDep) -> Response:
    """A part of a grant, to be paid with the next payment file."""
    order_id = http.new_id()
    return await http.create(
        lambda tx: handlers.pay(grant_id, order_id, command, tx),
        lambda tx: payments.order(tx.connection, order_id),
        location=f"/v1/payment-orders/{order_id}",
    )


@router.post("/grants/{grantId}/refunds", status_code=201, response_model=GrantView)
@does(handlers.refund)
async def refund(grant_id: GrantId, command: RefundGrant, http: EndpointDep) -> Response:
    """What was paid above the cost came back; it returns to the line of its year."""
    return await _change(grant_id, lambda tx: handlers.refund(grant_id, command, tx), http)


async def _change(
    grant_id: str, handler: Callable[[Transaction], Sequence[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler, lambda tx: queries.grant(tx.connection, grant_id), location=f"/v1/grants/{grant_id}"
    )
