# SPDX-License-Identifier: EUPL-1.2
"""Rearranges an answer for a table or a picture: sums of what the API answers too."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from services.analytics.overview.labels import Counted
from services.analytics.overview.money_views import LineYear
from services.analytics.overview.views import KernSummary
from shared.municipality import Municipality


@dataclass(frozen=True)
class MoneyRow:
    """Some money together."""

    label: str
    budget_cents: int
    reserved_cents: int
    committed_cents: int
    paid_cents: int
    settled_cents: int

    @property
    def left_cents(self) -> int:
        return self.budget_cents - self.reserved_cents - self.committed_cents


def total(label: str, money: Iterable[LineYear]) -> MoneyRow:
    found = list(money)
    return MoneyRow(
        label,
        budget_cents=sum(it.budget_cents or 0 for it in found),
        reserved_cents=sum(it.reserved_cents for it in found),
        committed_cents=sum(it.committed_cents for it in found),
        paid_cents=sum(it.paid_cents for it in found),
        settled_cents=sum(it.settled_cents for it in found),
    )


def by_line(money: Sequence[LineYear], rules: Municipality) -> list[MoneyRow]:
    """One row for each line, in the order of the municipality's file."""
    order = {line.name: place for place, line in enumerate(rules.lines)}
    return sorted(_grouped(money, lambda it: it.name), key=lambda row: order.get(row.label, len(order)))


def by_year(money: Sequence[LineYear]) -> list[MoneyRow]:
    """One row for each year."""
    return _grouped(money, lambda it: str(it.year))


def promised(money: Sequence[LineYear], name: str, year: int) -> int:
    """What is promised of one line in one year."""
    return sum(it.committed_cents for it in money if (it.name, it.year) == (name, year))


def count_of(counts: Iterable[Counted], code: str) -> int:
    """One count out of a list."""
    return sum(it.count for it in counts if it.code == code)


def theme_name(slug: str, rules: Municipality) -> str:
    return next((theme.name for theme in rules.themes if theme.slug == slug), slug)


def most(kernen: Iterable[KernSummary]) -> int:
    """The highest number of initiatives in one state at one kern: the darkest square."""
    return max((it.count for kern in kernen for it in kern.initiatives.by_state), default=0)


def _grouped(money: Sequence[LineYear], key: Callable[[LineYear], str]) -> list[MoneyRow]:
    labels = dict.fromkeys(key(it) for it in money)
    return [total(label, (it for it in money if key(it) == label)) for label in labels]
