# SPDX-License-Identifier: EUPL-1.2
"""The one address in a browser: from one service's page to another's, and a form that is taken there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import asks_nobody_else
from tests.flows.suite import Suite, running


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    folder: Path = tmp_path_factory.mktemp("site")
    with running(folder / "suite") as suite:
        suite.up()
        yield suite


def test_from_one_service_to_another_by_the_menu(browser: Browser, suite: Suite) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(suite.site)
    for label, path in (
        ("Begroting", "/begroting"),
        ("Nieuws", "/nieuws"),
        ("Lokaal postvak", "/werk/postvak"),
    ):
        page.click(f"text={label}")
        page.wait_for_url(suite.site + path)
        assert page.locator("[aria-current=true]").inner_text() == label
    page.click("text=Enquêtes en verhalen")
    page.click("text=Lees en vertel verhalen")
    page.select_option("select[name=kern]", "ingen")
    page.fill("[name=text]", "Samen maakten wij een bank.")
    page.check("[name=consent]")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{suite.site}/verhalen/bedankt")
    context.close()


@pytest.mark.parametrize("path", ["/", "/begroting", "/enquetes", "/nieuws", "/werk/personen"])
def test_a_page_loads_all_that_it_needs_from_the_one_address(
    browser: Browser, suite: Suite, path: str
) -> None:
    asks_nobody_else(browser, suite.site, path)
