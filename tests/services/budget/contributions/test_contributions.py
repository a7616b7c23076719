# SPDX-License-Identifier: EUPL-1.2
"""The yearly contributions, on both databases."""

import pytest

from services.budget.contributions import handlers, queries, timers
from services.budget.contributions.commands import RunContributions
from services.budget.ledger.model import Balance
from shared.contracts.budget import ContributionAllocated, ContributionWithdrawn
from shared.contracts.refusals import Invalid, NotFound, Refused
from shared.http.paging import Paging
from shared.messaging import crash
from shared.municipality import Municipality
from tests.services.budget.acts import adopt, close, contribute, enter, outcomes, withdraw
from tests.services.budget.books import Books

ALL = Paging(None, 200, "/", ())


class TestContributions:
    def test_each_organisation_once_the_full_amount(self, books: Books) -> None:
        adopt(books)
        one, two = enter(books, "a", kernen=["zuidoever", "de-plaat"]), enter(books, "b")
        events, found = contribute(books)
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
        one = enter(books, "a")
        contribute(books, "run-1")
        assert contribute(books, "run-2") == ([], {one: "already-allocated"})
        late = enter(books, "b")
        events, found = contribute(books, "run-3")
        assert found == {one: "already-allocated", late: "allocated"}
        assert [event.model_dump()["organisationId"] for event in events] == [late]

    def test_who_finds_no_room_is_named_and_nothing_goes_over(self, books: Books) -> None:
        adopt(books)
        ids = [enter(books, name) for name in "abcd"]
        _, found = contribute(books)
        assert found == dict.fromkeys(ids[:3], "allocated") | {ids[3]: "no-room"}
        assert books.balance("clubs") == Balance(1_800_00, committed=1_800_00)

    def test_without_its_line_nobody_is_paid(self, books: Books) -> None:
        books.adopt(small_help=1_00)
        one = enter(books, "a")
        assert contribute(books) == ([], {one: "no-budget"})

    def test_each_year_has_its_own(self, books: Books) -> None:
        books.adopt(2020)
        books.adopt(2021)
        one = enter(books, "a")
        assert contribute(books, "r20", 2020)[1] == contribute(books, "r21", 2021)[1] == {one: "allocated"}

    def test_who_is_not_active_that_year_or_has_no_rate_is_not_listed(self, books: Books) -> None:
        adopt(books)
        enter(books, "later", activeFrom="2022-01-01")
        enter(books, "gone", activeUntil="2020-12-31")
        enter(books, "council", "participation-council")
        assert contribute(books) == ([], {})

    def test_a_preview_tells_the_same_and_writes_nothing(
        self, books: Books, municipality: Municipality
    ) -> None:
        adopt(books)
        for name in "abcd":
            enter(books, name)
        before = books.written()
        preview = books.run(lambda tx: queries.preview(tx.connection, 2021, "live", municipality))
        assert books.written() == before
        assert outcomes(preview) == contribute(books)[1]

    def test_a_year_that_is_not_adopted_is_refused(self, books: Books, municipality: Municipality) -> None:
        for attempt in (
            lambda: contribute(books, year=2022),
            lambda: books.run(lambda tx: queries.preview(tx.connection, 2022, "live", municipality)),
        ):
            with pytest.raises(Refused) as refusal:
                attempt()
            assert refusal.value.code == "not-adopted"

    def test_a_run_goes_on_piece_by_piece_and_forgets_nobody(
        self, books: Books, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(handlers, "PIECE", 2)
        books.adopt(clubs=3_000_00)
        ids = [enter(books, name) for name in "abcde"]
        late = enter(books, "late", activeFrom="2022-01-01")
        events, found = contribute(books)
        assert (len(events), found) == (5, dict.fromkeys(ids, "allocated"))
        assert late not in found
        assert contribute(books, "again") == ([], dict.fromkeys(ids, "already-allocated"))
        assert books.balance("clubs") == Balance(3_000_00, committed=3_000_00)
        assert books.differences() == []

    def test_a_withdrawn_contribution_returns_to_its_line_and_is_not_given_again(self, books: Books) -> None:
        adopt(books)
        one = enter(books, "a", kernen=["zuidoever", "de-plaat"])
        contribute(books)
        page = books.run(lambda tx: queries.all_contributions(tx.connection, ALL, 2021, one))
        (given,) = page.items
        (told,) = withdraw(books, given.id)
        assert isinstance(told, ContributionWithdrawn)
        assert (told.organisation_id, told.amount_cents, told.kernen) == (one, 600_00, given.kernen)
        assert books.balance("clubs") == Balance(1_800_00)
        assert contribute(books, "again") == ([], {one: "already-allocated"})
        with pytest.raises(Refused) as refusal:
            withdraw(books, given.id)
        assert refusal.value.code == "contribution-withdrawn"
        with pytest.raises(NotFound):
            withdraw(books, "none")
        assert books.differences() == []

    def test_it_is_not_withdrawn_before_it_was_given(self, books: Books) -> None:
        adopt(books)
        one = enter(books, "a")
        contribute(books)
        (given,) = books.run(lambda tx: queries.all_contributions(tx.connection, ALL, 2021, one)).items
        with pytest.raises(Invalid, match="when it was allocated"):
            withdraw(books, given.id, happenedOn="2021-06-14")

    def test_a_closed_year_gives_nobody_anything(self, books: Books, municipality: Municipality) -> None:
        books.adopt(2020)
        enter(books, "a")
        close(books, 2020)
        for attempt in (
            lambda: contribute(books, year=2020),
            lambda: books.run(lambda tx: queries.preview(tx.connection, 2020, "live", municipality)),
        ):
            with pytest.raises(Refused) as refusal:
                attempt()
            assert refusal.value.code == "year-closed"

    def test_a_year_is_not_closed_while_a_run_goes_on(
        self, books: Books, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(handlers, "PIECE", 1)
        books.adopt(2020)
        enter(books, "a")
        command = RunContributions(year=2020)
        books.told(lambda tx: handlers.run("run", command, tx))
        with pytest.raises(Refused) as refusal:
            close(books, 2020)
        assert refusal.value.code == "run-unfinished"
        books.told(timers.finish)
        close(books, 2020)

    @pytest.mark.parametrize("dies_at", [1, 2, 3])
    def test_after_a_death_amid_a_run_it_goes_on_with_nobody_twice_or_forgotten(
        self, books: Books, monkeypatch: pytest.MonkeyPatch, dies_at: int
    ) -> None:
        monkeypatch.setattr(handlers, "PIECE", 2)
        books.adopt(clubs=3_000_00)
        ids = [enter(books, name) for name in "abcde"]
        pieces = 0

        def here(point: str) -> None:
            nonlocal pieces
            pieces += point == "CP17"
            if pieces == dies_at:
                raise Died(point)

        monkeypatch.setattr(crash, "here", here)
        with pytest.raises(Died):
            contribute(books)
        monkeypatch.setattr(crash, "here", lambda _point: None)
        if dies_at == 1:  # the command itself was not committed: whoever sent it sends it again
            contribute(books)
        while books.told(timers.finish):
            pass
        found = outcomes(books.run(lambda tx: queries.contribution_run(tx.connection, "run")))
        assert found == dict.fromkeys(ids, "allocated")
        assert books.balance("clubs") == Balance(3_000_00, committed=3_000_00)
        assert books.differences() == []


class Died(BaseException):
    """Not an Exception: nothing may catch a death."""
