# SPDX-License-Identifier: EUPL-1.2
"""The budget's pages as a browser draws them: on a phone and wide, light and dark, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from prometheus_client import CollectorRegistry
from sqlalchemy import update

from services.budget.__main__ import SERVICE
from services.budget.ledger.tables import lines
from shared.http.app import create_app
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.access import DOOR
from tests.browser.conftest import asks_nobody_else, faults_by_axe, serving, shown
from tests.services.budget.acts import adopt, close, contribute, enter
from tests.services.budget.books import Books, assessed

CONTRASTS = Path(__file__).with_name("contrasts.js").read_text()
PATHS = ["/begroting", "/begroting?year=2020", "/verantwoording/2021", "/verantwoording/2020"]
LONG = "Ontmoetingsplaatsverbeteringsinitiatievenfonds"


def fill(books: Books) -> None:
    """A year that goes on, as an example; and one that is closed, of millions, with a ceiling, whose ledger
    is not the sum of its postings."""
    ceiling = {"publication": "Gemeenteblad 2019, 7", "distribution": "first-come"}
    most = [{"line": "shore", "amountCents": 98_765_432_10, "ceiling": ceiling}]
    adopt(books, year=2020, lines=most, totalCents=98_765_432_10)
    close(books, 2020)
    wrong = update(lines).where(lines.c.year == 2020).values(committed_cents=12_345_67)
    books.run(lambda tx: tx.connection.execute(wrong))
    adopt(books, year=2021, origin="example")
    enter(books, "Dorpsclub", origin="example")
    contribute(books, origin="example")
    for number, cents in enumerate((400_00, 800_00)):
        books.assess(assessed(f"i{number}", cents, origin="example"))


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, municipality: Municipality) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("browser")
    database = Database(f"sqlite:///{directory / 'budget.sqlite'}", "budget")
    migrate(database, SERVICE.package)
    long = [
        line.model_copy(update={"name": LONG}) if line.id == "shore" else line for line in municipality.lines
    ]
    books = Books(database, municipality.model_copy(update={"lines": tuple(long)}))
    fill(books)
    with serving(create_app(SERVICE, books.transactions, _ready, CollectorRegistry(), DOOR)) as found:
        yield found
    database.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, path: str, width: int) -> None:
    page = shown(browser, address + path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
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


def test_a_table_stays_within_the_page(browser: Browser, address: str) -> None:
    """Wider than the rest it looks broken, long before the screen has to scroll."""
    for path in PATHS:
        page = shown(browser, address + path)
        edge = page.evaluate(
            "document.querySelector('.kernpuls-masthead__owner').getBoundingClientRect().right"
        )
        table = page.evaluate("document.querySelector('table').getBoundingClientRect().right")
        assert table <= edge + 1, path
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_every_text_stands_out_from_what_is_behind_it(
    browser: Browser, address: str, path: str, width: int, scheme: str
) -> None:
    page = shown(browser, address + path, width, scheme)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 20, "the measurement itself must find the texts"
    assert [it for it in found if it[0] < it[1]] == []
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_what_is_pressed_is_large_enough(browser: Browser, address: str, path: str) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 pixels at least; a link within a sentence is as high as its line."""
    page = shown(browser, address + path, 320)
    small = page.evaluate(
        "[...document.querySelectorAll('nav a, header a')].map(e => [e.getBoundingClientRect(), e.outerHTML])"
        ".filter(([box]) => box.width < 24 || box.height < 24).map(([, html]) => html)"
    )
    assert small == []
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_every_cell_is_told_with_its_head(browser: Browser, address: str, path: str) -> None:
    """On a phone the heads of the columns are out of sight: each cell names its own, or is a picture."""
    page = shown(browser, address + path, 320)
    heads = page.locator("thead th").all_inner_texts()
    for row in page.locator("tbody tr").all():
        told = [cell.get_attribute("data-label") for cell in row.locator("td:not(.kernpuls-picture)").all()]
        assert told == [head for head in heads[1:] if head != "Deel van de begroting"]
        assert row.locator("th[scope=row]").count() == 1
    page.context.close()


def test_what_is_wrong_is_said_first(browser: Browser, address: str) -> None:
    page = shown(browser, address + "/verantwoording/2020", 320)
    warned = page.locator("main strong").all_inner_texts()
    assert [text.split(".")[0] for text in warned] == [
        "De tellingen zijn niet gelijk",
        "Het grootboek klopt niet met zijn boekingen",
        "Het overzicht antwoordt nu niet",
    ]
    [fault] = page.locator("main ul li").all_inner_texts()
    assert ": toegezegd is " in fault
    assert "volgens de boekingen" in fault
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_asked_of_another_host_and_nothing_is_refused(
    browser: Browser, address: str, path: str
) -> None:
    asks_nobody_else(browser, address, path)


def test_by_keyboard_from_the_year_to_its_report(browser: Browser, address: str) -> None:
    page = shown(browser, address + "/begroting")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "2020"
    page.keyboard.press("Enter")
    page.wait_for_url("**/begroting?year=2020")
    page.get_by_role("link", name="Verantwoording").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/verantwoording/2020")
    assert page.inner_text("h1") == "Verantwoording 2020"
    page.context.close()


def test_twice_as_large_letters_still_fit(browser: Browser, address: str) -> None:
    for path in PATHS:
        page = shown(browser, address + path, 640)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path
        page.context.close()
