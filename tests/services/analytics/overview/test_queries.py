# SPDX-License-Identifier: EUPL-1.2
"""What the overview answers after a history, on both databases."""

from collections.abc import Iterable
from datetime import date

import pytest

from services.analytics.overview.labels import Counted
from services.analytics.overview.money_views import LineYear
from services.analytics.overview.views import KernOverview
from shared.contracts.refusals import NotFound
from tests.services.analytics import history as h
from tests.services.analytics.conftest import Analytics
from tests.services.analytics.history import History

NOORD, ZUID, PLAAT = ("noordoever",), ("zuidoever",), ("de-plaat",)
BOTH = (*NOORD, *ZUID)
DAY = date(2022, 3, 1)


def counts(of: Iterable[Counted]) -> dict[str, int]:
    return {it.code: it.count for it in of if it.count}


def cents(of: Iterable[LineYear]) -> dict[tuple[str, int], tuple[int | None, int, int, int]]:
    """Line and year to budgeted, reserved, committed, settled."""
    return {
        (it.line, it.year): (it.budget_cents, it.reserved_cents, it.committed_cents, it.settled_cents)
        for it in of
    }


@pytest.fixture
def told(analytics: Analytics) -> Analytics:
    told = (
        History()
        .say("y-2022", h.adopted(2022, clubs=1_800_00, shore=9_000_00, ferry=7_000_00))
        .say("y-2023", h.adopted(2023, clubs=1_800_00, shore=9_000_00))
        .say("o-1", h.registered(BOTH, date(2020, 1, 1), name="Oog op de oevers", sort="signal-group"))
        .say("o-2", h.registered(NOORD, date(2019, 5, 1), date(2022, 8, 31), name="Dorpsclub Noord"))
        .say("o-3", h.registered(ZUID, date(2020, 1, 1), name=None, sort="civil-society"))
        .say("c-1", h.contributed(BOTH, 2022, 750_00, sort="signal-group"))
        .say("c-2", h.contributed(NOORD, 2022, 600_00))
        .say("c-3", h.contributed(ZUID, 2022, 250_00, sort="civil-society"))
        .say("a-1", h.appointed(BOTH, date(2022, 7, 1)))
        .say("a-2", h.appointed(PLAAT, date(2022, 1, 1)), h.relieved(PLAAT, date(2022, 12, 31)))
        .say("i-1", h.submitted(BOTH, DAY), h.assigned(BOTH, DAY), h.assessed(BOTH, DAY, title="Steiger"))
        .say("g-1", h.grant("reserved", BOTH, 2022, 900_00), h.grant("allocated", BOTH, 2022, 900_00))
        .say("i-1", h.started(BOTH, DAY), h.realised(BOTH, DAY))
        .say("g-1", h.grant("settled", BOTH, 2022, 750_00, allocated=900_00))
        .say("g-1", h.grant("returned", BOTH, 2022, 150_00))
        .say("i-2", h.submitted(NOORD, date(2023, 2, 1), theme="together"))
        .say("g-2", h.grant("reserved", NOORD, 2023, 300_00, "i-3"))
        .say("g-3", h.grant("declined", ZUID, 2023, 5_000_00, "i-4", reason="above-kern-maximum"))
        .events
    )
    analytics.take(told)
    return analytics


def test_initiatives_by_state_at_each_kern_and_once_in_the_whole(told: Analytics) -> None:
    assert counts(told.kern("noordoever").initiatives.by_state) == {"realised": 1, "submitted": 1}
    assert counts(told.kern("zuidoever").initiatives.by_state) == {"realised": 1}
    whole = told.whole().initiatives
    assert (counts(whole.by_state), whole.total) == ({"realised": 1, "submitted": 1}, 2)
    assert counts(whole.by_theme) == {"water": 1, "together": 1}
    assert counts(whole.support) == {"network": 1, "money": 1}


def test_money_by_line_and_year(told: Analytics) -> None:
    assert cents(told.whole().money) == {
        ("clubs", 2022): (1_800_00, 0, 1_600_00, 0),
        ("shore", 2022): (9_000_00, 0, 750_00, 750_00),
        ("ferry", 2022): (7_000_00, 0, 0, 0),
        ("clubs", 2023): (1_800_00, 0, 0, 0),
        ("shore", 2023): (9_000_00, 300_00, 0, 0),
    }


def test_a_kern_has_half_of_a_shared_contribution_and_all_of_its_own_grant(told: Analytics) -> None:
    assert cents(told.kern("noordoever").money) == {
        ("clubs", 2022): (None, 0, 975_00, 0),
        ("shore", 2022): (None, 0, 750_00, 750_00),
        ("shore", 2023): (None, 300_00, 0, 0),
    }
    assert {it.kern_maximum_cents for it in told.kern("noordoever").money if it.line == "shore"} == {4_000_00}


def test_what_one_person_gets_stands_at_no_kern(told: Analytics) -> None:
    assert cents(told.kern("zuidoever").money) == {("clubs", 2022): (None, 0, 375_00, 0)}
    assert next(it for it in told.kernen().items if it.slug == "zuidoever").committed_cents == 375_00


def test_money_is_support_once_it_is_promised_and_not_when_it_is_asked_for(told: Analytics) -> None:
    asked = History().say("i-7", h.submitted(PLAAT, DAY), h.assessed(PLAAT, DAY))
    asked.say("g-7", h.grant("reserved", PLAAT, 2022, 900_00, "i-7"))
    told.take(asked.events)
    assert counts(told.kern("de-plaat").initiatives.support) == {"knowledge": 1}
    told.take(asked.say("g-7", h.grant("allocated", PLAAT, 2022, 900_00, "i-7")).events)
    assert counts(told.kern("de-plaat").initiatives.support) == {"knowledge": 1, "money": 1}


