# SPDX-License-Identifier: EUPL-1.2
"""Payments as they are shown, and as they are sent."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from services.budget.payments import bank_file
from services.budget.payments.model import OrderState
from services.budget.payments.tables import files, orders
from services.budget.payments.views import AnswerView, FileView, OrderView
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging, page_of
from shared.municipality import Municipality


def order(connection: Connection, order_id: str) -> OrderView:
    row = connection.execute(select(orders).where(orders.c.id == order_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no payment order {order_id}.")
    return OrderView.model_validate(dict(row))


def all_orders(
    connection: Connection, paging: Paging, subject: str | None, state: OrderState | None, file_id: str | None
) -> Page[OrderView]:
    c = orders.c
    rows = select(orders).where(c.number > paging.number())
    for column, value in {c.subject: subject, c.state: state, c.file_id: file_id}.items():
        if value is not None:
            rows = rows.where(column == value)
    found = connection.execute(rows.order_by(c.number).limit(paging.limit + 1)).mappings()
    return page_of(
        [OrderView.model_validate(dict(row)) for row in found], paging, key=lambda o: str(o.number)
    )


def file(connection: Connection, file_id: str) -> FileView:
    row = connection.execute(_files().where(files.c.id == file_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no payment file {file_id}.")
    return FileView.model_validate(dict(row))


def all_files(connection: Connection, paging: Paging) -> Page[FileView]:
    rows = _files().where(files.c.number > paging.number()).order_by(files.c.number).limit(paging.limit + 1)
    views = [FileView.model_validate(dict(row)) for row in connection.execute(rows).mappings()]
    return page_of(views, paging, key=lambda view: str(view.number))


def unanswered(connection: Connection, today: date, days: int) -> int:
    """How many were sent more than so many days ago and have no answer, but for those of the example."""
    sent = select(func.count()).join_from(orders, files, orders.c.file_id == files.c.id)
    waiting = sent.where(orders.c.state == "sent", orders.c.origin != "example")
    return connection.execute(waiting.where(files.c.made_on < today - timedelta(days=days))).scalar_one()


def answer(connection: Connection, answer_id: str) -> AnswerView:
    c = orders.c
    counts = select(_count(c.state == "paid").label("paid"), _count(c.state == "refused").label("refused"))
    row = connection.execute(counts.where(c.answer_id == answer_id)).one()
    return AnswerView(paid=row.paid or 0, refused=row.refused or 0)


def content(connection: Connection, file_id: str, of: Municipality) -> str:
    """The file as the financial system reads it, the same whenever it is asked for. Each order of the example
    says so, should it ever come before a bank."""
    mark = "VOORBEELD " if file(connection, file_id).origin == "example" else ""
    c = orders.c
    rows = connection.execute(select(orders).where(c.file_id == file_id).order_by(c.number))
    names = {line.id: line.name for line in of.lines}
    return bank_file.write(
        (
            row.id,
            row.creditor_number,
            row.amount_cents,
            f"{mark}{names.get(row.line, row.line)} {row.year}",
            row.reference or row.subject,
        )
        for row in rows
    )


def _files() -> Select[tuple[object, ...]]:
    c = orders.c
    return (
        select(
            files,
            func.count(c.id).label("orders"),
            func.sum(c.amount_cents).label("total_cents"),
            _count(c.state == "paid").label("paid"),
            _count(c.state == "refused").label("refused"),
        )
        .join(orders, c.file_id == files.c.id)
        .group_by(files.c.number, files.c.id, files.c.made_on, files.c.origin, files.c.recorded_at)
    )


def _count(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((holds, 1), else_=0))
