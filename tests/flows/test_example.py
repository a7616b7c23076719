# SPDX-License-Identifier: EUPL-1.2
"""The example, played through the public APIs: what it leaves behind, and what follows from it."""

import json
import re
import sqlite3
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft7Validator, FormatChecker

from tests.conftest import HERE
from tests.flows.stream import PUBLISHERS, check_all_is_told_once, heard, recorded
from tests.flows.suite import Suite, until, until_settled

STORIES = tomllib.loads((HERE.parent / "deploy" / "municipalities" / "buren-example.toml").read_text())
SUBMISSION = {"theme": "meeting", "submitterKind": "residents-group", "channel": "web"}


REFUSED = {"no", "refused", "withdrawn"}
NO_ROOM = {"Verlichte dorpsboom", "Zitkuil bij de stadsgracht"}  # the line is empty, the kern has its share


def costs(line: str, year: int) -> int:
    """What the stories of one line and year cost in the end, or are promised; refusals cost nothing."""
    total = 0
    for story in STORIES["initiatives"]:
        if story.get("line") != line or story["assessed"].year != year or REFUSED & story.keys():
            continue
        if story["title"] in NO_ROOM or (awaits_decision(story) and "decided" not in story):
            continue
        total += story.get("cost_cents", story.get("granted_cents", story["amount_cents"]))
    return total


def awaits_decision(story: dict[str, Any]) -> bool:
    return bool(story["amount_cents"] > 1_000_00)


@pytest.mark.parametrize("year", [2021, 2022, 2023])
@pytest.mark.parametrize("line", ["incidental", "liveability"])
def test_every_cent_is_where_the_example_puts_it(example: Suite, line: str, year: int) -> None:
    lines = {entry["line"]: entry for entry in example.get("budget", f"/v1/budget-years/{year}")["lines"]}
    promised = {name: entry["committedCents"] + entry["paidCents"] for name, entry in lines.items()}
    assert promised[line] == costs(line, year)
    assert promised["village-interests"] == 15 * 375_00
    assert promised["signal-groups"] == 12 * 750_00
    assert promised["whatsapp"] == 750_00


# By hand, in euros, from the dates of settling, of the invoices and of the payment files: what is settled or
# invoiced after the last file (9 October 2023) is ordered and not paid.
CONTRIBUTED: dict[str, float] = {"village-interests": 15 * 375, "signal-groups": 12 * 750, "whatsapp": 750}
PAID: dict[int, dict[str, float]] = {
    2020: {"implementation": 4_200},
    2021: CONTRIBUTED
    | {"incidental": 4_450, "liveability": 10_217.60, "other": 4 * 1_875, "implementation": 12_500 + 9_800},
    2022: CONTRIBUTED
    | {"incidental": 2_919.90, "liveability": 10_585.55, "other": 4 * 1_912.50, "implementation": 13_400},
    2023: CONTRIBUTED | {"incidental": 1_064 + 750, "liveability": 640 + 702 + 690, "other": 3 * 1_950},
}


@pytest.mark.parametrize("year", PAID)
def test_what_was_paid_is_what_the_files_paid(example: Suite, year: int) -> None:
    lines = example.get("budget", f"/v1/budget-years/{year}")["lines"]
    paid = {entry["line"]: entry["paidCents"] for entry in lines if entry["paidCents"]}
    assert paid == {line: round(euros * 100) for line, euros in PAID[year].items()}


def test_a_payment_that_was_refused_is_paid_with_the_next_file(example: Suite) -> None:
    (refused,) = example.all("budget", "/v1/payment-orders", state="refused")
    again = list(example.all("budget", "/v1/payment-orders", subject=refused["subject"]))
    told = [(order["state"], order["answeredOn"]) for order in again]
    assert told == [("refused", "2021-02-08"), ("paid", "2021-07-19")]


