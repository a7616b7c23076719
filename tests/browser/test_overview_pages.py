# SPDX-License-Identifier: EUPL-1.2
"""The overview as a browser draws it: at 320 px and wide, light and dark, by keyboard, without scripts.

Needs Chromium, which no requirement installs, and is therefore no part of `make test`.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from prometheus_client import CollectorRegistry

from services.analytics.__main__ import SERVICE
from shared.http import site
from shared.http.app import create_app
from shared.messaging.transaction import Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.access import DOOR
from tests.browser.conftest import asks_nobody_else, faults_by_axe, serving, shown
from tests.services.analytics import history as h
from tests.services.analytics.conftest import NOW, Analytics
from tests.services.analytics.history import History

PATHS = ["/", "/?year=2022", "/kernen/noordoever", "/kernen/noordoever?year=2022"]
WIDTHS = [320, 768, 1130, 1216, 1280]
SHEET = 680  # px between the margins of A4
SCHEMES = ["light", "dark"]
# Contrast of every text with what is painted behind it, by the formula of WCAG 2; [ratio, wanted, text].
CONTRASTS = Path(__file__).with_name("contrasts.js").read_text()


def told() -> History:
    """A year with everything in it, and long names."""
    kern, both, day = ("noordoever",), ("noordoever", "zuidoever"), date(2022, 3, 1)
    told = (
        History()
        .say("y-2022", h.adopted(2022, clubs=1_800_00, shore=9_000_00, ferry=7_000_00))
        .say("o-1", h.registered(both, date(2020, 1, 1), name="Signaleringsgroep Noordoever en Zuidoever"))
        .say("c-1", h.contributed(both, 2022, 750_00))
        .say("a-1", h.appointed(kern, date(2022, 7, 1)))
    )
    for place in range(12):
        title = "Ontmoetingsplaatsverbeteringsinitiatief aan de Noordoeversestraatweg"
        told.say(f"i-{place}", h.submitted(kern, day, origin="example"), h.assessed(kern, day, title=title))
        if place % 2:
            told.say(f"i-{place}", h.started(kern, day), h.realised(kern, day))
            grant = ("allocated", kern, 2022, 100_00, f"i-{place}")
            told.say(f"g-{place}", h.grant(*grant))
    told.say("r-19", h.measured((), 2019, 6.0)).say("r-20", h.measured((), 2020, 6.4))
    few: dict[str, Any] = {"n": 12, "standing": "indicative"}
    told.say("n-19", h.measured(kern, 2019, 5.5, "baseline", **few))
    told.say("n-20", h.measured(kern, 2020, 6.5, "interim", comparable_with=("baseline",)))
    told.say("n-21", h.measured(kern, 2021, None, "interim", comparable_with=("baseline",)))
    return told


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, municipality: Municipality) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("browser")
    database = Database(f"sqlite:///{directory / 'analytics.sqlite'}", "analytics")
    migrate(database, SERVICE.package)
    Analytics(database, municipality).take(told().events)
    site.theme.cache_clear()
    transactions = Transactions(database, municipality, clock=lambda: NOW)
    with serving(create_app(SERVICE, transactions, _ready, CollectorRegistry(), DOOR)) as found:
        yield found
    database.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, path: str, width: int) -> None:
    page = shown(browser, address + path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    clipped = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.getClientRects().length && "
        "e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('thead, .kernpuls-hidden'))"
        ".map(e => e.outerHTML.slice(0, 120))"
    )
    assert clipped == []
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_on_a_phone_no_cell_is_wider_than_its_card(browser: Browser, address: str, path: str) -> None:
    page = shown(browser, address + path, 320)
    wide = page.evaluate(
        "[...document.querySelectorAll('.kernpuls-cards tbody th, .kernpuls-cards tbody td')].filter(e => "
        "e.getClientRects().length && e.getBoundingClientRect().right > "
        "e.closest('tr').getBoundingClientRect().right).map(e => e.textContent)"
    )
    assert wide == []
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_on_paper_a_table_is_a_table_and_fits_the_sheet(browser: Browser, address: str, path: str) -> None:
    page = shown(browser, address + path, SHEET)
    page.emulate_media(media="print")
    tables = "[...document.querySelectorAll('table')].map(e => getComputedStyle(e).display)"
    assert set(page.evaluate(tables)) == {"table"}
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET
    assert page.evaluate("[...document.querySelectorAll('nav')].filter(e => e.getClientRects().length)") == []
    page.context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_every_text_stands_out_from_what_is_behind_it(
    browser: Browser, address: str, path: str, width: int, scheme: str
) -> None:
    page = shown(browser, address + path, width, scheme)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 40, "the measurement itself must find the texts"
    assert [it for it in found if it[0] < it[1]] == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(
    browser: Browser, address: str, axe: str, path: str, width: int, scheme: str
) -> None:
    page = shown(browser, address + path, width, scheme)
    assert faults_by_axe(page, axe) == []
    page.context.close()


def test_axe_finds_what_is_wrong(browser: Browser, address: str, axe: str) -> None:
    page = shown(browser, address + "/")
    page.evaluate("document.body.append(document.createElement('button'))")
    assert [fault.partition(":")[0] for fault in faults_by_axe(page, axe)][:1] == ["button-name"]
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_asks_nothing_of_another_host_and_nothing_is_refused(
    browser: Browser, address: str, path: str
) -> None:
    asks_nobody_else(browser, address, path)


def test_the_keyboard_goes_past_the_head_straight_to_the_content(browser: Browser, address: str) -> None:
    page = shown(browser, address + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "it is seen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    page.context.close()


def test_twice_as_large_letters_still_fit(browser: Browser, address: str) -> None:
    page = shown(browser, address + "/", 640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.context.close()
