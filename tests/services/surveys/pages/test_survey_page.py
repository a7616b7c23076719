# SPDX-License-Identifier: EUPL-1.2
"""The page on which a survey is answered: kind, complete, and once per form or code."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.surveys.__main__ import SERVICE
from shared.http.app import create_app
from tests.access import DOOR
from tests.conftest import PATIENCE
from tests.services.surveys.conftest import Desk, ready
from tests.shared.http.serving import serving

BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


class Page(HTMLParser):
    """What is on a page: its fields with their values, its labels, links, ids and texts."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status, self.html = answer.status_code, answer.text
        self.fields: dict[str, str] = {}
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.links: list[str] = []
        self.described: list[str] = []
        self.text = ""
        self._select = self._textarea = ""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "id" in has:
            self.ids.append(has["id"])
        self.described += has.get("aria-describedby", "").split()
        if tag == "label":
            self.labelled.add(has["for"])
        if tag == "a":
            self.links.append(has["href"])
        if tag in ("input", "select", "textarea"):
            self.names.add(has["name"])
        if tag == "input" and (has["type"] not in ("radio", "checkbox") or "checked" in has):
            self.fields[has["name"]] = has.get("value", "")
        self._select = has["name"] if tag == "select" else self._select
        self._textarea = has["name"] if tag == "textarea" else ""
        if tag == "option" and "selected" in has:
            self.fields[self._select] = has["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._textarea:
            self.fields[self._textarea] = data.removeprefix("\n")


async def opened(api: httpx.AsyncClient, survey_id: str) -> Page:
    return Page(await api.get(f"/enquetes/{survey_id}", headers=BROWSER))


async def sent(api: httpx.AsyncClient, survey_id: str, fields: dict[str, str]) -> httpx.Response:
    return await api.post(f"/enquetes/{survey_id}", data=fields, headers=BROWSER)


FILLED = {"kern": "zuidoever", "vraag-mark": "7", "vraag-welcome": "agree", "vraag-why": "Zo is het."}


async def coded(desk: Desk, survey_id: str) -> dict[str, str]:
    return {"code": (await desk.invite(survey_id))[0]}


async def results(api: httpx.AsyncClient, survey_id: str) -> dict[str | None, dict[str, Any]]:
    await api.post(f"/v1/surveys/{survey_id}/closings", json={})
    found = (await api.get(f"/v1/surveys/{survey_id}/results?limit=200")).json()["items"]
    return {result["kern"]: result for result in found if result["indicator"] == "say-in-plans"}


async def test_every_field_has_its_label_and_every_reference_its_place(
    api: httpx.AsyncClient, desk: Desk
) -> None:
    page = await opened(api, await desk.plan(access="codes"))
    assert page.status == 200
    assert page.names == {"token", "code", "kern", "vraag-mark", "vraag-welcome", "vraag-why"}
    assert len(page.ids) == len(set(page.ids))
    fields = {
        name for name in page.ids if name.startswith(("vraag-", "code", "kern")) and "-hulp" not in name
    }
    assert page.labelled == fields
    assert set(page.described) <= set(page.ids)
    assert page.html.count("<fieldset") == page.html.count("<legend") == 2
    assert page.html.count("<h1") == 1
    assert '<html lang="nl">' in page.html
    assert "<script" not in page.html
    assert "style=" not in page.html
    loaded = r'<(?!a |link rel="alternate")[^>]*(?:src|href|action)="(?:https?:)?//'
    assert not re.search(loaded, page.html), "a page loads from this host only"
    assert "16 september" not in page.text
    assert "31 oktober 2021" in page.text


async def test_an_answer_given_on_the_page_is_in_the_results(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(kernen=["zuidoever"])
    for mark in (6, 7, 8, 7, 7):
        page = await opened(api, survey_id)
        given = {"vraag-mark": str(mark), "vraag-welcome": "agree" if mark == 7 else "neutral"}
        answer = await sent(api, survey_id, page.fields | FILLED | given | await coded(desk, survey_id))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/enquetes/{survey_id}/bedankt")
    thanks = Page(await api.get(answer.headers["location"], headers=BROWSER))
    assert (thanks.status, "Bedankt voor uw antwoorden" in thanks.text) == (200, True)
    found = await results(api, survey_id)
    assert (found["zuidoever"]["n"], found["zuidoever"]["value"]) == (5, 7.0)


async def test_the_same_form_twice_is_one_answer(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(kernen=["zuidoever"])
    form = (await opened(api, survey_id)).fields | FILLED | await coded(desk, survey_id)
    for mark in (5, 6, 6, 7, 8):
        given = {"vraag-mark": str(mark), "vraag-welcome": "agree" if mark > 6 else "disagree"}
        other = (await opened(api, survey_id)).fields | FILLED | given | await coded(desk, survey_id)
        assert (await sent(api, survey_id, other)).status_code == 303
    for _ in range(3):
        assert (await sent(api, survey_id, form)).status_code == 303
    assert (await results(api, survey_id))["zuidoever"]["n"] == 6
    late = await sent(api, survey_id, form)
    assert late.status_code == 303, "it was received, and is still so after closing"


async def test_what_is_missing_is_told_at_the_fields_and_what_was_filled_in_is_kept(
    api: httpx.AsyncClient, desk: Desk
) -> None:
    survey_id = await desk.plan()
    form = (await opened(api, survey_id)).fields | await coded(desk, survey_id)
    page = Page(
        await sent(api, survey_id, form | {"vraag-mark": "8", "vraag-why": "Omdat <b>ik</b> het vind."})
    )
    assert page.status == 400
    assert page.html.split("<title>")[1].startswith("Fout: ")
    assert [link for link in page.links if link in ("#kern", "#vraag-welcome-strongly-disagree")] == [
        "#kern", "#vraag-welcome-strongly-disagree",
    ]  # fmt: skip
    for link in page.links:
        assert not link.startswith("#") or link[1:] in page.ids
    assert {"kern-fout", "vraag-welcome-strongly-disagree-fout"} <= set(page.ids) & set(page.described)
    assert page.html.count('aria-invalid="true"') == 2
    assert page.html.count("Kies een kern uit de lijst.") == 2
    assert page.fields == form | {"vraag-mark": "8", "vraag-why": "Omdat <b>ik</b> het vind."}
    assert "<b>ik</b>" not in page.html
    good = await sent(api, survey_id, page.fields | {"kern": "zuidoever", "vraag-welcome": "neutral"})
    assert good.status_code == 303


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"kern": "atlantis"}, "Kies een kern uit de lijst."),
        ({"kern": "de-plaat"}, "Kies een kern uit de lijst."),
        ({"vraag-mark": "11"}, "Kies een cijfer bij ‘Welk cijfer geeft u?’"),
        ({"vraag-mark": "6.5"}, "Kies een cijfer bij ‘Welk cijfer geeft u?’"),
        ({"vraag-welcome": "yes"}, "Kies een antwoord bij ‘Ik voel mij welkom.’"),
        ({"vraag-why": "x" * 2001}, "Gebruik niet meer dan 2.000 tekens."),
        ({"vraag-why": "a\u0000b"}, "Wij kunnen een teken in uw tekst bij"),
        ({"vraag-why": "a\u202eb"}, "Wij kunnen een teken in uw tekst bij"),
    ],
)
async def test_what_cannot_be_an_answer_is_told_and_not_counted(
    api: httpx.AsyncClient, desk: Desk, changed: dict[str, str], told: str
) -> None:
    survey_id = await desk.plan(kernen=["noordoever", "zuidoever"])
    form = (await opened(api, survey_id)).fields
    page = Page(await sent(api, survey_id, form | FILLED | changed))
    assert (page.status, told in page.text) == (400, True)
    with desk.database.reader.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM reply").scalar() == 0


