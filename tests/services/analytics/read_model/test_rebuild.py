# SPDX-License-Identifier: EUPL-1.2
"""The same figures whichever way they are reached: live, rebuilt, in another order, counted by hand."""

from collections.abc import Iterator
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from services.analytics.read_model import queries, store, tables
from services.analytics.read_model.rebuild import Rebuild
from services.analytics.verify import second_count
from shared.contracts.envelope import Event, EventData
from shared.messaging.versions import Aggregate, versions
from tests.conftest import MORE
from tests.services.analytics import history as h
from tests.services.analytics.conftest import Analytics
from tests.services.analytics.histories import histories, shuffled
from tests.services.analytics.history import History

KERN, DAY = ("noordoever",), date(2022, 3, 1)
Events = list[Event[EventData]]
on_one_store = settings(
    max_examples=8 * MORE, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def emptied(analytics: Analytics) -> Analytics:
    with analytics.database.engine.begin() as connection:
        for table in (tables.entity, tables.place, tables.cell, versions):
            connection.execute(delete(table))
    return analytics


def rebuilt(analytics: Analytics, events: Events, batch: int = 7, capacity: int = 3) -> dict[str, int]:
    """Rebuild from a stream; returns how far it is with every subject."""
    rebuild, engine = Rebuild(capacity), analytics.database.engine
    with engine.begin() as connection:
        rebuild.begin(connection)
    for start in range(0, len(events), batch):
        with engine.begin() as connection:
            rebuild.apply(connection, events[start : start + batch])
    with engine.begin() as connection:
        reached = {subject: last for _, subject, last in connection.execute(rebuild.swap(connection))}
    sweep(analytics)
    return reached


def sweep(analytics: Analytics) -> int:
    """Until nothing is left; returns in how many transactions."""
    for turn in count(1):
        with analytics.database.engine.begin() as connection:
            if not Rebuild().sweep(connection):
                return turn
    raise AssertionError("unreachable")


@pytest.fixture
def told() -> Events:
    """A small history in which everything occurs."""
    return (
        History()
        .say("y-2022", h.adopted(2022, clubs=1_800_00, shore=9_000_00))
        .say("o-1", h.registered(("noordoever", "zuidoever"), date(2020, 1, 1)))
        .say("c-1", h.contributed(("noordoever", "zuidoever"), 2022, 750_00))
        .say("a-1", h.appointed(("noordoever",), date(2022, 1, 1)))
        .say("i-1", h.submitted(KERN, DAY), h.assigned(KERN, DAY), h.assessed(KERN, DAY))
        .say("g-1", h.grant("reserved", KERN, 2022, 900), h.grant("allocated", KERN, 2022, 900))
        .say("i-1", h.started(KERN, DAY), h.realised(KERN, DAY))
        .say("g-1", h.grant("settled", KERN, 2022, 750, allocated=900), h.grant("returned", KERN, 2022, 150))
        .say("a-1", h.relieved(("noordoever",), date(2022, 12, 31)))
        .say("i-2", h.submitted(("de-plaat",), DAY), h.withdrawn(("de-plaat",), DAY))
        .events
    )


@on_one_store
@given(events=histories(), choose=st.data())
def test_live_rebuilt_shuffled_and_counted_by_hand_agree(
    analytics: Analytics, events: Events, choose: st.DataObject
) -> None:
    emptied(analytics).take(events)
    live = analytics.fingerprint()
    with analytics.database.engine.connect() as connection:
        cells = queries.cells_of(connection, store.live(connection))
    by_hand = second_count.count(events)
    groups = {measure.split(".")[0] for _, _, measure in by_hand}
    assert {tuple(c): v for c, v in cells.items() if v and c.measure.split(".")[0] in groups} == by_hand

    reached = rebuilt(analytics, events + events[: choose.draw(st.integers(0, len(events)))])
    assert analytics.fingerprint() == live
    assert reached == {
        event.subject: max(e.number for e in events if e.subject == event.subject) for event in events
    }

    emptied(analytics).take(shuffled(events, choose))
    assert analytics.fingerprint() == live


def test_a_redelivery_changes_nothing(analytics: Analytics, told: Events) -> None:
    analytics.take(told)
    once = analytics.fingerprint()
    for _ in range(3):
        taken = analytics.take(told)
        assert (len(taken.handled), taken.duplicates) == (0, len(told))
    assert analytics.fingerprint() == once


def test_the_fingerprint_sees_a_difference_of_one_event(analytics: Analytics, told: Events) -> None:
    analytics.take(told[:-1])
    before = analytics.fingerprint()
    analytics.take(told)
    assert analytics.fingerprint() != before


def test_readers_see_the_old_model_until_the_new_one_is_whole(analytics: Analytics, told: Events) -> None:
    analytics.take(told[:5])
    before, engine = analytics.fingerprint(), analytics.database.engine
    rebuild = Rebuild(2)
    with engine.begin() as connection:
        rebuild.begin(connection)
    for event in told:
        with engine.begin() as connection:
            rebuild.apply(connection, [event])
        assert analytics.fingerprint() == before
    with engine.begin() as connection:
        rebuild.write(connection)
    assert analytics.fingerprint() == before
    with engine.begin() as connection:
        rebuild.swap(connection)
    after = analytics.fingerprint()
    emptied(analytics).take(told)
    assert analytics.fingerprint() == after != before


def test_a_rebuild_that_broke_off_leaves_nothing_behind(analytics: Analytics, told: Events) -> None:
    analytics.take(told)
    live, engine = analytics.fingerprint(), analytics.database.engine
    broken = Rebuild(2)
    with engine.begin() as connection:
        broken.begin(connection)
        broken.apply(connection, told)
    with engine.connect() as connection, connection.begin() as transaction:
        broken.swap(connection)
        transaction.rollback()  # the process ends before the commit
    assert analytics.fingerprint() == live
    rebuilt(analytics, told)
    assert analytics.fingerprint() == live
    with engine.connect() as connection:
        left = [
            connection.execute(select(func.count(table.c.generation.distinct()))).scalar_one()
            for table in store.OF_A_GENERATION
        ]
    assert left == [1, 1, 1]


def test_events_go_on_in_the_new_model_where_the_old_one_stopped(analytics: Analytics, told: Events) -> None:
    analytics.take(told)
    whole = analytics.fingerprint()
    reached = rebuilt(emptied(analytics), told[:8])
    of = {event.subject: event.source for event in told}
    with analytics.database.engine.begin() as connection:
        connection.execute(
            versions.insert(),
            [
                {"consumer": "analytics", "source": of[subject], "subject": subject, "last_sequence": last}
                for subject, last in reached.items()
            ],
        )
    taken = analytics.take(told)
    assert (len(taken.handled), taken.duplicates) == (len(told) - 8, 8)
    assert analytics.fingerprint() == whole


def test_what_comes_too_early_is_told_and_not_folded(analytics: Analytics, told: Events) -> None:
    without = [event for event in told if (event.subject, event.number) != ("i-1", 2)]
    rebuild = Rebuild()
    with analytics.database.engine.begin() as connection:
        rebuild.begin(connection)
        rebuild.apply(connection, without)
        broken = rebuild.broken(connection)
        reached = {subject: last for _, subject, last in connection.execute(rebuild.swap(connection))}
    assert [of.subject for of in broken] == ["i-1"]
    assert (reached["i-1"], reached["g-1"]) == (1, 4)
    assert {it.code: it.count for it in analytics.kern("noordoever").initiatives.by_state}["submitted"] == 1


def test_what_a_person_discarded_holds_nothing_up(analytics: Analytics, told: Events) -> None:
    (source,) = {event.source for event in told if event.subject == "i-1"}
    gone = Aggregate(source, "i-1")
    rebuild = Rebuild(given_up={gone: {2, 5}})
    with analytics.database.engine.begin() as connection:
        rebuild.begin(connection)
        rebuild.apply(connection, [event for event in told if (event.subject, event.number) != ("i-1", 2)])
        broken = rebuild.broken(connection)
        reached = {subject: last for _, subject, last in connection.execute(rebuild.swap(connection))}
    assert broken == set()
    assert reached["i-1"] == 4, "the fifth was given up"
    assert rebuild.past_given_up(gone, reached["i-1"]) == 5


def test_an_empty_stream_makes_an_empty_model(analytics: Analytics, told: Events) -> None:
    analytics.take(told)
    assert rebuilt(analytics, []) == {}
    assert analytics.whole().initiatives.total == 0
    assert analytics.whole().as_of is None


def test_memory_holds_no_more_subjects_than_it_may(analytics: Analytics) -> None:
    rebuild = Rebuild(capacity=10)
    lives = History()
    for place in range(200):
        lives.say(f"i-{place}", h.submitted(KERN, DAY))
    with analytics.database.engine.begin() as connection:
        rebuild.begin(connection)
        for batch in _batches(lives.events, 5):
            rebuild.apply(connection, batch)
            assert len(rebuild._held) <= 15


def _batches(events: Events, size: int) -> Iterator[Events]:
    return (events[start : start + size] for start in range(0, len(events), size))


def test_large_work_goes_in_pieces(
    analytics: Analytics, told: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    analytics.take(told)
    live, engine = analytics.fingerprint(), analytics.database.engine
    monkeypatch.setattr("services.analytics.read_model.rebuild.PIECE", 2)
    rebuild = Rebuild()
    with engine.begin() as connection:
        rebuild.begin(connection)
        rebuild.apply(connection, told)
    for more in (True, True, True, False):  # seven subjects
        with engine.begin() as connection:
            assert rebuild.write(connection) is more
    with engine.begin() as connection:
        rebuild.swap(connection)
    assert sweep(analytics) > 5
    assert analytics.fingerprint() == live
