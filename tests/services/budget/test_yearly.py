# SPDX-License-Identifier: EUPL-1.2
"""A year's budget, the register and the contributions, on both databases."""

from datetime import date
from typing import Any

import pytest

from services.budget import queries, yearly
from services.budget.audit import Balance
from services.budget.commands import AdoptBudget, RegisterOrganisation, RunContributions
from services.budget.views import ContributionRunView
from shared.contracts.budget import BudgetAdopted, ContributionAllocated
from shared.contracts.envelope import EventData
from shared.contracts.refusals import Invalid, Refused
from shared.municipality import Municipality
from tests.services.budget.books import Books


def adopt(books: Books, **fields: Any) -> list[EventData]:
    command = AdoptBudget.model_validate({"year": 2021, "decisionReference": "R20.7"} | fields)
    return books.told(lambda tx: yearly.adopt("y1", command, tx))


def register(books: Books, name: str | None, kind: str = "village-interests", **fields: Any) -> str:
    fields = {"kernen": ["noordoever"], "activeFrom": "2020-01-01"} | fields
    command = RegisterOrganisation.model_validate({"kind": kind, "name": name} | fields)
    books.told(lambda tx: yearly.register(f"org-{name}", command, tx))
    return f"org-{name}"


def run(books: Books, run_id: str = "run", year: int = 2021) -> tuple[list[EventData], dict[str, str]]:
    command = RunContributions(year=year)
    events = books.told(lambda tx: yearly.run_contributions(run_id, command, tx))
    return events, outcomes(books.run(lambda tx: queries.contribution_run(tx.connection, run_id)))


def outcomes(view: ContributionRunView) -> dict[str, str]:
    return {share.organisation_id: share.outcome for share in view.outcomes}


UNADOPTABLE: list[tuple[dict[str, Any], set[str]]] = [
    ({"year": 2019}, {"year"}),
    ({"year": 2022, "happenedOn": "2020-12-31"}, {"happenedOn"}),
    ({"happenedOn": "2021-06-16"}, {"happenedOn"}),
    ({"totalCents": 13_799_99}, {"lines"}),
    ({"lines": [{"line": "bridge", "amountCents": 1}]}, {"lines.0.line"}),
    (
        {"lines": [{"line": "clubs", "amountCents": 1}, {"line": "clubs", "amountCents": 2}]},
        {"lines.1.line"},
    ),
    (
        {
            "year": 2019,
            "happenedOn": "2021-06-16",
            "lines": [{"line": "bridge", "amountCents": 10**12}],
        },
        {"year", "happenedOn", "lines.0.line", "lines"},
    ),
]


class TestAdoption:
    def test_the_lines_are_those_of_the_file_unless_the_decision_names_them(
        self, books: Books, municipality: Municipality
    ) -> None:
        (event,) = adopt(books, happenedOn="2020-11-10", origin="example")
        assert isinstance(event, BudgetAdopted)
        assert [(line.line, line.amount_cents, line.within_total) for line in event.lines] == [
            ("clubs", 1_800_00, True),
            ("small-help", 3_000_00, True),
            ("shore", 9_000_00, True),
        ]
        assert (event.total_cents, event.kernen, event.origin) == (20_000_00, (), "example")
        assert books.balance("shore") == Balance(9_000_00)
        assert books.differences() == []

    def test_money_beside_the_total_has_an_amount_of_its_own_each_year(self, books: Books) -> None:
        lines = [
            {"line": "shore", "amountCents": 20_000_00},
            {"line": "ferry", "amountCents": 99_000_00},
            {"line": "clubs", "amountCents": 0},
        ]
        adopt(books, lines=lines)
        view = books.run(lambda tx: queries.budget_year(tx.connection, 2021))
        assert [(line.line, line.available_cents, line.within_total) for line in view.lines] == [
            ("clubs", 0, True),
            ("ferry", 99_000_00, False),
            ("shore", 20_000_00, True),
        ]
        assert books.differences() == []

    def test_a_year_is_adopted_once(self, books: Books) -> None:
        adopt(books)
        before = books.written()
        with pytest.raises(Refused, match="2021"):
            adopt(books, totalCents=30_000_00)
        assert books.written() == before

    def test_what_cannot_be_adopted_writes_nothing(self, books: Books, municipality: Municipality) -> None:
        books.transactions.municipality = municipality.model_copy(update={"first_budget_year": 2020})
        for fields, wrong in UNADOPTABLE:
            with pytest.raises(Invalid) as invalid:
                adopt(books, **fields)
            assert {error.field for error in invalid.value.errors} == wrong
        assert books.written() == 0


