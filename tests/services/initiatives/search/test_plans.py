# SPDX-License-Identifier: EUPL-1.2
"""Ten thousand initiatives: every list and worklist is read along an index, never the table whole. The plans
are those that SQLite and PostgreSQL choose themselves, with the rows there and counted (ANALYZE).
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, insert, text

from services.initiatives.initiative.lifecycle import CLOSED, TERM_RUNS, State
from services.initiatives.initiative.store import forget_words
from services.initiatives.initiative.tables import initiative, initiative_kern, initiative_word
from services.initiatives.kernambtenaren import queries as kernambtenaren
from services.initiatives.search.queries import (
    Filters,
    Sort,
    counts,
    initiatives_query,
    listed,
    worklist_query,
    workloads,
    workloads_query,
)
from services.initiatives.term import model as terms
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.services.initiatives.conftest import Room

MANY = 10_000
TODAY = date(2021, 6, 16)
AFTER = (date(2021, 3, 2), "i")
KERNEN, THEMES = ("noordoever", "zuidoever", "de-plaat"), ("water", "together")
# Nearly all are done with, as after years they will be.
STATES: tuple[State, ...] = ("realised", "declined", "withdrawn", "redirected")
OPEN: tuple[State, ...] = ("submitted", "assigned", "supported", "started")
RULES = terms.TermRules(6, 3, 4, 10)


def row_of(number: int) -> dict[str, Any]:
    is_open = number % 40 == 0
    state = (OPEN if is_open else STATES)[number // 40 % 4]
    received = TODAY - timedelta(days=number // 40 % 30 if is_open else 60 + number % 3000)
    term = terms.begin(received, RULES)
    runs = state in TERM_RUNS
    return {
        "id": f"i{number:05}", "number": f"WTR-2021-{number:05}", "state": state,
        "theme": THEMES[number % 2], "submitter_kind": "resident",
        "channel": "web", "title": f"Plan {number}", "description": "Een bank.", "origin": "live",
        "received_on": received, "decision_due_on": term.due_on, "changed_on": received,
        "officer_id": None if state == "submitted" else f"officer-{number // 40 % 20}",
        "term_ends_on": term.ends_on, "approaching_on": term.approaching_on, "extended": False,
        "alarm_on": terms.alarm_on(term) if runs else None, "term_due_on": term.due_on if runs else None,
        "is_open": state not in CLOSED, "published": not runs,
    }  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, municipality: Municipality
) -> Iterator[Room]:
    """A store with ten thousand initiatives in it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('full') / 'initiatives.sqlite'}"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres")())
    database = Database(url, "initiatives")
    migrate(database, "services.initiatives")
    rows = [row_of(number) for number in range(MANY)]
    with database.engine.begin() as connection:
        connection.execute(insert(initiative), rows)
        places = [
            {"initiative_id": row["id"], "place": 0, "kern": KERNEN[n % 3], "received_on": row["received_on"]}
            for n, row in enumerate(rows)
        ]
        connection.execute(insert(initiative_kern), places)
        found = [
            {"word": word, "initiative_id": row["id"]}
            for n, row in enumerate(rows)
            for word in ("een", "bank", f"plan{n:05}", *(["speeltuin"] if n % 500 == 0 else []))
        ]
        connection.execute(insert(initiative_word), found)
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    yield Room(database, municipality)
    database.close()


def chosen(kind: str, rules: Municipality) -> Select[Any]:
    kernen = ["noordoever", "zuidoever"]
    return worklist_query(kind, "officer-3" if kind.startswith("m") else None, kernen, TODAY, rules, None)  # type: ignore[arg-type]


