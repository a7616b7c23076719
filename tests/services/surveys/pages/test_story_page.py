# SPDX-License-Identifier: EUPL-1.2
"""The page on which a story is told and the published ones are read."""

import httpx
import pytest

from tests.services.surveys.conftest import Desk
from tests.services.surveys.pages.test_survey_page import BROWSER, Page

FILLED = {"kern": "zuidoever", "text": "Wij maakten\r\nsamen een bank.", "consent": "ja"}


async def opened(api: httpx.AsyncClient) -> Page:
    return Page(await api.get("/verhalen", headers=BROWSER))


async def test_a_story_told_on_the_page_waits_for_review_and_is_then_read_there(
    api: httpx.AsyncClient, desk: Desk
) -> None:
    form = (await opened(api)).fields | FILLED | {"theme": "water", "contact": "bel mij"}
    for _ in range(2):  # the same form, sent twice
        answer = await api.post("/verhalen", data=form, headers=BROWSER)
        assert (answer.status_code, answer.headers["location"]) == (303, "/verhalen/bedankt")
    thanks = Page(await api.get("/verhalen/bedankt", headers=BROWSER))
    assert "Bedankt voor uw verhaal" in thanks.text
    (told,) = (await api.get("/v1/stories")).json()["items"]
    assert (told["text"], told["theme"], told["origin"]) == ("Wij maakten\nsamen een bank.", "water", "live")
    assert "bank" not in (await opened(api)).text
    await api.post(f"/v1/stories/{told['id']}/reviews", json={"publish": "yes"})
    page = await opened(api)
    assert ("samen een bank." in page.text, "Zuidoever, 15 september 2021" in page.text) == (True, True)
    await api.post(f"/v1/stories/{told['id']}/withdrawals", json={})
    assert "bank" not in (await opened(api)).text


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"kern": ""}, "kern", "Kies een kern uit de lijst."),
        ({"kern": "atlantis"}, "kern", "Kies een kern uit de lijst."),
        ({"theme": "horoscopes"}, "theme", "Kies een onderwerp uit de lijst"),
        ({"text": "  "}, "text", "Schrijf uw verhaal op."),
        ({"text": "x" * 5001}, "text", "Gebruik niet meer dan 5.000 tekens."),
        ({"text": "a\u202eb"}, "text", "een teken in uw tekst"),
        ({"contact": "a\tb"}, "contact", "een teken in uw tekst"),
        ({"consent": ""}, "consent", "Zet hier een vinkje."),
    ],
)
async def test_what_is_missing_is_told_at_the_field(
    api: httpx.AsyncClient, changed: dict[str, str], field: str, told: str
) -> None:
    form = (await opened(api)).fields | FILLED
    page = Page(await api.post("/verhalen", data=form | changed, headers=BROWSER))
    assert (page.status, told in page.text, f"#{field}" in page.links) == (400, True, True)
    assert {field, f"{field}-fout"} <= set(page.ids)
    assert f"{field}-fout" in page.described
    assert (await api.get("/v1/stories")).json()["items"] == []
    kept = {name: value for name, value in page.fields.items() if name in ("kern", "consent") and value}
    wanted = {
        name: value for name, value in (FILLED | changed).items() if name in ("kern", "consent") and value
    }
    assert kept == {n: v for n, v in wanted.items() if v != "atlantis"}


async def test_every_field_has_its_label(api: httpx.AsyncClient) -> None:
    page = await opened(api)
    assert page.names == {"token", "kern", "theme", "text", "contact", "consent"}
    assert page.labelled == page.names - {"token"}
    assert set(page.described) <= set(page.ids)


async def test_words_are_shown_as_words(api: httpx.AsyncClient) -> None:
    form = (await opened(api)).fields | FILLED | {"text": "<script>alert(1)</script>"}
    await api.post("/verhalen", data=form, headers=BROWSER)
    (told,) = (await api.get("/v1/stories")).json()["items"]
    await api.post(f"/v1/stories/{told['id']}/reviews", json={"publish": "yes"})
    page = await opened(api)
    assert "<script" not in page.html
    assert "<script>alert(1)</script>" in page.text
