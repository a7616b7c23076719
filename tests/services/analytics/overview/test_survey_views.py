# SPDX-License-Identifier: EUPL-1.2
"""What was measured: which rounds stand beside each other, and that what is suppressed shows no number."""

import re
from collections.abc import Iterable
from datetime import date

import httpx
import pytest

from services.analytics.overview.pages.plot import plot
from services.analytics.overview.survey_views import Measure
from shared.contracts import surveys as s
from shared.contracts.envelope import EventData
from tests.services.analytics import history as h
from tests.services.analytics.conftest import Analytics
from tests.services.analytics.history import History
from tests.services.analytics.overview.test_pages import page

NOORD, ZUID, WHOLE = ("noordoever",), ("zuidoever",), ()
SAY, WELCOME = "say-in-plans", "welcome-at-town-hall"
HIDDEN = "te weinig antwoorden om te tonen, om niemand herkenbaar te maken"


def benchmark(year: int, value: float, area: s.BenchmarkArea = "netherlands") -> EventData:
    return s.BenchmarkRecorded(
        **h.facts((), date(year, 11, 1)),
        area=area, instrument="burgerpeiling", indicator=SAY, year=year, unit="mark", value=value,
        n=None, source="Burgerpeiling",
    )  # fmt: skip


def marks(measures: Iterable[Measure]) -> list[list[tuple[str, int, float | None]]]:
    return [[(it.instrument, it.year, it.value) for it in measure.rounds] for measure in measures]


@pytest.fixture
def told(analytics: Analytics) -> Analytics:
    told = (
        History()
        .say("r-17", h.measured(WHOLE, 2017, 6.0, n=None, spread=None))
        .say("b-17", benchmark(2017, 6.1))
        .say("r-20", h.measured(WHOLE, 2020, 6.4))
        .say("base", h.measured(WHOLE, 2017, 5.1, "baseline"))
        .say("n-base", h.measured(NOORD, 2017, 5.5, "baseline", n=12, standing="indicative"))
        .say("n-study", h.measured(NOORD, 2018, 8.8, "study"))
        .say("n-inter", h.measured(NOORD, 2019, 6.5, "interim", comparable_with=("baseline",)))
        .say("n-own", h.measured(NOORD, 2020, 7.7))
        .say("z-inter", h.measured(ZUID, 2019, None, "interim", comparable_with=("baseline",)))
        .say("z-base", h.measured(ZUID, 2017, 9.3, "baseline"))
    )
    analytics.take(told.events)
    return analytics


def test_the_municipality_has_its_own_mark_with_the_benchmark_and_the_goal(told: Analytics) -> None:
    own, other = told.whole().measures
    assert marks([own, other]) == [
        [("burgerpeiling", 2017, 6.0), ("burgerpeiling", 2020, 6.4)],
        [("baseline", 2017, 5.1)],
    ]
    assert [(it.name, it.year, it.value) for it in own.others] == [("Nederland", 2017, 6.1)]
    assert [(it.year, it.value, it.reached) for it in own.goals] == [(2020, 6.5, False)]
    assert (other.others, other.goals) == ((), ())
    assert own.name == "Zeggenschap bij plannen"
    assert [it.n for it in own.rounds] == [None, 40]


def test_a_kern_is_compared_with_what_its_rounds_name_and_never_with_the_municipality(
    told: Analytics,
) -> None:
    measures = told.kern("noordoever").measures
    assert sorted(marks(measures)) == [
        [("baseline", 2017, 5.5), ("interim", 2019, 6.5)],
        [("burgerpeiling", 2020, 7.7)],
        [("study", 2018, 8.8)],
    ]
    assert all((it.others, it.goals) == ((), ()) for it in measures)


def test_three_rounds_stand_together_only_if_each_names_the_others(analytics: Analytics) -> None:
    told = (
        History()
        .say("1", h.measured(NOORD, 2017, 5.0, "baseline"))
        .say("2", h.measured(NOORD, 2019, 6.0, "interim", comparable_with=("baseline",)))
        .say("3", h.measured(NOORD, 2021, 7.0, "evaluation", comparable_with=("interim",)))
        .say(
            "4", h.measured(NOORD, 2019, 3.0, "interim", audience="officials", comparable_with=("baseline",))
        )
    )
    analytics.take(told.events)
    assert sorted(marks(analytics.kern("noordoever").measures)) == [
        [("baseline", 2017, 5.0), ("interim", 2019, 6.0)],
        [("evaluation", 2021, 7.0)],
        [("interim", 2019, 3.0)],
    ]


