# SPDX-License-Identifier: EUPL-1.2
"""What a page elsewhere has somebody's browser do: its forms are refused, and so is a name of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser
from prometheus_client import CollectorRegistry
from sqlalchemy import func, select

from services.surveys.__main__ import SERVICE
from services.surveys.tables import stories
from shared.http.app import create_app
from shared.messaging.transaction import Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.access import DOOR
from tests.browser.conftest import serving

FIELDS = {"kern": "noordoever", "text": "Van elders.", "consent": "yes"}


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'surveys.sqlite'}", "surveys")
    migrate(database, SERVICE.package)
    yield database
    database.close()


@pytest.fixture
def address(store: Database, municipality: Municipality) -> Iterator[str]:
    app = create_app(SERVICE, Transactions(store, municipality), _ready, CollectorRegistry(), DOOR)
    with serving(app) as found:
        yield found


def told(store: Database) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(stories)).scalar_one())


def a_form(action: str) -> FastAPI:
    """A page of somebody else, which sends its form as soon as it is opened."""
    fields = "".join(f'<input name="{name}" value="{value}">' for name, value in FIELDS.items())
    page = f'<form method="post" action="{action}">{fields}</form><script>document.forms[0].submit()</script>'
    app = FastAPI()
    app.add_api_route("/", lambda: HTMLResponse(page))
    return app


def answered(browser: Browser, url: str, asked: str) -> int:
    """Open a page; the status of what the browser is answered at an address that it goes on to."""
    page = browser.new_context().new_page()
    with page.expect_response(asked) as answer:
        page.goto(url)
    status = answer.value.status
    page.context.close()
    return status


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"], ids=["another port", "another site"])
def test_a_form_of_a_page_elsewhere_is_refused(
    browser: Browser, address: str, store: Database, name: str
) -> None:
    form = f"{address}/verhalen"
    with serving(a_form(form)) as elsewhere:
        assert answered(browser, elsewhere.replace("127.0.0.1", name), form) == 403
    assert told(store) == 0


def test_the_same_form_of_our_own_page_is_taken(browser: Browser, address: str, store: Database) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{address}/verhalen")
    page.select_option("select[name=kern]", FIELDS["kern"])
    page.fill("[name=text]", FIELDS["text"])
    page.check("[name=consent]")
    page.click("main button[type=submit]")
    page.wait_for_url("**/verhalen/bedankt*")
    page.context.close()
    assert told(store) == 1


def test_a_name_of_somebody_else_that_leads_here_is_refused(browser: Browser, address: str) -> None:
    """As by DNS rebinding: the browser takes the page for theirs."""
    rebound = address.replace("127.0.0.1", "rebound.example")
    assert answered(browser, f"{rebound}/enquetes", f"{rebound}/enquetes") == 421
    assert answered(browser, f"{address}/enquetes", f"{address}/enquetes") == 200
