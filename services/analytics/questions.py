# SPDX-License-Identifier: EUPL-1.2
"""What other services ask this one."""

from sqlalchemy import Connection

from services.analytics.overview.sums import BUDGET, COMMITTED, RESERVED, Sums
from services.analytics.read_model import queries, store
from shared.contracts.analytics import LineMoney, MoneyAnswer, MoneyQuestion
from shared.contracts.envelope import WHOLE_MUNICIPALITY as WHOLE
from shared.messaging.requests import Answerer


def money(connection: Connection, question: MoneyQuestion) -> MoneyAnswer:
    """The same figures as the overview shows of the whole municipality in that year."""
    live = store.live(connection)
    found = Sums(queries.cells_of(connection, live, [WHOLE]), question.year, ()).money(WHOLE)
    lines = tuple(
        LineMoney(
            line=line,
            budget_cents=parts[BUDGET],
            reserved_cents=parts[RESERVED],
            committed_cents=parts[COMMITTED],
        )
        for (_, line), parts in sorted(found.items())
    )
    return MoneyAnswer(lines=lines, as_of=queries.as_of(connection, live))


QUESTIONS = (Answerer("analytics.money", MoneyQuestion, money),)
