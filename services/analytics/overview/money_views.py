# SPDX-License-Identifier: EUPL-1.2
"""What the overview shows of money. Amounts are integer cents."""

from collections.abc import Iterable

from services.analytics.fold.money_events import Grant
from services.analytics.overview import labels
from services.analytics.overview.labels import Counted, counted, label
from services.analytics.overview.scope import Scope
from services.analytics.overview.sums import BUDGET, COMMITTED, PAID, REACHED, RESERVED, SETTLED, Sums
from shared.contracts.envelope import WHOLE_MUNICIPALITY as WHOLE
from shared.contracts.envelope import Data


class LineYear(Data):
    """One line of one year. `budget_cents` and `reached_percent`, the highest threshold that was passed, are
    for the whole municipality, null at a kern; where a kern has a maximum of its own, `kern_maximum_cents`
    is that. What is paid is part of what is committed."""

    line: str
    name: str
    purpose: str | None
    year: int
    budget_cents: int | None
    kern_maximum_cents: int | None
    reserved_cents: int
    committed_cents: int
    paid_cents: int
    settled_cents: int
    reached_percent: int | None


class GrantCounts(Data):
    """Requests for money, by what became of them; `declined_because` divides those without money."""

    total: int
    by_state: tuple[Counted, ...]
    declined_because: tuple[Counted, ...]


class GrantView(Data):
    """What became of the money asked for an initiative; `reason` says in Dutch why there is none."""

    state: str
    label: str
    line: str
    year: int
    asked_cents: int
    committed_cents: int
    settled_cents: int | None
    reason: str | None


def line_years(sums: Sums, where: str, scope: Scope) -> Iterable[LineYear]:
    """By year, the lines in the order of the municipality's file; a line it no longer has comes last."""
    order = {line.id: place for place, line in enumerate(scope.municipality.lines)}
    found = sums.money(where)
    for year, line in sorted(found, key=lambda key: (key[0], order.get(key[1], len(order)), key[1])):
        known, parts = scope.municipality.line(line), found[year, line]
        yield LineYear(
            line=line,
            name=known.name if known else line,
            purpose=known.purpose if known else None,
            year=year,
            budget_cents=parts[BUDGET] if where == WHOLE else None,
            kern_maximum_cents=known.max_per_kern_cents if known and where != WHOLE else None,
            **{f"{part}_cents": parts[part] for part in (RESERVED, COMMITTED, PAID, SETTLED)},
            reached_percent=parts[REACHED] or None if where == WHOLE else None,
        )


def grant_counts(sums: Sums, where: str) -> GrantCounts:
    states = sums.counts(where, "grants")
    return GrantCounts(
        total=states.total(),
        by_state=counted(labels.GRANTS, states),
        declined_because=counted(labels.REASONS, sums.counts(where, "declined")),
    )


def grant_view(it: Grant, scope: Scope) -> GrantView:
    line = scope.municipality.line(it.line)
    return GrantView(
        state=it.state,
        label=labels.GRANTS[it.state],
        line=line.name if line else it.line,
        year=it.year,
        asked_cents=it.asked_cents,
        committed_cents=it.committed_cents,
        settled_cents=it.settled_cents if it.state == "settled" else None,
        reason=label(labels.REASONS, it.reason) if it.reason else None,
    )
