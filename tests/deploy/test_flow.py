# SPDX-License-Identifier: EUPL-1.2
"""From a resident's request to the overview, through the deployed suite."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle, islice

import httpx

from shared.municipality import Municipality
from tests.deploy.stack import THIS_YEAR, Body, Client, Stack, eventually


def criteria(municipality: Municipality, line: str) -> list[str]:
    return [criterion.id for criterion in municipality.guide.criteria_for(line)]


def line_of(entries: list[Body], line: str) -> Body:
    return next(entry for entry in entries if entry["line"] == line)


def test_an_initiative_reaches_the_overview(client: Client, buren: Municipality) -> None:
    initiative = client.submit("ingen")
    client.assess(initiative, "liveability", criteria(buren, "liveability"))
    eventually(lambda: (client.money(initiative) or {}).get("decision") == "allocated")
    client.post("initiatives", f"/initiatives/{initiative}/starts", {})
    client.post("initiatives", f"/initiatives/{initiative}/realisations", {"supportGiven": ["money"]})
    grant = client.get("budget", "/grants", initiativeId=initiative)["items"][0]["id"]
    client.post("budget", f"/grants/{grant}/settlements", {"actualCostCents": 420_00})

    def settled() -> bool:
        overview = client.get("analytics", "/kernen/ingen/overview", year=THIS_YEAR)
        mine = next(entry for entry in overview["latest"] if entry["id"] == initiative)
        money = line_of(overview["money"], "liveability")
        figures = (mine["state"], mine["grant"]["settledCents"], money["settledCents"])
        return bool(figures == ("realised", 420_00, 420_00))

    eventually(settled, within=10)


def test_fifty_at_once_never_overspend_a_line(client: Client, buren: Municipality) -> None:
    asked = criteria(buren, "incidental")
    kernen = islice(cycle(sorted(buren.kern_slugs)), 50)
    with ThreadPoolExecutor(25) as pool:
        initiatives = list(pool.map(client.submit, kernen))
        list(pool.map(lambda initiative: client.assess(initiative, "incidental", asked), initiatives))
    for initiative in initiatives:
        grant = eventually(partial(_grant, client, initiative))
        if grant["state"] == "refusal-proposed":
            client.post("budget", f"/grants/{grant['id']}/decisions", {"decision": "decline"})
    decided = [eventually(partial(_decided, client, initiative)) for initiative in initiatives]
    assert [money["decision"] for money in decided].count("allocated") == 10
    refused = [money for money in decided if money["decision"] == "declined"]
    assert len(refused) == 40
    assert {money["reason"] for money in refused} == {"no-room"}
    line = line_of(client.get("budget", f"/budget-years/{THIS_YEAR}")["lines"], "incidental")
    assert (line["committedCents"], line["availableCents"]) == (5_000_00, 0)


def _grant(client: Client, initiative: str) -> Body | None:
    return next(iter(client.get("budget", "/grants", initiativeId=initiative)["items"]), None)


def _decided(client: Client, initiative: str) -> Body | None:
    money = client.money(initiative)
    return money if money and money["decision"] in ("allocated", "declined") else None


def test_an_official_logs_in_with_a_code_of_the_server(stack: Stack) -> None:
    made = ("keys", "kernpuls", "token", "--name=A. Proef", "--role=privacy-officer")
    code = stack.compose("run", "--rm", "-T", *made).strip()
    with httpx.Client(base_url=stack.site, headers={"accept": "text/html"}, timeout=30) as browser:
        assert browser.get("/werk/personen").headers["location"] == "/inloggen?naar=/werk/personen"
        entered = browser.post("/inloggen", data={"token": code, "naar": "/werk/personen"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/werk/personen"), entered.text
        assert browser.get("/werk/personen").status_code == 200
        assert browser.get("/werk/postvak").status_code == 200  # another service believes the session
        assert browser.post("/inloggen/uit").headers["location"] == "/"
        assert browser.get("/werk/personen").status_code == 303
