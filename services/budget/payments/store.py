# SPDX-License-Identifier: EUPL-1.2
"""Payment orders and their files as they are kept."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, insert, select, update

from services.budget.payments.model import AnswerLine, NewOrder, Order
from services.budget.payments.tables import files, orders
from shared.contracts.commands import Act
from shared.contracts.envelope import Origin
from shared.messaging.transaction import Transaction


def add(tx: Transaction, order: NewOrder, act: Act) -> None:
    values = {"state": "open", "ordered_on": act.happened_on, "origin": act.origin, "recorded_at": tx.now}
    tx.connection.execute(insert(orders).values(**vars(order), **values))


def is_open_of(connection: Connection, person: str, origin: Origin) -> bool:
    """Whether an open order is this person's."""
    mine = select(orders.c.id).where(
        orders.c.state == "open", orders.c.origin == origin, orders.c.ordered_by == person
    )
    return connection.execute(mine.limit(1)).first() is not None


def add_file(tx: Transaction, file_id: str, act: Act) -> int:
    """Put all open orders of this origin into a new file; how many they are."""
    values = {"made_on": act.happened_on, "origin": act.origin, "recorded_at": tx.now}
    tx.connection.execute(insert(files).values(id=file_id, **values))
    due = update(orders).where(orders.c.state == "open", orders.c.origin == act.origin)
    return tx.connection.execute(due.values(state="sent", file_id=file_id)).rowcount


def sent(connection: Connection, ids: Collection[str]) -> dict[str, Order]:
    """Those of these that were in a file, locked until the transaction ends."""
    c = orders.c
    kept = (c.id, c.kind, c.subject, c.amount_cents, c.state, c.ordered_on, c.origin, c.answered_on)
    found: dict[str, Order] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):  # SQLite before 3.32 takes 999 parameters
        rows = select(*kept).where(c.id.in_(wanted[start : start + 500]), c.file_id.is_not(None))
        for row in connection.execute(rows.order_by(c.number).with_for_update()):
            found[row.id] = Order(**row._mapping)
    return found


def take(connection: Connection, answer_id: str, answered: AnswerLine) -> None:
    values: dict[str, Any] = {
        "answer_id": answer_id,
        "state": answered.outcome,
        "answered_on": answered.on,
        "reason": answered.reason,
    }
    connection.execute(update(orders).where(orders.c.id == answered.order_id).values(values))