def test_a_percentage_stands_beside_no_mark(analytics: Analytics) -> None:
    said = h.measured(WHOLE, 2020, 61.5, indicator=WELCOME, unit="percentage", spread=None)
    analytics.take(History().say("p", said).say("b", benchmark(2020, 6.1)).events)
    (measure,) = analytics.whole().measures
    assert (measure.others, measure.goals, measure.unit) == ((), (), "percentage")


async def test_a_correction_takes_the_place_of_the_result(told: Analytics, client: httpx.AsyncClient) -> None:
    assert "6,0" in (await page(client, "/")).texts
    history = History().say(
        "r-17", h.measured(WHOLE, 2017, 6.0), h.measured(WHOLE, 2017, 5.8, corrected=True)
    )
    told.take(history.events[1:])
    assert marks(told.whole().measures)[0][0] == ("burgerpeiling", 2017, 5.8)
    texts = (await page(client, "/")).texts
    assert "5,8" in texts
    assert "6,0" not in texts


@pytest.mark.parametrize("subject", ["r-17", "another"], ids=["its next event", "another subject"])
async def test_a_real_round_takes_the_place_of_an_invented_one_and_says_so(
    analytics: Analytics, client: httpx.AsyncClient, subject: str
) -> None:
    invented = h.measured(WHOLE, 2017, 6.0).model_copy(update={"origin": "example"})
    history = History().say("r-17", invented).say("b-17", benchmark(2017, 6.1))
    analytics.take(history.events)
    assert analytics.whole().fictional
    analytics.take(history.say(subject, h.measured(WHOLE, 2017, 5.4)).events)
    assert not analytics.whole().fictional, "what is shown is real"
    (measure,) = analytics.whole().measures
    assert [(it.value, it.replaces_fictional) for it in measure.rounds] == [(5.4, True)]
    texts = (await page(client, "/")).texts
    assert "In plaats van een cijfer uit het voorbeeld" in texts
    assert "6,0" not in texts


def test_a_real_score_of_others_takes_the_place_of_an_invented_one(analytics: Analytics) -> None:
    invented = benchmark(2017, 6.9).model_copy(update={"origin": "example"})
    history = History().say("r-17", h.measured(WHOLE, 2017, 6.0)).say("example", invented)
    analytics.take(history.events)
    assert analytics.whole().fictional
    analytics.take(history.say("b-17", benchmark(2017, 6.1)).events)
    assert [it.value for it in analytics.whole().measures[0].others] == [6.1]
    assert not analytics.whole().fictional


def test_a_correction_of_a_real_result_replaces_nothing_invented(told: Analytics) -> None:
    history = History().say(
        "r-17", h.measured(WHOLE, 2017, 6.0), h.measured(WHOLE, 2017, 5.8, corrected=True)
    )
    told.take(history.events[1:])
    assert not told.whole().measures[0].rounds[0].replaces_fictional


async def test_a_goal_that_is_missed_is_said_in_words(told: Analytics, client: httpx.AsyncClient) -> None:
    text = " ".join((await page(client, "/")).texts)
    assert "Het doel voor 2020 is 6,5. In 2020 was het 6,4. Het doel is niet gehaald." in text
    history = History().say(
        "r-20", h.measured(WHOLE, 2020, 6.4), h.measured(WHOLE, 2020, 6.5, corrected=True)
    )
    told.take(history.events[1:])
    assert "Het doel is gehaald." in " ".join((await page(client, "/")).texts)


def test_the_picture_of_the_municipality_holds_no_other_instrument(told: Analytics) -> None:
    drawn = plot(told.whole().measures[0])
    assert drawn
    assert [dot.text for dot in drawn.dots] == ["6,0", "6,4"]
    assert [tick.text for tick in drawn.years] == ["2017", "2020"]
    assert [goal.text for goal in drawn.goals] == ["Doel voor 2020: 6,5"]
    first, last = drawn.dots
    assert float(first.y) > float(drawn.squares[0].y) > float(last.y) > float(drawn.goals[0].at)


async def test_no_mark_of_a_kern_is_on_the_page_of_the_municipality(
    told: Analytics, client: httpx.AsyncClient
) -> None:
    texts = " ".join((await page(client, "/")).texts)
    for mark in ("5,5", "8,8", "7,7", "9,3"):
        assert mark not in texts
    assert texts.count("Doel voor 2020") == 1