def test_the_incidental_support_of_2021_is_that_of_the_story(example: Suite) -> None:
    grants = list(example.all("budget", "/v1/grants", year=2021, line="incidental"))
    told = Counter((grant["askedCents"] // 100, grant["state"], grant["reason"]) for grant in grants)
    assert told == {
        (1200, "settled", None): 1, (1500, "settled", None): 1, (800, "settled", None): 1,
        (600, "settled", None): 1, (500, "settled", None): 1,
        (400, "declined", "criteria-not-met"): 1, (700, "declined", "no-room"): 1,
    }  # fmt: skip
    assert sum(grant["heldCents"] for grant in grants) == 4_450_00


def test_the_overview_shows_what_happened(example: Suite) -> None:
    kernen = example.get("analytics", "/v1/kernen")
    assert len(kernen["items"]) == 15
    page = example.http.get(example.url("analytics", "/")).text
    for kern in kernen["items"]:
        assert kern["name"] in page
    assert kernen["fictional"] is True


def test_where_residents_had_a_say_and_what_was_promised(example: Suite) -> None:
    processes = list(example.all("initiatives", "/v1/participations"))
    assert [(each["kernen"], each["state"]) for each in processes] == [
        (["ingen"], "concluded"),
        (["maurik"], "does-not-fit"),
    ]
    ingen = example.get("analytics", "/v1/kernen/ingen/overview")["participation"]
    assert (ingen["activities"], ingen["attendance"]) == (2, 77)
    whole = example.get("analytics", "/v1/overview")["milestones"]
    assert [each["late"] for each in whole] == [False] * 8
    assert all(each["reachedOn"] for each in whole)


def test_all_is_an_example_but_for_the_last_initiative(example: Suite) -> None:
    found = list(example.all("initiatives", "/v1/initiatives"))
    assert Counter(initiative["origin"] for initiative in found) == {"example": 61, "live": 1}
    assert len({initiative["title"] for initiative in found}) == 62


def test_the_municipality_missed_its_goal(example: Suite) -> None:
    own = example.get("analytics", "/v1/overview")["measures"][0]
    assert [(it["year"], it["value"]) for it in own["rounds"]] == [(2019, 6.0), (2021, 6.3), (2023, 6.7)]
    assert [(it["area"], it["year"], it["value"]) for it in own["others"]] == [("netherlands", 2019, 6.1)]
    assert [(it["year"], it["value"], it["reached"]) for it in own["goals"]] == [(2023, 7.0, False)]
    page = example.http.get(example.url("analytics", "/")).text
    assert "Het doel is niet gehaald." in page


@pytest.mark.parametrize(
    ("kern", "standing"),
    [
        ("aalst", "suppressed"), ("zoelmond", "suppressed"), ("asch", "indicative"),
        ("erichem", "indicative"), ("ravenswaaij", "indicative"), ("ingen", "published"),
    ],
)  # fmt: skip
def test_small_kernen_show_what_they_may(example: Suite, kern: str, standing: str) -> None:
    (measure,) = example.get("analytics", f"/v1/kernen/{kern}/overview")["measures"]
    shown = {it["instrument"]: it for it in measure["rounds"]}
    assert shown["interim"]["standing"] == standing
    assert (shown["interim"]["n"] is None) == (standing == "suppressed")
    assert (measure["goals"], measure["others"]) == ([], [])


def test_stories_stand_beside_the_numbers(example: Suite) -> None:
    told = {story["text"] for story in STORIES["stories"] if story["kern"] == "ingen"}
    page = unescape(example.http.get(example.url("analytics", "/kernen/ingen")).text)
    assert all(text in page for text in told)


def test_changing_the_imported_row_of_2019_changes_the_page(example: Suite) -> None:
    rounds = (HERE.parent / "deploy" / "municipalities" / "buren-example-surveys.csv").read_text()

    def imported(text: str) -> None:
        path = example.url("surveys", "/v1/imports")
        answer = example.http.post(path, json={"csv": text, "origin": "example"})
        assert (answer.status_code, answer.json()["corrected"]) == (200, 1), answer.text

    def shows(mark: str) -> bool:
        page = example.http.get(example.url("analytics", "/")).text
        return f">{mark}</text>" in page and f'data-label="Cijfer">{mark}<' in page

    imported(rounds.replace("involving-residents-in-policy,6.0,", "involving-residents-in-policy,5.9,"))
    until(lambda: shows("5,9") and not shows("6,0"), "the corrected mark is shown")
    imported(rounds)
    until(lambda: shows("6,0") and not shows("5,9"), "the mark is as it was")


def test_what_was_recorded_was_told_once(example: Suite) -> None:
    assert len(check_all_is_told_once(example.bus_url("analytics"), example.data)) > 500
    report = example.run("reconcile")
    assert report.returncode == 0, report.stderr
    assert report.stdout.count(" 0 lost by the stream, 0 not in the outbox, 0 altered, 0 repeated") == len(
        PUBLISHERS
    )


def test_an_initiative_comes_on_the_overview(example: Suite) -> None:
    """`make bench` measures how soon."""
    for number in range(5):
        before = example.on_overview("ravenswaaij")
        asked = SUBMISSION | {
            "kernen": ["ravenswaaij"],
            "title": f"Bankje {number}",
            "description": "Bij de dijk.",
        }
        example.post("initiatives", "/v1/initiatives", **asked)
        until(lambda b=before: example.on_overview("ravenswaaij") > b, "it is shown")  # type: ignore[misc]


def test_others_see_cloudevents_without_personal_data(example: Suite, standards: Path) -> None:
    contact = {"name": "Jannie Proefpersoon", "email": "jannie@proef.example", "phone": "0612345678"}
    asked = SUBMISSION | {"kernen": ["ingen"], "title": "Geheimtitel", "description": "Mijn geheime verhaal."}
    example.post("initiatives", "/v1/initiatives", **asked, contact=contact)
    until(
        lambda: len(recorded(example.data)) == len(heard(example.bus_url("analytics"), "kernpuls.>")),
        "all is told",
    )
    judge = Draft7Validator(
        json.loads((standards / "cloudevents.schema.json").read_text()), format_checker=FormatChecker()
    )
    in_ingen = heard(example.bus_url("analytics"), "kernpuls.gm0214.ingen.>")
    assert len(in_ingen) > 20
    for payload in in_ingen:
        JSONFormat().read(CloudEvent, payload)
        assert [error.message for error in judge.iter_errors(json.loads(payload))] == []
        for secret in ("Jannie", "proef.example", "0612345678", "Geheimtitel", "geheime"):
            assert secret not in payload.decode()
        assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", payload.decode())


def test_a_lost_read_model_is_rebuilt_while_the_suite_runs(example: Suite) -> None:
    submit_in_asch(example, 250)
    assert len(recorded(example.data)) >= 1_000
    until_settled(example)
    before = example.figures()
    store = sqlite3.connect(example.data / "analytics.sqlite", timeout=20)
    for table in ("entity", "place", "cell"):
        store.execute(f"DELETE FROM {table}")
    store.commit()
    store.close()
    assert example.figures() != before
    done = example.run("rebuild")
    assert done.returncode == 0, done.stderr
    assert example.figures() == before
    # Again, while events come in: none is lost, none counts twice.
    shown = example.on_overview("asch")
    with ThreadPoolExecutor(1) as meanwhile:
        rebuilt = meanwhile.submit(example.run, "rebuild")
        submitted = 0
        while not rebuilt.done():
            submit_in_asch(example, 1)
            submitted += 1
    assert rebuilt.result().returncode == 0
    until(lambda: example.on_overview("asch") == shown + submitted, f"{submitted} more are shown")


def submit_in_asch(example: Suite, count: int) -> None:
    asked = SUBMISSION | {"kernen": ["asch"], "title": "Een idee", "description": "Voor later."}
    for _ in range(count):
        example.post("initiatives", "/v1/initiatives", **asked)


def test_a_second_start_plays_nothing_twice(example: Suite) -> None:
    before, told = example.figures(), played_events(example)
    example.stop()
    example.start("demo")
    until(lambda: "had been played before" in example.told(), "it says that it was played before")
    assert played_events(example) == told
    assert example.figures() == before


def played_events(example: Suite) -> set[str]:
    """What was recorded because of commands; letters are still being sent meanwhile."""
    found = recorded(example.data).items()
    return {event_id for event_id, payload in found if b":systeem:notifications" not in payload}