def test_money_decisions(told: Analytics) -> None:
    grants = told.whole().grants
    assert grants.total == 3
    assert counts(grants.by_state) == {"settled": 1, "reserved": 1, "declined": 1}
    assert counts(grants.declined_because) == {"above-kern-maximum": 1}


def test_one_year_alone(told: Analytics) -> None:
    view = told.whole(2023)
    assert counts(view.initiatives.by_state) == {"submitted": 1}
    assert {it.year for it in view.money} == {2023}
    assert view.years == told.whole().years == (2022, 2023)
    assert told.kern("noordoever", 2022).latest[0].id == "i-1"
    assert told.kern("noordoever", 2021).latest == ()


@pytest.mark.parametrize(("year", "noord", "whole"), [(2019, 1, 1), (2022, 2, 2), (2023, 1, 1), (None, 1, 1)])
def test_organisations_of_a_year_are_counted_as_they_are_listed(
    told: Analytics, year: int | None, noord: int, whole: int
) -> None:
    view = told.kern("noordoever", year)
    assert view.organisations.total == len(view.listed) == noord
    assert told.whole(year).organisations.total == whole


def test_an_organisation_of_two_kernen_names_both(told: Analytics) -> None:
    listed = told.kern("zuidoever").listed
    assert [(it.name, [kern.name for kern in it.kernen]) for it in listed] == [
        ("Oog op de oevers", ["Noordoever", "Zuidoever"])
    ]


@pytest.mark.parametrize(
    ("year", "present"),
    [(2021, set()), (2022, {"noordoever", "zuidoever", "de-plaat"}), (None, {"noordoever", "zuidoever"})],
)
def test_who_has_a_kernambtenaar_on_the_last_day_of_a_year_or_today(
    told: Analytics, year: int | None, present: set[str]
) -> None:
    assert {it.slug for it in told.kernen(year).items if it.kernambtenaar} == present
    assert (told.whole(year).kernambtenaar.present, told.whole(year).kernambtenaar.kernen) == (
        len(present),
        3,
    )


def test_since_when_there_is_a_kernambtenaar(told: Analytics) -> None:
    duty = told.kern("noordoever").kernambtenaar
    assert (duty.present, duty.since, duty.until) == (1, date(2022, 7, 1), None)
    ended = told.kern("de-plaat", 2022).kernambtenaar
    assert (ended.present, ended.since, ended.until) == (1, date(2022, 1, 1), date(2022, 12, 31))


def test_the_list_of_a_kern_shows_public_words_and_what_became_of_the_money(told: Analytics) -> None:
    new, done = told.kern("noordoever").latest
    assert (new.title, new.theme, new.label, new.grant) == (None, "Samen", "Ontvangen", None)
    assert (done.title, done.theme, done.label) == ("Steiger", "Water", "Gerealiseerd")
    assert done.grant is not None
    assert (done.grant.state, done.grant.settled_cents, done.grant.line) == ("settled", 750_00, "Oeverfonds")


def test_the_kernen_add_up_to_what_their_own_pages_say(told: Analytics) -> None:
    for it in told.kernen().items:
        own: KernOverview = told.kern(it.slug)
        assert it.initiatives == own.initiatives
        assert it.committed_cents == sum(money.committed_cents for money in own.money)
        assert it.organisations == own.organisations.total


def test_the_answer_says_when_its_last_event_was_recorded(told: Analytics) -> None:
    last = told.kern("de-plaat").as_of
    assert last is not None
    assert last == told.whole().as_of == told.kernen().as_of
    assert (last - h.BEGAN).total_seconds() == 22


def test_one_example_marks_the_answers_that_it_shows_in(told: Analytics) -> None:
    assert not told.whole().fictional
    told.take(History().say("i-9", h.submitted(PLAAT, DAY, origin="example")).events)
    assert told.whole().fictional
    assert told.kernen().fictional
    assert told.kern("de-plaat").fictional
    assert told.kern("de-plaat", 2022).fictional
    assert not told.kern("noordoever").fictional, "nothing there is invented"
    assert not told.whole(2023).fictional, "nothing of that year is"


def test_an_invented_commitment_marks_every_page_for_it_is_on_every_page(told: Analytics) -> None:
    met = h.met("plan", DAY).model_copy(update={"origin": "example"})
    told.take(History().say("m-9", met).events)
    assert told.kern("noordoever").fictional
    assert told.whole(2023).fictional
    assert not told.kernen().fictional


def test_a_kern_that_the_municipality_has_not(told: Analytics) -> None:
    with pytest.raises(NotFound, match="Waterrijk has no kern 'ingen'"):
        told.kern("ingen")


def test_every_figure_is_defined(told: Analytics) -> None:
    view = told.whole()
    defined = {it.figures for it in view.definitions}
    assert defined == {"initiatives", "support", "grants", "money", "organisations", "kernambtenaar"} | {
        "measures",
        "stories",
        "terms",
        "results",
    }
    assert all(it.definition and it.denominator and it.counted_by for it in view.definitions)


def test_a_line_that_is_no_longer_in_the_file_keeps_its_money(told: Analytics) -> None:
    told.take(History().say("y-2021", h.adopted(2021, old_line=5_00)).events)
    assert [(it.line, it.name) for it in told.whole(2021).money] == [("old-line", "old-line")]
