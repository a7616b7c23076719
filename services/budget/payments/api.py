# SPDX-License-Identifier: EUPL-1.2
"""The HTTP commands and queries of payments."""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from services.budget.payments import handlers, queries
from services.budget.payments.commands import MakeFile, TakeAnswer
from services.budget.payments.handlers import Payables
from services.budget.payments.model import OrderState
from services.budget.payments.views import AnswerView, FileView, OrderView
from shared.access.rules import does, reads
from shared.contracts.envelope import OpaqueId
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router

reading = Router()
FileId = Annotated[OpaqueId, Path(alias="fileId")]
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@reading.get("/payment-orders", response_model=Page[OrderView])
@reads("budget-holder", "controller")
async def orders(
    paging: PagingDep,
    http: EndpointDep,
    subject: OpaqueId | None = None,
    state: OrderState | None = None,
    file_id: Annotated[OpaqueId | None, Query(alias="fileId")] = None,
) -> Response:
    """What is to be paid and what became of it, in the order of ordering."""
    return await http.read(lambda c: queries.all_orders(c, paging, subject, state, file_id))


@reading.get("/payment-orders/{orderId}", response_model=OrderView)
@reads("budget-holder", "controller")
async def order(order_id: Annotated[OpaqueId, Path(alias="orderId")], http: EndpointDep) -> Response:
    return await http.read(lambda connection: queries.order(connection, order_id))


@reading.get("/payment-files", response_model=Page[FileView])
@reads("budget-holder", "controller")
async def files(paging: PagingDep, http: EndpointDep) -> Response:
    """The files, in the order of making."""
    return await http.read(lambda connection: queries.all_files(connection, paging))


@reading.get("/payment-files/{fileId}", response_model=FileView)
@reads("budget-holder", "controller")
async def file(file_id: FileId, http: EndpointDep) -> Response:
    return await http.read(lambda connection: queries.file(connection, file_id))


@reading.get("/payment-files/{fileId}/content", response_class=Response, responses=CSV)
@reads("budget-holder", "controller")
async def content(file_id: FileId, http: EndpointDep) -> Response:
    """The file itself: CSV in UTF-8, commas, amounts in euros with a point."""
    text = await http.load(lambda connection: queries.content(connection, file_id, http.municipality))
    saved = {"Content-Disposition": f'attachment; filename="payments-{file_id}.csv"'}
    return Response(text, headers=saved, media_type="text/csv")


def routes_for(payables: Payables) -> Router:
    """What is payable is known to who puts the service together, not to payments."""
    router = Router()
    router.include_router(reading)

    @router.post("/payment-files", status_code=201, response_model=FileView)
    @does(handlers.make_file)
    async def make_file(command: MakeFile, http: EndpointDep) -> Response:
        """Put what is to be paid into a file for the financial system."""
        file_id = http.new_id()
        return await http.create(
            lambda tx: handlers.make_file(file_id, command, payables, tx),
            lambda tx: queries.file(tx.connection, file_id),
            location=f"/v1/payment-files/{file_id}",
        )

    @router.post("/payment-answers", status_code=200, response_model=AnswerView)
    @does(handlers.take_answer)
    async def take_answer(command: TakeAnswer, http: EndpointDep) -> Response:
        """What the financial system paid and refused. Checked whole first; a repeated answer does nothing."""
        answer_id = http.new_id()
        return await http.create(
            lambda tx: handlers.take_answer(answer_id, command, payables, tx),
            lambda tx: queries.answer(tx.connection, answer_id),
        )

    return router