async def test_a_code_works_once_and_says_so_kindly(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(access="codes")
    code = (await api.post(f"/v1/surveys/{survey_id}/codes", json={"count": 1})).json()["codes"][0]
    form = (await opened(api, survey_id)).fields | FILLED
    without = Page(await sent(api, survey_id, form | {"code": " "}))
    assert (without.status, "Vul de code uit uw brief in." in without.text) == (400, True)
    unknown = Page(await sent(api, survey_id, form | {"code": "AAAA-BBBB-CCCC"}))
    assert (unknown.status, "Deze code kennen wij niet." in unknown.text) == (409, True)
    assert (unknown.fields["vraag-mark"], "#code" in unknown.links) == ("7", True)
    assert (await sent(api, survey_id, form | {"code": code.lower()})).status_code == 303
    assert (await sent(api, survey_id, form | {"code": code})).status_code == 303, "the same form again"
    another = (await opened(api, survey_id)).fields | FILLED
    used = Page(await sent(api, survey_id, another | {"code": code}))
    assert (used.status, "Met deze code is al een keer geantwoord." in used.text) == (409, True)
    with desk.database.reader.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM reply").scalar() == 1


async def test_before_and_after_the_page_says_when(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(access="open", openDate="2021-10-01")
    early = await opened(api, survey_id)
    assert (early.status, "vanaf 1 oktober 2021" in early.text, early.fields) == (200, True, {})
    desk.now = datetime(2021, 10, 1, 10, tzinfo=UTC)
    form = (await opened(api, survey_id)).fields | FILLED
    desk.now = datetime(2021, 11, 1, 10, tzinfo=UTC)
    late = Page(await sent(api, survey_id, form))
    assert (late.status, "Deze enquête is gesloten." in late.text) == (409, True)
    assert "Deze enquête is gesloten." in (await opened(api, survey_id)).text


async def test_an_example_says_that_it_is_one(api: httpx.AsyncClient, desk: Desk) -> None:
    assert "verzonnen voorbeeld" in (await opened(api, await desk.plan(origin="example"))).text
    assert "verzonnen voorbeeld" not in (await opened(api, await desk.plan())).text


async def test_a_page_that_is_not_there_is_told_in_dutch(api: httpx.AsyncClient) -> None:
    for path in ("/enquetes/none", "/enquetes/none/bedankt"):
        page = Page(await api.get(path, headers=BROWSER))
        assert (page.status, "Deze pagina bestaat niet" in page.text) == (404, True)
    assert (await sent(api, "none", {})).status_code == 404


async def test_the_first_page_leads_to_what_anybody_can_answer(api: httpx.AsyncClient, desk: Desk) -> None:
    open_id = await desk.plan(access="open")
    await desk.plan(access="codes", title="Met code")
    await desk.plan(access="open", openDate="2021-10-01", title="Later")
    page = Page(await api.get("/enquetes", headers=BROWSER))
    assert [link for link in page.links if link.startswith("/enquetes/")] == [f"/enquetes/{open_id}"]
    assert "/verhalen" in page.links


async def test_a_form_from_another_site_is_refused(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan()
    form = (await opened(api, survey_id)).fields | FILLED
    answer = await api.post(f"/enquetes/{survey_id}", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data", b""),
        ("application/x-www-form-urlencoded", b"kern=%ff%fe&vraag-mark=%00"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(300))),
        ("text/plain", b"\xff\xfe"),
    ],
)
async def test_what_is_no_form_is_refused_without_a_fault_of_ours(
    api: httpx.AsyncClient, desk: Desk, content_type: str, body: bytes
) -> None:
    survey_id = await desk.plan()
    headers = BROWSER | {"Content-Type": content_type}
    answer = await api.post(f"/enquetes/{survey_id}", content=body, headers=headers)
    assert answer.status_code == 400
    assert "Er ging iets mis" not in answer.text


async def test_an_open_link_asks_no_kern_and_has_one_result(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(access="open")
    page = await opened(api, survey_id)
    assert page.names == {"token", "vraag-mark", "vraag-welcome", "vraag-why"}
    assert "alleen een indruk van de hele gemeente" in page.text
    for mark in (6, 7, 8, 7, 7):
        form = (await opened(api, survey_id)).fields | FILLED | {"vraag-mark": str(mark)}
        assert (await sent(api, survey_id, form)).status_code == 303
    found = await results(api, survey_id)
    assert set(found) == {None}
    whole = found[None]
    assert (whole["n"], whole["standing"], whole["answersFrom"]) == (5, "indicative", "open")
    assert (whole["spread"], whole["distribution"], whole["invited"]) == (None, [], None)


async def test_who_sends_very_many_forms_has_to_wait(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(access="open")
    form = (await opened(api, survey_id)).fields | FILLED
    answers = [await sent(api, survey_id, form | {"token": f"{number:020}"}) for number in range(31)]
    assert [answer.status_code for answer in answers] == [303] * 30 + [429]
    late = Page(answers[-1])
    assert "Probeer het over een uur opnieuw." in late.text
    assert "Te veel formulieren" in late.text
    story = {"token": "a" * 20, "kern": "zuidoever", "text": "Een bank.", "consent": "ja"}
    assert (await api.post("/verhalen", data=story, headers=BROWSER)).status_code == 429
    assert (await opened(api, survey_id)).status == 200
    with desk.database.reader.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM reply").scalar() == 30


async def test_a_program_gets_a_problem_and_no_header_makes_it_another_sender(desk: Desk) -> None:
    """Through the server itself: the address is that of the connection."""
    survey_id = await desk.plan(access="open")
    app = create_app(SERVICE, desk.transactions, ready, CollectorRegistry(), DOOR, forms_per_hour=2)
    async with (
        serving(app) as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Sec-Fetch-Site": "same-origin"},
            timeout=PATIENCE,
        ) as it,
    ):
        answers = [
            await it.post(
                f"/enquetes/{survey_id}",
                data=FILLED | {"token": f"{number:020}"},
                headers={"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"},
            )
            for number in range(3)
        ]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.json()["status"], refused.headers["retry-after"]) == (429, "3600")
