# SPDX-License-Identifier: EUPL-1.2
"""The overview shows where residents had a say, what was done with it, networks and commitments."""

from datetime import date

import httpx
import pytest

from tests.services.analytics import history as h
from tests.services.analytics.conftest import Analytics
from tests.services.analytics.history import History

KERN = ["noordoever"]


def told() -> History:
    return (
        History()
        .say(
            "p-1",
            h.considered(KERN, date(2022, 3, 1)),
            h.asked(KERN, date(2022, 3, 8)),
            h.held(KERN, date(2022, 4, 1), 30),
            h.held(KERN, date(2023, 1, 9), 12),
            h.concluded(KERN, date(2023, 2, 1)),
        )
        .say("p-2", h.considered(["zuidoever"], date(2022, 5, 1), fits=False))
        .say("o-1", h.registered(KERN, date(2021, 1, 1)))
        .say("n-1", h.linked("noordoever", date(2022, 6, 1), "o-1"))
        .say("m-1", h.met("plan", date(2021, 7, 1)))
    )


def test_what_was_done_with_the_input_is_shown(analytics: Analytics) -> None:
    analytics.take(told().events)
    here = analytics.kern("noordoever").participation
    assert (here.total, here.activities, here.attendance) == (1, 2, 42)
    [process] = here.latest
    assert (process.label, process.rung, process.subject) == ("Klaar", "adviseren", "Plein")
    assert [(each.label, each.attendance) for each in process.activities] == [("Inloop", 30), ("Inloop", 12)]
    assert process.activities[0].groups == ("Jongeren",)
    assert [(each.label, each.answer) for each in process.points] == [
        ("Deels overgenomen", "Er komen er drie.")
    ]
    there = analytics.kern("zuidoever").participation
    assert [each.label for each in there.latest] == ["Niet gekozen voor participatie"]
    assert analytics.whole().participation.total == 2


def test_a_network_by_names_and_commitments_by_their_dates(analytics: Analytics) -> None:
    analytics.take(told().events)
    network = analytics.kern("noordoever").network
    assert network is not None
    assert (network.teams, network.roles) == (("Dorpsteam",), ("Actieve inwoner",))
    assert len(network.organisations) == 1
    assert analytics.kern("zuidoever").network is None
    plan, film = analytics.whole().milestones
    assert (plan.reached_on, plan.late) == (date(2021, 7, 1), True)
    assert (film.reached_on, film.late, film.when) == (None, False, "geen datum genoemd")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/kernen/noordoever", ["Meedenken en meebeslissen", "Er komen er drie.", "Jongeren", "Dorpsteam"]),
        ("/kernen/zuidoever", ["Niet gekozen voor participatie"]),
        ("/kernen/de-plaat", ["nog niet overwogen"]),
        ("/", ["Wat de gemeente heeft beloofd", "klaar op 1 juli 2021, later dan beloofd", "nog niet klaar"]),
    ],
)
async def test_the_pages_show_it(
    analytics: Analytics, client: httpx.AsyncClient, path: str, shown: list[str]
) -> None:
    analytics.take(told().events)
    page = await client.get(path)
    assert page.status_code == 200
    assert [words for words in shown if words not in page.text] == []
