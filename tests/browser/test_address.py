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
        ("Enquêtes en verhalen", "/enquetes"),
    ):
        page.click(f"text={label}")
        page.wait_for_url(suite.site + path)
        assert page.locator("[aria-current=true]").inner_text() == label
    page.click("text=Lees en vertel verhalen")
    page.select_option("select[name=kern]", "ingen")
    page.fill("[name=text]", "Samen maakten wij een bank.")
    page.check("[name=consent]")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{suite.site}/verhalen/bedankt")
    context.close()


def test_an_official_logs_in_goes_where_they_wanted_and_logs_out(browser: Browser, suite: Suite) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(suite.site)
    page.click("text=Lokaal postvak")
    page.wait_for_url(f"{suite.site}/inloggen?naar=/werk/postvak")
    page.fill("[name=token]", "geen code")
    page.click("main button[type=submit]")
    assert "niet geldig" in page.locator("[role=alert]").inner_text()
    page.fill("[name=token]", suite.run("token", "--name=A. Proef", "--role=privacy-officer").stdout.strip())
    page.click("main button[type=submit]")
    page.wait_for_url(f"{suite.site}/werk/postvak")
    [cookie] = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    page.click("text=Persoon opzoeken")
    assert "Wat weten wij" in page.locator("h1").inner_text()
    page.click("text=Inloggen of uitloggen")
    assert "A. Proef" in page.locator("main").inner_text()
    page.click("text=Uitloggen")
    page.wait_for_url(f"{suite.site}/")
    page.goto(f"{suite.site}/werk/postvak")
    assert page.url == f"{suite.site}/inloggen?naar=/werk/postvak"
    context.close()


@pytest.mark.parametrize("path", ["/", "/begroting", "/enquetes", "/nieuws", "/inloggen"])
def test_a_page_loads_all_that_it_needs_from_the_one_address(
    browser: Browser, suite: Suite, path: str
) -> None:
    asks_nobody_else(browser, suite.site, path)