class TestRegister:
    def test_an_organisation_may_cover_several_kernen_and_has_a_name(self, books: Books) -> None:
        register(
            books, "Oeverwacht", "signal-group", kernen=["noordoever", "de-plaat"], activeUntil="2023-12-31"
        )
        view = books.run(lambda tx: queries.organisation(tx.connection, "org-Oeverwacht"))
        assert (view.name, view.kernen) == ("Oeverwacht", ("noordoever", "de-plaat"))
        assert (view.active_from, view.active_until) == (date(2020, 1, 1), date(2023, 12, 31))

    def test_a_natural_person_has_no_name_here(self, books: Books) -> None:
        register(books, None, "civil-society", kernen=[])
        with pytest.raises(Invalid) as invalid:
            register(books, "Jan", "civil-society")
        assert [error.field for error in invalid.value.errors] == ["name"]

    def test_all_that_is_wrong_is_told_at_once(self, books: Books) -> None:
        kernen = ["noordoever", "atlantis", "noordoever"]
        with pytest.raises(Invalid) as invalid:
            register(books, None, kernen=kernen, activeUntil="2019-12-31", happenedOn="2022-01-01")
        told = [error.field for error in invalid.value.errors]
        assert told == ["happenedOn", "kernen.1", "kernen.2", "name", "activeUntil"]
        assert books.written() == 0


class TestContributions:
    def test_each_organisation_once_the_full_amount(self, books: Books) -> None:
        adopt(books)
        one, two = register(books, "a", kernen=["zuidoever", "de-plaat"]), register(books, "b")
        events, found = run(books)
        assert found == {one: "allocated", two: "allocated"}
        first = events[0]
        assert isinstance(first, ContributionAllocated)
        assert (first.organisation_id, first.amount_cents, first.line) == (one, 600_00, "clubs")
        assert first.kernen == ("zuidoever", "de-plaat")
        assert first.legal_basis == "Verordening Dorpen Waterrijk, artikel 2"
        assert books.balance("clubs") == Balance(1_800_00, committed=1_200_00)
        assert books.differences() == []

    def test_a_second_run_does_nothing_and_a_late_one_gets_its_own(self, books: Books) -> None:
        adopt(books)
        one = register(books, "a")
        run(books, "run-1")
        assert run(books, "run-2") == ([], {one: "already-allocated"})
        late = register(books, "b")
        events, found = run(books, "run-3")
        assert found == {one: "already-allocated", late: "allocated"}
        assert [event.model_dump()["organisationId"] for event in events] == [late]

    def test_who_finds_no_room_is_named_and_nothing_goes_over(self, books: Books) -> None:
        adopt(books)
        ids = [register(books, name) for name in "abcd"]
        _, found = run(books)
        assert found == dict.fromkeys(ids[:3], "allocated") | {ids[3]: "no-room"}
        assert books.balance("clubs") == Balance(1_800_00, committed=1_800_00)

    def test_without_its_line_nobody_is_paid(self, books: Books) -> None:
        books.adopt(small_help=1_00)
        one = register(books, "a")
        assert run(books) == ([], {one: "no-budget"})

    def test_each_year_has_its_own(self, books: Books) -> None:
        books.adopt(2020)
        books.adopt(2021)
        one = register(books, "a")
        assert run(books, "r20", 2020)[1] == run(books, "r21", 2021)[1] == {one: "allocated"}

    def test_who_is_not_active_that_year_or_has_no_rate_is_not_listed(self, books: Books) -> None:
        adopt(books)
        register(books, "later", activeFrom="2022-01-01")
        register(books, "gone", activeUntil="2020-12-31")
        register(books, "council", "participation-council")
        assert run(books) == ([], {})

    def test_a_preview_tells_the_same_and_writes_nothing(
        self, books: Books, municipality: Municipality
    ) -> None:
        adopt(books)
        for name in "abcd":
            register(books, name)
        before = books.written()
        preview = books.run(lambda tx: queries.preview(tx.connection, 2021, municipality))
        assert books.written() == before
        assert outcomes(preview) == run(books)[1]

    def test_a_year_that_is_not_adopted_is_refused(self, books: Books, municipality: Municipality) -> None:
        for attempt in (
            lambda: run(books, year=2022),
            lambda: books.run(lambda tx: queries.preview(tx.connection, 2022, municipality)),
        ):
            with pytest.raises(Refused) as refusal:
                attempt()
            assert refusal.value.code == "not-adopted"