QUERIES: dict[str, Select[Any]] = {
    "all": initiatives_query(Filters(), "newest", AFTER),
    "the oldest first": initiatives_query(Filters(), "oldest", AFTER),
    "the first due first": initiatives_query(Filters(), "due", AFTER),
    "of a state": initiatives_query(Filters(state="submitted"), "newest", AFTER),
    "of a theme": initiatives_query(Filters(theme="water"), "newest", AFTER),
    "of a kern": initiatives_query(Filters(kern="noordoever"), "newest", AFTER),
    "of a kern and theme": initiatives_query(Filters(kern="noordoever", theme="water"), "newest", None),
    "of an officer": initiatives_query(Filters(officer="officer-3"), "newest", None),
    "of a period": initiatives_query(
        Filters(received_from=date(2020, 1, 1), received_until=date(2020, 2, 1)), "newest", None
    ),
    "with a word": initiatives_query(Filters(text="speel"), "newest", None),
    "with a word, in a kern": initiatives_query(Filters(text="speel", kern="noordoever"), "newest", None),
    "appointments": kernambtenaren.query(None, AFTER),
    "appointments of a kern": kernambtenaren.query("noordoever", AFTER),
    "workloads": workloads_query(TODAY, None),
}
# Which of several indexes, where another would read much to answer little.
USED = {
    "with a word": "sqlite_autoindex_initiative_word_1",
    "with a word, in a kern": "sqlite_autoindex_initiative_kern_1",
    "workloads": r"initiative_work \(is_open=",
    "mine": r"initiative_work \(is_open=\? AND officer_id=",
    "my-kernen": r"initiative_open \(is_open=",
    "waiting": r"initiative_state \(state=",
    "approaching": "initiative_term",
    "exceeded": "initiative_term",
}
WORKLISTS = ("mine", "my-kernen", "waiting", "approaching", "exceeded")


@pytest.mark.parametrize("name", [*QUERIES, *WORKLISTS])
def test_no_list_reads_the_table_whole(full: Room, name: str) -> None:
    query = QUERIES[name] if name in QUERIES else chosen(name, full.municipality)
    plan = plan_of(query.limit(51), full)
    if full.database.is_sqlite:
        assert "SCAN initiative" not in plan, plan  # along no index from end to end either
        assert re.search(rf"USING (COVERING )?INDEX {USED.get(name, '')}", plan), plan
    elif name not in ("appointments", "appointments of a kern"):  # these tables are empty
        assert "Seq Scan on initiative" not in plan, plan


def plan_of(query: Select[Any], room: Room) -> str:
    with room.database.engine.connect() as connection:
        wanted = query.compile(connection, compile_kwargs={"literal_binds": True})
        if room.database.is_sqlite:
            rows = connection.execute(text(f"EXPLAIN QUERY PLAN {wanted}")).all()
            return "\n".join(row.detail for row in rows)
        return "\n".join(connection.execute(text(f"EXPLAIN {wanted}")).scalars())


FILTERS = (
    Filters(),
    Filters(state="submitted"),
    Filters(kern="de-plaat", theme="water"),
    Filters(officer="officer-3"),
    Filters(received_from=date(2019, 1, 1), received_until=date(2019, 12, 31)),
    Filters(text="speel"),
    Filters(text="SPEELTUIN bank", kern="noordoever"),
    Filters(text="zwembad"),
)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("sort", ["newest", "oldest", "due"])
def test_the_numbers_are_those_of_the_list(full: Room, filters: Filters, sort: Sort) -> None:
    with full.database.reader.connect() as connection:
        found = listed(connection, filters, sort, None, MANY)
        numbers = counts(connection, filters)
    assert len({view.id for view in found}) == len(found) == numbers.total
    for counted in numbers.by_state:
        assert counted.count == sum(view.state == counted.state for view in found)


def test_the_work_of_each_is_what_is_open(full: Room) -> None:
    with full.database.reader.connect() as connection:
        found = workloads(connection, TODAY, None, 100)
        mine = connection.execute(chosen("mine", full.municipality)).all()
    rows = [row_of(number) for number in range(MANY)]
    assert {load.officer_id: load.open for load in found} == {
        officer: sum(row["officer_id"] == officer and row["is_open"] for row in rows)
        for officer in {row["officer_id"] for row in rows if row["is_open"]} - {None}
    }
    assert len(mine) == next(load.open for load in found if load.officer_id == "officer-3")
    assert [row.decision_due_on for row in mine] == sorted(row.decision_due_on for row in mine)


def test_a_word_is_found_by_how_it_begins_without_accents_and_capitals(room: Room) -> None:
    room.submit("i1", title="Één Speelplek", description="Voor de café-tuin & meer.")
    room.submit("i2", title="Speeltuin", description="Onder de bomen.")

    def found(asked: str) -> list[str]:
        with room.database.reader.connect() as connection:
            return sorted(view.id for view in listed(connection, Filters(text=asked), "newest", None, 10))

    assert found("speel") == ["i1", "i2"]
    assert found("EEN") == ["i1"]
    assert found("cafe tuin") == ["i1"]
    assert found("speel bomen") == ["i2"]
    assert found("plek") == []  # how it begins, not how it ends
    assert found("%") == ["i1", "i2"]  # no word: nothing is asked (the API refuses it)
    with room.database.engine.begin() as connection:
        forget_words(connection, "i1")
    assert found("speel") == ["i2"]
