# SPDX-License-Identifier: EUPL-1.2
"""The register of organisations, on both databases."""

from datetime import date
from typing import Any

import pytest

from services.budget.organisations import queries
from shared.contracts.budget import OrganisationChanged, OrganisationEnded
from shared.contracts.refusals import Invalid, NotFound, Refused
from tests.services.budget.acts import change, end, enter
from tests.services.budget.books import Books


class TestRegister:
    def test_an_organisation_may_cover_several_kernen_and_has_a_name(self, books: Books) -> None:
        enter(
            books, "Oeverwacht", "signal-group", kernen=["noordoever", "de-plaat"], activeUntil="2023-12-31"
        )
        view = books.run(lambda tx: queries.organisation(tx.connection, "org-Oeverwacht"))
        assert (view.name, view.kernen) == ("Oeverwacht", ("noordoever", "de-plaat"))
        assert (view.active_from, view.active_until) == (date(2020, 1, 1), date(2023, 12, 31))

    def test_a_natural_person_has_no_name_here(self, books: Books) -> None:
        enter(books, None, "civil-society", kernen=[])
        with pytest.raises(Invalid) as invalid:
            enter(books, "Jan", "civil-society")
        assert [error.field for error in invalid.value.errors] == ["name"]

    def test_all_that_is_wrong_is_told_at_once(self, books: Books) -> None:
        kernen = ["noordoever", "atlantis", "noordoever"]
        with pytest.raises(Invalid) as invalid:
            enter(books, None, kernen=kernen, activeUntil="2019-12-31", happenedOn="2022-01-01")
        told = [error.field for error in invalid.value.errors]
        assert told == ["happenedOn", "kernen.1", "kernen.2", "name", "activeUntil"]
        assert books.written() == 0

    def test_a_creditor_number_is_digits_and_in_no_event(self, books: Books) -> None:
        one = enter(books, "a", creditorNumber="0012345")
        assert books.run(lambda tx: queries.organisation(tx.connection, one)).creditor_number == "0012345"
        assert change(books, one, creditorNumber="777") == []
        (told,) = change(books, one, creditorNumber="888", name="b")
        assert "888" not in told.model_dump_json()
        for wrong in ("", "12a", "-1", "1" * 11, "１２", 12, "NL91ABNA0417164300"):
            with pytest.raises(ValueError, match="creditorNumber"):
                enter(books, "c", creditorNumber=wrong)

    def test_a_change_tells_what_the_organisation_is_now(self, books: Books) -> None:
        one = enter(books, "a", kernen=["zuidoever"], creditorNumber="1")
        (told,) = change(books, one, kernen=["zuidoever", "de-plaat"], name="Oever")
        assert isinstance(told, OrganisationChanged)
        assert (told.name, told.kernen, told.active_from) == (
            "Oever", ("zuidoever", "de-plaat"), date(2020, 1, 1),
        )  # fmt: skip
        assert change(books, one, name="Oever") == []
        view = books.run(lambda tx: queries.organisation(tx.connection, one))
        assert (view.name, view.kernen, view.creditor_number) == ("Oever", ("zuidoever", "de-plaat"), "1")

    def test_its_first_kern_never_changes(self, books: Books) -> None:
        one = enter(books, "a", kernen=["zuidoever", "de-plaat"])
        for kernen in (["de-plaat", "zuidoever"], [], ["noordoever"]):
            with pytest.raises(Invalid, match="another kern"):
                change(books, one, kernen=kernen)

    def test_an_ending_tells_its_last_day(self, books: Books) -> None:
        one = enter(books, "a")
        (told,) = end(books, one, activeUntil="2021-06-30")
        assert isinstance(told, OrganisationEnded)
        assert told.active_until == date(2021, 6, 30)
        with pytest.raises(Invalid, match="before activeFrom"):
            end(books, one, activeUntil="2019-12-31")
        with pytest.raises(NotFound):
            end(books, "nobody", activeUntil="2021-06-30")

    def test_what_one_person_does_nobody_does_beside_them(self, books: Books) -> None:
        person: dict[str, Any] = {"kind": "civil-society", "kernen": []}
        first = enter(books, None, **person)
        before = books.written()
        with pytest.raises(Refused, match="end that one first") as refusal:
            enter(books, None, **person, activeFrom="2021-07-01")
        assert (refusal.value.code, books.written()) == ("one-at-a-time", before)
        end(books, first, activeUntil="2021-06-30")
        with pytest.raises(Refused):
            enter(books, None, **person, activeFrom="2021-06-30")
        enter(books, None, **person, activeFrom="2021-07-01")
        with pytest.raises(Refused):
            end(books, first, activeUntil="2021-07-01")
