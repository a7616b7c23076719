# SPDX-License-Identifier: EUPL-1.2
"""What the overview shows of initiatives. Amounts are integer cents."""

from datetime import date

from services.analytics.fold.initiative_events import Initiative
from services.analytics.fold.money_events import Grant
from services.analytics.overview import labels
from services.analytics.overview.labels import Counted, counted, label
from services.analytics.overview.money_views import GrantView, grant_view
from services.analytics.overview.scope import Scope
from services.analytics.overview.sums import Sums
from shared.contracts.envelope import Data


class InitiativeCounts(Data):
    """`total` is the denominator of each count. Of `support`, money counts in the budget year in which it was
    promised."""

    total: int
    by_state: tuple[Counted, ...]
    by_theme: tuple[Counted, ...]
    support: tuple[Counted, ...]
    terms: tuple[Counted, ...]
    results: tuple[Counted, ...]


class InitiativeView(Data):
    """An initiative as the public may see it: its title once an official wrote one, `result` in Dutch."""

    id: str
    state: str
    label: str
    theme: str | None
    title: str | None
    summary: str | None
    received_on: date
    result: str | None
    grant: GrantView | None


def initiative_counts(sums: Sums, where: str, scope: Scope) -> InitiativeCounts:
    states = sums.counts(where, "initiatives")
    themes = {theme.slug: theme.name for theme in scope.municipality.themes}
    return InitiativeCounts(
        total=states.total(),
        by_state=counted(labels.STATES, states),
        by_theme=counted(themes, sums.counts(where, "theme")),
        support=counted(labels.SUPPORT, sums.counts(where, "support")),
        terms=counted(labels.TERMS, sums.counts(where, "term")),
        results=counted(labels.RESULTS, sums.counts(where, "result")),
    )


def initiative_view(subject: str, it: Initiative, grant: Grant | None, scope: Scope) -> InitiativeView:
    themes = {theme.slug: theme.name for theme in scope.municipality.themes}
    return InitiativeView(
        id=subject,
        state=it.state,
        label=labels.STATES[it.state],
        theme=themes.get(it.theme, it.theme) if it.theme else None,
        title=it.title,
        summary=it.summary,
        received_on=it.received_on,
        result=label(labels.RESULTS, it.result) if it.result else None,
        grant=grant_view(grant, scope) if grant else None,
    )
