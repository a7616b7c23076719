# SPDX-License-Identifier: EUPL-1.2
"""The one address: everything is reached from the first page and by the links of answers, and nothing names
another address or a port.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest

from shared.http.site.menu import PLACES, api_of
from tests.conftest import HERE, WATERRIJK
from tests.flows.suite import SERVICES, Suite, running, until

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
YEAR = datetime.now(UTC).year


class Addresses(HTMLParser):
    """What a page leads to and loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def addresses(answer: httpx.Response) -> list[str]:
    kind = answer.headers["content-type"]
    if kind.startswith("text/html"):
        found = [it for it in Addresses(answer.text).found if not it.startswith(("#", "mailto:"))]
        assert all(re.match(r"[/?](?!/)", it) for it in found), f"{answer.url}: {found}"
        return found
    if kind.startswith("application/atom+xml"):
        return [str(each.get("href")) for each in ET.fromstring(answer.content).iter() if each.get("href")]
    return []


def test_every_page_is_reached_by_clicking_and_no_link_leaves(example: Suite) -> None:
    waiting, seen = [f"{example.site}/"], set[str]()
    while waiting:
        url = urldefrag(waiting.pop()).url
        if url in seen:
            continue
        seen.add(url)
        assert url.startswith(f"{example.site}/"), url
        answer = example.http.get(url, headers=BROWSER)
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
        named = set(re.findall(r"(?:localhost|127\.0\.0\.1|//[\w.]+):(\d+)", answer.text))
        assert named <= {str(example.first_port)}, url
        waiting += [urljoin(url, it) for it in addresses(answer)]
    paths = {urlsplit(url).path for url in seen}
    for place in PLACES:
        assert any(path == place.path or path.startswith(f"{place.path}/") for path in paths), place
    assert any(path.startswith("/werk/postvak/") for path in paths)
    assert any(path.startswith("/budget/v1/exports/") for path in paths)
    assert any(re.fullmatch(r"/notifications/v1/kernen/[a-z-]+/feed", path) for path in paths)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    folder: Path = tmp_path_factory.mktemp("address")
    with running(folder / "suite", MUNICIPALITY=HERE / "municipality.toml") as suite:
        suite.up()
        yield suite


class Caller:
    """Knows where a service describes itself, and goes by what it is answered from there on."""

    def __init__(self, suite: Suite, service: str) -> None:
        self.suite, self.url = suite, f"{suite.site}{api_of(service)}/openapi.json"
        self.described, self.places = self.follow(self.url), dict[str, str]()

    def follow(self, link: str) -> Any:
        assert link.startswith(("/", f"{self.suite.site}/")), link
        answer = self.suite.http.get(urljoin(self.url, link))
        assert answer.status_code == 200, f"{link}: {answer.text}"
        return answer.json()

    def path(self, operation: str) -> str:
        [path] = [
            path
            for path, item in self.described["paths"].items()
            if operation in [each["operationId"] for each in item.values()]
        ]
        return str(urljoin(self.url, self.described["servers"][0]["url"] + path))

    def do(self, operation: str, body: dict[str, Any], of: str = "") -> Any:
        """Send a command, about something with this id; what is at its `Location`, or its own answer."""
        url = re.sub(r"\{\w+\}", of, self.path(operation))
        answer = self.suite.http.post(url, json=body)
        assert answer.status_code in (200, 201), answer.text
        where = answer.headers.get("location")
        found = self.follow(where) if where else answer.json()
        self.places[found.get("id", "")] = where
        return found

    def all(self, operation: str) -> Iterator[dict[str, Any]]:
        """Of a collection, one by one, by the link to the next."""
        page = self.follow(f"{self.path(operation)}?limit=1")
        while True:
            assert self.follow(page["_links"]["self"]["href"])["items"] == page["items"]
            yield from page["items"]
            if "next" not in page["_links"] or page["_links"]["next"] is None:
                return
            page = self.follow(page["_links"]["next"]["href"])


def test_who_follows_only_links_goes_through_a_whole_life(suite: Suite) -> None:
    initiatives, budget, analytics = (Caller(suite, it) for it in ("initiatives", "budget", "analytics"))
    line = next(it for it in WATERRIJK.lines if it.purpose == "grants" and not it.automatic_limit_cents)
    lines = [{"line": it.id, "amountCents": it.yearly_cents} for it in WATERRIJK.lines]
    adopted = {"year": YEAR, "decisionReference": "Besluit", "lines": lines}
    assert budget.do("createBudgetYear", adopted)["year"] == YEAR
    kern = WATERRIJK.kernen[0].slug
    asked = {
        "kernen": [kern], "theme": WATERRIJK.themes[0].slug, "submitterKind": "resident", "channel": "web",
        "title": "Een bank", "description": "Bij het water.", "amountAskedCents": 200_00,
    }  # fmt: skip
    made = [initiatives.do("createInitiative", asked)["id"] for _ in range(2)]
    assert {it["id"] for it in initiatives.all("listInitiatives")} == set(made)
    answers = [
        {"criterion": c.id, "yes": True, "reason": "Ja."} for c in WATERRIJK.guide.criteria_for(line.id)
    ]
    weighed = {
        "answers": answers, "supportKinds": ["money"], "line": line.id, "amountCents": 200_00,
        "publicTitle": "Een bank", "publicSummary": "Een bank bij het water.",
    }  # fmt: skip
    for initiative in made:
        initiatives.do("createInitiativeAssessment", weighed, initiative)
    until(lambda: len(list(budget.all("listGrants"))) == 2, "the budget has both")
    grants = {it["initiativeId"]: it["id"] for it in budget.all("listGrants")}
    budget.do("createGrantDecision", {"decision": "allocate"}, grants[made[0]])

    def promised() -> bool:
        money = initiatives.follow(initiatives.places[made[0]])["money"]
        return money is not None and money["decision"] == "allocated"

    until(promised, "the initiative knows what was granted")
    for step in ("createInitiativeStart", "createInitiativeRealisation"):
        initiatives.do(step, {}, made[0])
    budget.do("createGrantSettlement", {"actualCostCents": 180_00}, grants[made[0]])
    year = f"{budget.path('listBudgetYears')}/{YEAR}/lines/{line.id}"
    assert budget.follow(budget.follow(year)["postings"])["items"]

    def shown() -> bool:
        [of] = [it for it in analytics.follow(analytics.path("listKernen"))["items"] if it["slug"] == kern]
        grants = analytics.follow(of["_links"]["self"]["href"])["grants"]["byState"]
        return {it["code"]: it["count"] for it in grants if it["count"]}.get("settled") == 1

    until(shown, "the overview shows it")


@pytest.mark.parametrize("service", SERVICES)
def test_a_description_says_where_it_is_to_be_asked(suite: Suite, service: str) -> None:
    assert Caller(suite, service).described["servers"] == [{"url": f"/{service}/v1"}]


def test_a_form_that_was_taken_leads_on_at_the_same_address(suite: Suite) -> None:
    form = {"kern": WATERRIJK.kernen[0].slug, "text": "Samen maakten wij een bank.", "consent": "ja"}
    answer = suite.http.post(f"{suite.site}/verhalen", data=form, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/verhalen/bedankt")
    assert suite.http.get(f"{suite.site}/verhalen/bedankt").status_code == 200


def test_the_suite_names_one_address(suite: Suite) -> None:
    assert f"{suite.site}/\n" in suite.told()
    assert not [name for name in SERVICES if str(suite.port(name)) in suite.told()]
