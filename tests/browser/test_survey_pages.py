# SPDX-License-Identifier: EUPL-1.2
"""The survey and story pages as a browser draws them: on a phone and wide, light and dark, by keyboard."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from prometheus_client import CollectorRegistry

from services.surveys.__main__ import SERVICE
from services.surveys.stories import handlers as stories
from services.surveys.stories.commands import ReviewStory, TellStory
from services.surveys.survey import handlers
from services.surveys.survey.commands import PlanSurvey
from shared.http.app import create_app
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.access import DOOR
from tests.browser.conftest import asks_nobody_else, faults_by_axe, serving, shown
from tests.services.surveys.conftest import SURVEY

CONTRASTS = Path(__file__).with_name("contrasts.js").read_text()
PATHS = [
    "/enquetes",
    "/enquetes/open",
    "/enquetes/open/bedankt",
    "/enquetes/later",
    "/verhalen",
    "/verhalen/bedankt",
]
FORMS = ["/enquetes/open", "/verhalen"]
LONG = "Ontmoetingsplaatsverbeteringsinitiatief aan de Noordoeversestraatweg"


def fill(tx: Transaction) -> None:
    """A survey to answer, with every kind of question; one to wait for; a story to read."""
    dates = {"openDate": str(tx.today), "closeDate": str(tx.today + timedelta(30))}
    asked = SURVEY | dates | {"title": LONG, "introduction": "Wij horen het graag.", "origin": "example"}
    tx.record(
        handlers.plan("open", PlanSurvey.model_validate_json(json.dumps(asked | {"access": "codes"})), tx)
    )
    later = asked | {"openDate": str(tx.today + timedelta(7))}
    tx.record(handlers.plan("later", PlanSurvey.model_validate_json(json.dumps(later)), tx))
    story = TellStory(kern="noordoever", text=f"{LONG}.\nEn een tweede regel.", consent=True)
    stories.tell("story", story, tx)
    tx.record(stories.review("story", ReviewStory(publish="yes"), tx))


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, municipality: Municipality) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("browser")
    database = Database(f"sqlite:///{directory / 'surveys.sqlite'}", "surveys")
    migrate(database, SERVICE.package)
    transactions = Transactions(database, municipality)
    with database.engine.begin() as connection:
        fill(transactions.begin(connection, Cause("test")))
    with serving(
        create_app(SERVICE, transactions, _ready, CollectorRegistry(), DOOR, forms_per_hour=1_000)
    ) as found:
        yield found
    database.close()


def sent_empty(browser: Browser, url: str, width: int = 1280, scheme: str = "light") -> Page:
    """The page after its form was sent with nothing filled in: every fault there is."""
    page = shown(browser, url, width, scheme)
    page.click("button[type=submit]")
    page.wait_for_selector(".utrecht-alert--error")
    page.wait_for_load_state()  # its style too: without it, text has no colour of its own
    return page


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", [*PATHS, *(f"{path}!" for path in FORMS)])
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, path: str, width: int) -> None:
    look = sent_empty if path.endswith("!") else shown
    page = look(browser, address + path.rstrip("!"), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PATHS, *(f"{path}!" for path in FORMS)])
def test_every_text_stands_out_from_what_is_behind_it(
    browser: Browser, address: str, path: str, scheme: str
) -> None:
    look = sent_empty if path.endswith("!") else shown
    page = look(browser, address + path.rstrip("!"), 320, scheme)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 8, "the measurement itself must find the texts"
    assert [it for it in found if it[0] < it[1]] == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", [*PATHS, *(f"{path}!" for path in FORMS)])
def test_axe_finds_nothing(
    browser: Browser, address: str, axe: str, path: str, width: int, scheme: str
) -> None:
    page = (sent_empty if path.endswith("!") else shown)(browser, address + path.rstrip("!"), width, scheme)
    assert faults_by_axe(page, axe) == []
    page.context.close()


@pytest.mark.parametrize("path", FORMS)
def test_what_is_pressed_is_large_enough(browser: Browser, address: str, path: str) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 pixels at least; a label counts with its button."""
    page = shown(browser, address + path, 320)
    small = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button')]"
        ".map(e => (e.closest('.utrecht-form-field--radio, .utrecht-form-field--checkbox') || e))"
        ".map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 80)])"
        ".filter(([box]) => box.width < 24 || box.height < 24).map(([, html]) => html)"
    )
    assert small == []
    page.context.close()


@pytest.mark.parametrize("path", FORMS)
def test_each_fault_leads_to_its_field(browser: Browser, address: str, path: str) -> None:
    page = sent_empty(browser, address + path)
    links = page.locator(".utrecht-alert--error a")
    assert links.count() >= 2
    for place in range(links.count()):
        links.nth(place).click()
        target = links.nth(place).get_attribute("href") or ""
        field = page.locator(f"[id='{target[1:]}']")
        assert field.is_visible()
        field.focus()
        assert page.evaluate("document.activeElement.id") == target[1:]
    page.context.close()


def test_a_story_is_told_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = shown(browser, f"{address}/verhalen", 320)
    page.focus("#kern")
    page.keyboard.press("ArrowDown")
    for _field in ("theme", "text"):
        page.keyboard.press("Tab")
    page.keyboard.type("Wij maakten samen een bank.")
    for _field in ("contact", "consent"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verhalen/bedankt")
    assert page.inner_text("h1") == "Bedankt voor uw verhaal"
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_asked_of_another_host_and_nothing_is_refused(
    browser: Browser, address: str, path: str
) -> None:
    asks_nobody_else(browser, address, path)


def test_without_scripts_it_is_all_the_same(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/enquetes/open")
    page.click("button[type=submit]")
    assert page.title().startswith("Fout: ")
    assert page.locator(".utrecht-form-field-error-message").count() == 4  # code, kern, mark, agree
    context.close()
