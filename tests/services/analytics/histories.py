# SPDX-License-Identifier: EUPL-1.2
"""Invented histories: any number of initiatives, grants and the rest, each in order, interleaved anyhow."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from shared.contracts.budget.expenses import ExpenseAmended, ExpenseCommitted, ExpensePaid
from shared.contracts.envelope import Event, EventData
from shared.contracts.initiatives import Outcome
from tests.services.analytics import history as h
from tests.services.analytics.history import History

KERNEN = ("noordoever", "zuidoever", "de-plaat")
days = st.dates(date(2021, 1, 1), date(2023, 12, 31))
kernen = st.lists(st.sampled_from(KERNEN), min_size=1, max_size=3, unique=True).map(tuple)
cents = st.integers(1, 100_000)
Life = tuple[str, Sequence[EventData]]


@st.composite
def initiative(draw: st.DrawFn) -> Sequence[EventData]:
    where, day = draw(kernen), draw(days)
    whole = [h.submitted(where, day), h.assigned(where, day)]
    outcomes: list[Outcome] = ["support", "decline", "redirect"]
    outcome = draw(st.sampled_from(outcomes))
    whole.append(h.assessed(where, day, outcome))
    if outcome == "support":
        whole += draw(
            st.sampled_from(
                [[h.withdrawn(where, day)], [h.started(where, day), h.realised(where, day + timedelta(9))]]
            )
        )
    return whole[: draw(st.integers(1, len(whole)))]


@st.composite
def grant(draw: st.DrawFn) -> Sequence[EventData]:
    where, year, asked = draw(kernen), draw(st.sampled_from([2022, 2023])), draw(cents)
    given = draw(st.integers(1, asked))
    cost = draw(st.integers(0, given))
    common = {
        "initiative": draw(st.sampled_from(["i-1", "i-2"])),
        "line": draw(st.sampled_from(["shore", "x"])),
    }

    def said(what: str, amount: int, **more: Any) -> EventData:
        return h.grant(what, where, year, amount, allocated=given, **common, **more)

    way = draw(st.sampled_from(["declined", "released", "withdrawn", "settled"]))
    if way == "declined":
        return [said("declined", asked)]
    if way == "released":
        return [said("reserved", asked), said("released", asked)]
    first = draw(st.integers(1, asked))
    promised = [said("reserved", asked), said("released", asked - first), said("allocated", first)]
    if draw(st.booleans()):
        promised.insert(0, said("waitlisted", asked))
    promised.append(said("amended", given))
    if paid := draw(st.integers(0, given)):
        promised.append(said("paid", paid))
    if way == "withdrawn":
        ends, due = [said("withdrawn", given - paid)], paid
    else:
        ends, due = [said("settled", cost), said("returned", given - max(cost, paid))], max(paid - cost, 0)
    if due:
        ends.append(said("returned", draw(st.integers(1, due)), refunded=True))
    return [*promised, *ends[: draw(st.integers(0, len(ends)))]]


@st.composite
def expense(draw: st.DrawFn) -> Sequence[EventData]:
    year, before, after = draw(st.sampled_from([2022, 2023])), draw(cents), draw(cents)
    whole = [
        h.expense(ExpenseCommitted, year, before),
        h.expense(ExpensePaid, year, draw(st.integers(1, before))),
        h.expense(ExpenseAmended, year, after, before_cents=before),
    ]
    return whole[: draw(st.integers(1, 3))]


@st.composite
def process(draw: st.DrawFn) -> Sequence[EventData]:
    """A process of participation, whole or as far as it came."""
    where, day = draw(kernen), draw(days)
    if not draw(st.booleans()):
        return [h.considered(where, day, fits=False)]
    held = [h.held(where, draw(days), draw(st.integers(0, 300))) for _ in range(draw(st.integers(0, 3)))]
    ends = [h.concluded(where, day), h.cancelled(where, day)]
    whole = [h.considered(where, day), h.asked(where, day), *held, draw(st.sampled_from(ends))]
    return whole[: draw(st.integers(1, len(whole)))]


def budget_year(before: int, after: int, length: int) -> Sequence[EventData]:
    whole = [
        h.adopted(2022, shore=before, clubs=1_000), h.reached(2022, "shore", 80),
        h.amended(2022, shore=after, clubs=900), h.reached(2022, "shore", 100), h.closed(2022),
    ]  # fmt: skip
    return whole[:length]


others = st.one_of(
    process(),
    expense(),
    st.builds(
        lambda k, y, c, n, p: [h.contributed(k, y, c), h.given_up(k, y, c, p)][:n],
        kernen,
        st.sampled_from([2022, 2023]),
        cents,
        st.integers(1, 2),
        st.booleans(),
    ),
    st.builds(
        lambda k, d, n: [h.registered(k, d), h.renamed(k, d, "Oever"), h.ended(k, d + timedelta(40))][:n],
        kernen,
        days,
        st.integers(1, 3),
    ),
    st.builds(lambda k, d: [h.appointed(k, d), h.relieved(k, d + timedelta(90))], kernen, days),
    st.builds(budget_year, cents, cents, st.integers(1, 5)),
    st.builds(lambda k, d, e: [h.published(k, d), h.taken_back(k, e)], kernen, days, days),
    st.builds(
        lambda k, y: [h.measured(k[:1], y, 6.1), h.measured(k[:1], y, None, corrected=True)],
        kernen,
        st.just(2022),
    ),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event[EventData]]:
    """Events in the order of a stream; within a subject always its own."""
    lives = [list(life) for life in draw(st.lists(st.one_of(initiative(), grant(), others), max_size=12))]
    told = History()
    waiting = {f"s-{place}": life for place, life in enumerate(lives)}
    while waiting:
        subject = draw(st.sampled_from(sorted(waiting)))
        told.say(subject, waiting[subject].pop(0))
        if not waiting[subject]:
            del waiting[subject]
    return told.events


def shuffled(events: Sequence[Event[EventData]], choose: st.DataObject) -> list[Event[EventData]]:
    """The same events in another order, but each subject's in its own."""
    order = choose.draw(st.permutations([event.subject for event in events]))
    waiting: dict[str, list[Event[EventData]]] = {}
    for event in events:
        waiting.setdefault(event.subject, []).append(event)
    return [waiting[subject].pop(0) for subject in order]
