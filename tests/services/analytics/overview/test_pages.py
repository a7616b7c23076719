# SPDX-License-Identifier: EUPL-1.2
"""The pages as anybody gets them: complete without a script, a style or another host."""

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from shared.contracts import surveys as s
from shared.http import site
from shared.http.site import STATIC
from shared.http.site.menu import PLACES
from tests.services.analytics import history as h
from tests.services.analytics.conftest import Analytics
from tests.services.analytics.history import History

PAGES = ["/", "/?year=2022", "/kernen/noordoever", "/kernen/noordoever?year=2022", "/kernen/de-plaat"]
VOID = {"meta", "link", "br", "rect", "path", "img", "input", "hr"}


class Outline(HTMLParser):
    """What a page is made of, and whether every tag is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(" ".join(data.split()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: test_overview.py tries what the pages show on both databases."""
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def told(analytics: Analytics) -> Analytics:
    kern, day = ("noordoever",), date(2022, 3, 1)
    both = ("noordoever", "zuidoever")
    told = (
        History()
        .say("y-2022", h.adopted(2022, clubs=1_800_00, shore=9_000_00, ferry=7_000_00))
        .say("o-1", h.registered(both, date(2020, 1, 1), name="Oog & oever", sort="signal-group"))
        .say("c-1", h.contributed(both, 2022, 750_00, sort="signal-group"))
        .say("a-1", h.appointed(kern, date(2022, 7, 1)))
        .say("i-1", h.submitted(kern, day), h.assessed(kern, day, title="<b>Steiger</b>"))
        .say("g-1", h.grant("reserved", kern, 2022, 1_200_00), h.grant("allocated", kern, 2022, 1_200_00))
        .say("i-2", h.submitted(kern, day, theme="together"))
        .say("i-3", h.submitted(kern, day), h.assessed(kern, day, title="Vlot"))
        .say("g-3", h.grant("declined", kern, 2022, 400_00, "i-3", reason="no-room"))
    )
    analytics.take(told.events)
    return analytics


async def page(client: httpx.AsyncClient, path: str) -> Outline:
    answer = await client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return Outline(answer.text)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_whole_and_has_its_landmarks(
    told: Analytics, client: httpx.AsyncClient, path: str
) -> None:
    found = await page(client, path)
    assert found.open == []
    assert found.all("html") == [{"lang": "nl"}]
    assert [len(found.all(tag)) for tag in ("title", "header", "main", "footer", "h1")] == [1, 1, 1, 1, 1]
    skip = next(attrs for attrs in found.all("a") if attrs.get("class") == "utrecht-skip-link")
    assert skip["href"] == f"#{found.all('main')[0]['id']}"
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    named = {attrs["aria-labelledby"] for _, attrs in found.tags if "aria-labelledby" in attrs}
    assert named <= set(ids)


