# SPDX-License-Identifier: EUPL-1.2
"""What the collections of this service have in common: pages in the order in which rows were added."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, RowMapping, Table, select

from shared.contracts.envelope import Data
from shared.http.paging import Page, Paging, page_of

V = TypeVar("V", bound=Data)


def page_in_order(
    connection: Connection,
    table: Table,
    wanted: Mapping[Column[Any], object],
    view_of: Callable[[RowMapping], V],
    paging: Paging,
) -> Page[V]:
    """The rows with the `wanted` values; a value of None is no limit."""
    rows = select(table).where(table.c.number > paging.number())
    for column, value in wanted.items():
        if value is not None:
            rows = rows.where(column == value)
    found = connection.execute(rows.order_by(table.c.number).limit(paging.limit + 1)).mappings().all()
    views = [view_of(row) for row in found]
    return page_of(views, paging, key=lambda _last: str(found[paging.limit - 1]["number"]))