async def test_a_suppressed_result_shows_no_number_anywhere(
    told: Analytics, client: httpx.AsyncClient
) -> None:
    answer = (await client.get("/v1/kernen/zuidoever/overview")).json()
    (measure,) = answer["measures"]
    hidden = measure["rounds"][1]
    assert hidden["standing"] == "suppressed"
    assert [hidden[name] for name in ("value", "n", "spread")] == [None] * 3
    text = (await client.get("/kernen/zuidoever")).text
    row = next(row for row in re.findall(r"<tr.*?</tr>", text, re.S) if "Tussenmeting" in row)
    shown = re.sub(r"<[^>]+>", " ", row.replace("Tussenmeting 2019", "").replace("Enquête 2019", ""))
    assert HIDDEN in shown
    assert not re.search(r"\d", shown)
    assert "<circle" not in text, "one round alone is no comparison"


async def test_what_was_published_once_and_is_suppressed_now_is_gone(
    told: Analytics, client: httpx.AsyncClient
) -> None:
    history = History().say("z-base", h.measured(ZUID, 2017, 9.3, "baseline"))
    told.take(history.say("z-base", h.measured(ZUID, 2017, None, "baseline", corrected=True)).events[1:])
    for path in ("/kernen/zuidoever", "/v1/kernen/zuidoever/overview"):
        text = (await client.get(path)).text
        assert "9,3" not in text
        assert "9.3" not in text


async def test_few_answers_are_marked(told: Analytics, client: httpx.AsyncClient) -> None:
    texts = " ".join((await page(client, "/kernen/noordoever")).texts)
    assert "Nulmeting 2017 Indicatie: weinig antwoorden 5,5 12" in texts
    assert texts.count("Indicatie: weinig antwoorden") == 1
    assert "kernpuls-plot__dot--indicative" in (await client.get("/kernen/noordoever")).text


async def test_what_rests_on_an_open_link_is_marked_whatever_the_number_of_answers(
    told: Analytics, client: httpx.AsyncClient
) -> None:
    pulse = h.measured(
        WHOLE, 2021, 7.0, "pulse", standing="indicative", answers_from="open", n=500, spread=None
    )
    told.take(History().say("w-pulse", pulse).events)
    row = next(text for text in (await page(client, "/")).texts if "Indruk" in text)
    assert "Indruk: iedereen kon meedoen" in row
    assert "weinig antwoorden" not in row


async def test_the_answer_says_where_a_number_comes_from(told: Analytics, client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/overview")).json()
    measure = answer["measures"][0]
    assert measure["rounds"][1] == {
        "id": "r-20", "instrument": "burgerpeiling", "name": "Burgerpeiling", "year": 2020,
        "standing": "published", "value": 6.4, "n": 40, "spread": 1.3, "source": "Enquête 2020",
        "answersFrom": None, "replacesFictional": False,
    }  # fmt: skip
    assert measure["definition"] == "Het gemiddelde van cijfers van 1 tot 10, gevraagd aan inwoners."
    assert (answer["storyIds"], answer["openSurveys"]) == ([], [])


def test_a_survey_is_open_up_to_its_last_day_unless_it_was_closed(analytics: Analytics) -> None:
    def survey(first: date, last: date) -> EventData:
        return s.SurveyOpened(
            **h.facts(NOORD, first), instrument="pulse", audience="residents", title="Een vraag",
            access="open", opens_on=first, closes_on=last,
        )  # fmt: skip

    today = date(2023, 6, 15)
    facts = h.facts(NOORD, date(2023, 6, 10))
    closed = s.SurveyClosed(**facts, instrument="pulse", audience="residents")
    told = (
        History()
        .say("past", survey(date(2023, 5, 1), date(2023, 6, 14)))
        .say("now", survey(date(2023, 6, 1), today))
        .say("other", survey(today, date(2023, 7, 1)))
        .say("over", survey(date(2023, 6, 1), date(2023, 7, 1)))
        .say("over", closed)
    )
    analytics.take(told.events)
    assert [it.id for it in analytics.kern("noordoever").open_surveys] == ["now", "other"]
    assert [it.id for it in analytics.whole().open_surveys] == ["now", "other"]
    assert analytics.kern("zuidoever").open_surveys == ()