@pytest.mark.parametrize("path", PAGES)
async def test_headings_go_down_one_step_at_a_time(
    told: Analytics, client: httpx.AsyncClient, path: str
) -> None:
    levels = [int(tag[1]) for tag, _ in (await page(client, path)).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_needs_no_script_no_inline_style_and_no_other_host(
    told: Analytics, client: httpx.AsyncClient, path: str
) -> None:
    found = await page(client, path)
    assert found.all("script") == found.all("style") == []
    for tag, attrs in found.tags:
        assert "style" not in attrs, "the Content-Security-Policy would refuse it"
        assert not [name for name in attrs if name.startswith("on")]
        ours = ("/", "#", "mailto:")
        for name in ("href", "src", "action"):
            target = attrs.get(name) or ""
            assert target == "" or target.startswith(ours), f"{tag} {name}={target}"
            assert not target.startswith("//")


async def test_pages_link_to_those_of_the_other_services(told: Analytics, client: httpx.AsyncClient) -> None:
    found = await page(client, "/kernen/noordoever")
    links = [attrs["href"] for attrs in found.all("a")]
    assert {place.path for place in PLACES if place.label} <= set(links)
    feeds = [attrs["href"] for attrs in found.all("link") if attrs["rel"] == "alternate"]
    assert feeds == ["/notifications/v1/feed", "/notifications/v1/kernen/noordoever/feed"]


async def test_an_open_survey_links_to_its_form(analytics: Analytics, client: httpx.AsyncClient) -> None:
    opened = s.SurveyOpened(
        **h.facts(("noordoever",), date(2023, 6, 1)),
        instrument="pulse",
        audience="residents",
        title="Het plein",
        access="open",
        opens_on=date(2023, 6, 1),
        closes_on=date(2023, 7, 1),
    )
    analytics.take(History().say("survey-1", opened).events)
    for path in ("/", "/kernen/noordoever"):
        links = [attrs["href"] for attrs in (await page(client, path)).all("a")]
        assert "/enquetes/survey-1" in links


@pytest.mark.parametrize("path", PAGES)
async def test_every_link_of_its_own_works(told: Analytics, client: httpx.AsyncClient, path: str) -> None:
    """Those to other services are followed in tests/flows/test_address.py."""
    found = await page(client, path)
    targets = {attrs["href"] for tag in ("a", "link") for attrs in found.all(tag)}
    own = ("/?", "/kernen/", "/static/", "/analytics/")
    for target in sorted(t for t in targets if t and (t == "/" or t.startswith(own))):
        assert (await client.get(target)).status_code == 200, target


@pytest.mark.parametrize("path", PAGES)
async def test_tables_keep_their_roles_when_a_narrow_page_shows_them_as_cards(
    told: Analytics, client: httpx.AsyncClient, path: str
) -> None:
    roles = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
    found = await page(client, path)
    for tag, role in roles.items():
        assert {attrs.get("role") for attrs in found.all(tag)} <= {role}
    scopes = {"col": "columnheader", "row": "rowheader"}
    assert all(attrs["role"] == scopes[str(attrs["scope"])] for attrs in found.all("th"))
    assert found.texts.count("Kern") == (1 if path.startswith("/?") or path == "/" else 0)


async def test_the_kernen_beside_each_other(told: Analytics, client: httpx.AsyncClient) -> None:
    texts = (await page(client, "/")).texts
    assert {"Noordoever", "Zuidoever", "De Plaat (WR)", "Hele gemeente"} <= set(texts)
    assert {"€\u00a01.200,00", "€\u00a09.000,00"} <= {text.replace("€ ", "€\u00a0") for text in texts}
    assert "Stand op 1 mei 2023, 10.00 uur." in texts, "in the municipality's own time"
    assert "1 van 3" in texts


async def test_a_kern_shows_public_words_only(told: Analytics, client: httpx.AsyncClient) -> None:
    texts = (await page(client, "/kernen/noordoever")).texts
    assert "<b>Steiger</b>" in texts, "text, not markup"
    assert {"Samen", "Vlot", "Oog & oever", "Wat betekenen de cijfers?"} <= set(texts)
    joined = " ".join(texts).replace("\u00a0", " ")
    assert "€ 1.200,00 toegezegd" in joined
    assert "€ 400,00 gevraagd, niet toegekend: het geld op deze regel was op" in joined
    assert "sinds 1 juli 2022" in joined
    assert "officer-1" not in joined


async def test_an_empty_municipality_says_so(client: httpx.AsyncClient) -> None:
    assert "Er zijn nog geen gegevens." in (await page(client, "/")).texts
    texts = " ".join((await page(client, "/kernen/de-plaat")).texts)
    assert "Er zijn nog geen initiatieven (alle jaren samen)." in texts


async def test_examples_are_marked_on_every_page(analytics: Analytics, client: httpx.AsyncClient) -> None:
    notice = "Voorbeeld: deze gegevens zijn verzonnen."
    assert notice not in (await page(client, "/")).texts
    said = h.submitted(("noordoever",), date(2022, 3, 1), origin="example")
    analytics.take(History().say("i-1", said).events)
    for path in [path for path in PAGES if "plaat" not in path]:
        assert notice in (await page(client, path)).texts
    for path in ("/kernen/de-plaat", "/?year=2021", "/kernen/noordoever?year=2021"):
        assert notice not in (await page(client, path)).texts, "nothing there is invented"


@pytest.mark.parametrize(("path", "status"), [("/kernen/atlantis", 404), ("/?year=x", 400)])
async def test_a_wrong_address_is_answered_in_dutch(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == status
    assert '<html lang="nl">' in answer.text


async def test_a_theme_drops_in_by_one_setting(
    told: Analytics, client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "theme.css" not in (await client.get("/")).text
    assert (await client.get("/static/theme.css")).status_code == 404
    theme = tmp_path / "waterrijk.css"
    theme.write_text(":root { --utrecht-link-color: #00527d }")
    monkeypatch.setenv("KERNPULS_THEME", str(theme))
    site.theme.cache_clear()
    assert "/static/theme.css" in (await client.get("/")).text
    found = await client.get("/static/theme.css")
    assert (found.text, found.headers["content-type"]) == (theme.read_text(), "text/css; charset=utf-8")
    site.theme.cache_clear()


def test_the_stylesheets_reach_no_other_host_and_colours_come_from_tokens() -> None:
    for sheet in STATIC.glob("*.css"):
        assert "url(" not in sheet.read_text()
        assert "@import" not in sheet.read_text()
    assert re.findall(r"#[0-9a-f]{3,8}\b", (STATIC / "kernpuls.css").read_text()) == []
    text = (STATIC / "kernpuls.css").read_text()
    set_here = set(re.findall(r"(--[a-z0-9-]+):", (STATIC / "tokens.css").read_text()))
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", text)) <= set_here
