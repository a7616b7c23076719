# SPDX-License-Identifier: EUPL-1.2
"""Logging in, going on, and out: as a browser does it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.initiatives.__main__ import SERVICE
from services.initiatives.sessions.tables import session
from shared.access.door import Door
from shared.access.own import sign
from shared.access.record import record
from shared.access.session import Sessions
from shared.http.app import create_app
from tests.access import KEYS, OWN, bearer
from tests.services.initiatives.conftest import APPOINTMENT, Room

PAGE = "/werk/personen"
PERSON = {"accept": "text/html"}


class Browser:
    """What somebody does who clicks; `time` moves for the service and its door alike."""

    def __init__(self, room: Room, offers_roles: bool = True, is_secure: bool = False) -> None:
        self.room = room
        self.sessions = Sessions(KEYS, "gm9999", is_secure, offers_roles)
        door = Door([OWN], lambda: room.now, OWN, self.sessions.cookie)
        app = create_app(SERVICE, room.transactions, ready, CollectorRegistry(), door, sessions=self.sessions)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://localhost", headers=PERSON
        )

    async def log_in(self, **form: str) -> httpx.Response:
        return await self.client.post("/inloggen", data=form)

    async def sees(self, path: str = PAGE) -> int | str:
        """What a page answers: its status, or where it sends on to."""
        answer = await self.client.get(path)
        return answer.headers.get("location") or answer.status_code


async def ready() -> dict[str, str]:
    return {}


@pytest.fixture
async def browser(room: Room) -> AsyncIterator[Browser]:
    browser = Browser(room)
    async with browser.client:
        yield browser


async def test_in_act_and_out(browser: Browser) -> None:
    assert await browser.sees() == f"/inloggen?naar={PAGE}"
    entered = await browser.log_in(role="privacy-officer", naar=PAGE)
    assert (entered.status_code, entered.headers["location"]) == (303, PAGE)
    cookie = entered.headers["set-cookie"]
    assert "; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax" in cookie
    assert await browser.sees() == 200
    assert (await browser.client.post(PAGE, data={"email": "a@b.nl"})).status_code == 404
    assert "privacymedewerker" in (await browser.client.get("/inloggen")).text
    left = await browser.client.post("/inloggen/uit")
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert await browser.sees() == f"/inloggen?naar={PAGE}"


async def test_another_role_sees_a_page_that_says_so(browser: Browser) -> None:
    await browser.log_in(role="controller")
    answer = await browser.client.get(PAGE)
    assert answer.status_code == 403
    assert "Dit is niet voor u" in answer.text


async def test_a_session_is_looked_at_again_after_ten_minutes(browser: Browser, room: Room) -> None:
    await browser.log_in(role="privacy-officer")
    before = browser.client.cookies[browser.sessions.cookie]
    room.now += timedelta(minutes=11)
    assert await browser.sees() == f"/inloggen/verder?naar={PAGE}"
    assert (await browser.client.post(PAGE, data={"email": "a@b.nl"})).status_code == 404  # is taken
    assert await browser.sees(f"/inloggen/verder?naar={PAGE}") == PAGE
    assert browser.client.cookies[browser.sessions.cookie] != before
    assert await browser.sees() == 200


async def test_who_does_nothing_for_half_an_hour_logs_in_again(browser: Browser, room: Room) -> None:
    await browser.log_in(role="privacy-officer")
    room.now += timedelta(minutes=32)
    assert await browser.sees() == f"/inloggen?naar={PAGE}"
    assert (await browser.client.post(PAGE, data={"email": "a@b.nl"})).status_code == 401


async def test_a_session_ends_after_eight_hours_whatever_is_done(browser: Browser, room: Room) -> None:
    await browser.log_in(role="privacy-officer")
    for _ in range(31):
        room.now += timedelta(minutes=15)
        assert await browser.sees(f"/inloggen/verder?naar={PAGE}") == PAGE
    room.now += timedelta(minutes=16)
    assert await browser.sees(f"/inloggen/verder?naar={PAGE}") == f"/inloggen?naar={PAGE}"
    assert await browser.sees() == f"/inloggen?naar={PAGE}"


async def test_a_session_that_was_ended_goes_no_further_elsewhere_either(
    browser: Browser, room: Room
) -> None:
    """A copy of its cookie is believed for half an hour at most."""
    await browser.log_in(role="privacy-officer")
    copy = browser.client.cookies[browser.sessions.cookie]
    await browser.client.post("/inloggen/uit")
    browser.client.cookies.set(browser.sessions.cookie, copy)
    room.now += timedelta(minutes=11)
    assert await browser.sees(f"/inloggen/verder?naar={PAGE}") == f"/inloggen?naar={PAGE}"


async def test_with_a_token_of_the_server_until_it_ends(room: Room) -> None:
    browser = Browser(room, offers_roles=False)
    token = bearer(["privacy-officer"], subject="server:root", clock=lambda: room.now)["Authorization"]
    assert "Kies een rol" not in (await browser.client.get("/inloggen")).text
    assert (await browser.log_in(role="privacy-officer")).status_code == 403
    assert (await browser.log_in(token="eyJ.x.y")).status_code == 403
    assert (await browser.log_in(token=token.removeprefix("Bearer "), naar=PAGE)).status_code == 303
    assert await browser.sees() == 200
    room.now += timedelta(minutes=29)
    assert await browser.sees(f"/inloggen/verder?naar={PAGE}") == PAGE
    with room.database.reader.connect() as connection:
        row = connection.execute(select(session)).one()
    assert (row.subject, row.roles) == ("server:root", ["privacy-officer"])
    assert row.ends_at - row.began_at <= timedelta(hours=8)


async def test_a_machine_does_not_log_in(room: Room) -> None:
    browser = Browser(room)
    token = bearer(scopes=["read"], clock=lambda: room.now)["Authorization"].removeprefix("Bearer ")
    assert (await browser.log_in(token=token)).status_code == 403


async def test_nobody_chooses_a_role_where_somebody_real_works(browser: Browser, room: Room) -> None:
    room.appoint("a1", **{**APPOINTMENT, "origin": "example"})
    assert "Kernambtenaar van Noordoever" in (await browser.client.get("/inloggen")).text
    assert (await browser.log_in(role="kernambtenaar", officer="o-nobody")).status_code == 403
    assert (await browser.log_in(role="kernambtenaar", officer="officer-7")).status_code == 303
    browser.client.cookies.clear()
    room.appoint("a2", **APPOINTMENT)
    assert "Kies een rol" not in (await browser.client.get("/inloggen")).text
    assert (await browser.log_in(role="privacy-officer")).status_code == 403


@pytest.mark.parametrize(
    "where", ["https://elders.example/werk/x", "//elders.example", "/werk//elders.example", "/", ""]
)
async def test_nobody_is_sent_elsewhere(browser: Browser, where: str) -> None:
    entered = await browser.log_in(role="privacy-officer", naar=where)
    assert entered.headers["location"] == "/inloggen"


async def test_under_tls_nobody_else_can_set_the_cookie(room: Room) -> None:
    browser = Browser(room, is_secure=True)
    entered = await browser.log_in(role="privacy-officer")
    assert entered.headers["set-cookie"].startswith("__Host-kernpuls-gm9999=")
    assert entered.headers["set-cookie"].endswith("; Secure")


@pytest.mark.parametrize(
    "sent", ["kernpuls-gm9999=x.y.z", "kernpuls-gm9998=a", "kernpuls-gm9999=a; kernpuls-gm9999=b"]
)
async def test_a_cookie_of_another_is_nobody(browser: Browser, sent: str) -> None:
    answer = await browser.client.get(PAGE, headers={"cookie": sent})
    assert answer.headers["location"] == f"/inloggen?naar={PAGE}"


async def test_a_session_is_no_token_and_a_token_is_no_session(browser: Browser, room: Room) -> None:
    await browser.log_in(role="privacy-officer")
    cookie = browser.client.cookies[browser.sessions.cookie]
    both = await browser.client.get(PAGE, headers=bearer(["privacy-officer"], clock=lambda: room.now))
    assert both.status_code == 400
    browser.client.cookies.clear()
    as_token = await browser.client.get(PAGE, headers={"Authorization": f"Bearer {cookie}"})
    assert as_token.status_code in (303, 401)
    token = bearer(["privacy-officer"], clock=lambda: room.now)["Authorization"].removeprefix("Bearer ")
    as_session = await browser.client.get(PAGE, headers={"cookie": f"{browser.sessions.cookie}={token}"})
    assert as_session.headers["location"] == f"/inloggen?naar={PAGE}"


async def test_ended_sessions_are_forgotten_after_a_month(browser: Browser, room: Room) -> None:
    await browser.log_in(role="privacy-officer")
    room.now += timedelta(days=31)
    room.tick()
    with room.database.reader.connect() as connection:
        assert connection.execute(select(session)).all() == []


async def test_a_session_does_not_outlive_the_code_it_was_begun_with(room: Room) -> None:
    browser = Browser(room)
    token = sign(KEYS, "server:A", lambda: room.now, ["privacy-officer"], (), timedelta(minutes=5))
    assert (await browser.log_in(token=token)).status_code == 303
    assert await browser.sees() == 200
    room.now += timedelta(minutes=7)
    assert await browser.sees() == f"/inloggen?naar={PAGE}"


async def test_the_api_is_not_read_with_a_session_that_was_not_looked_at(
    browser: Browser, room: Room
) -> None:
    await browser.log_in(role="privacy-officer")
    assert await browser.sees("/v1/erasures") == 200
    room.now += timedelta(minutes=11)
    assert await browser.sees("/v1/erasures") == 401


async def test_who_logs_in_is_recorded(browser: Browser, room: Room) -> None:
    await browser.log_in(role="privacy-officer")
    with room.database.reader.connect() as connection:
        row = connection.execute(select(record)).one()
    assert (row.act, row.role, row.subject) == (
        "POST /inloggen",
        "privacy-officer",
        "example-privacy-officer",
    )


async def test_where_the_private_key_is_not_nobody_logs_in(room: Room, tmp_path: Path) -> None:
    browser = Browser(room)
    object.__setattr__(browser.sessions, "keys", tmp_path)
    assert "niet inloggen" in (await browser.client.get("/inloggen")).text
    assert (await browser.log_in(role="privacy-officer")).status_code == 403
