# SPDX-License-Identifier: EUPL-1.2
"""Given everything that was ever published, the attacker names nobody's answer.

Here over so many histories as take some seconds; attack_all.py has all of them.
"""

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from services.surveys.survey import handlers
from services.surveys.survey.model import FilledForm
from shared.messaging.transaction import Cause, Transaction
from shared.migrate import migrate
from shared.municipality import Municipality, load_municipality
from shared.store import Database
from tests.conftest import HERE
from tests.services.surveys.attack.attacker import Published, named
from tests.services.surveys.attack.town import MARK, SHARE, Answers, Row, delivery, histories
from tests.services.surveys.conftest import Desk, app_of
from tests.services.surveys.imports.test_imports import take

HISTORIES = 30
AGREEING = {"yes", "agree", "strongly-agree"}
WELCOME = {1: "agree", 0: "neutral"}
pytestmark = pytest.mark.timeout(900)


class Stores:
    """An empty store for each history; migrating each would take longer than the history."""

    def __init__(self, folder: Path, rules: Municipality) -> None:
        self.folder, self.rules, self.made = folder, rules, 0
        migrated = Database(f"sqlite:///{folder / 'empty.sqlite'}", "surveys")
        migrate(migrated, "services.surveys")
        migrated.close()

    def desk(self) -> Desk:
        self.made += 1
        store = self.folder / f"{self.made}.sqlite"
        shutil.copy(self.folder / "empty.sqlite", store)
        database = Database(f"sqlite:///{store}", "surveys")
        return Desk(database, self.rules, now=datetime(2021, 12, 15, 10, 0, tzinfo=UTC))


@pytest.fixture
def count() -> int:
    """How many histories."""
    return HISTORIES


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores(tmp_path, load_municipality(HERE / "municipality.toml"))


async def everything(desk: Desk, api: httpx.AsyncClient) -> tuple[list[dict[str, Any]], str]:
    """What was ever published: the data of all events and of the API; and the pages."""
    events = [event["data"] for event in desk.told("survey.co")]
    listed = (await api.get("/v1/results?limit=200")).json()["items"]
    for each in listed:
        each["kernen"] = [each["kern"]] if each["kern"] else []
    pages = [(await api.get(path)).text for path in ("/enquetes", "/verhalen")]
    return events + listed, "".join(pages)


def published_in(data: Sequence[dict[str, Any]], rows: Sequence[Row], indicator: str) -> list[Published]:
    """The numbers of one indicator, each with the answers of the delivery that it came from."""
    found = {}
    for each in data:
        if each["indicator"] != indicator or each["n"] is None:
            continue
        area = each["kernen"][0] if each["kernen"] else None
        its = (area, indicator, each["n"], each["value"])
        answers = next(r.answers for r in rows if (r.area, r.indicator, r.n, r.value) == its)
        shares = {share["answer"]: share["count"] for share in each["distribution"]}
        counts: Counter[int] = Counter()
        for answer, times in shares.items():
            counts[int(answer) if answer.isdigit() else int(answer in AGREEING)] += times
        found[its] = Published(area, answers, each["unit"], each["n"], each["value"], each["spread"], counts)
    return list(found.values())


async def test_nobody_is_named_by_what_a_bureau_sends_and_sends_again(stores: Stores, count: int) -> None:
    shown = 0
    for chance in histories(count, "deliveries"):
        desk, answers = stores.desk(), Answers(chance)
        rows: list[Row] = []
        truth: dict[str, dict[str, int]] = {MARK: {}, SHARE: {}}
        async with app_of(desk) as api:
            for _ in range(chance.randint(2, 5)):
                lines, its = delivery(answers, chance)
                rows = its + rows
                if its:
                    answer = await take(api, lines)
                    assert answer.status_code == 200, answer.text
                for indicator, given in truth.items():
                    given |= answers.of(None, indicator)
                answers.go_on()
            data, pages = await everything(desk, api)
        desk.database.close()
        assert not re.search(r"\d,\d|\d%", pages)
        shown += attack(data, rows, truth, chance)
    assert shown > 2 * count, "little was published: this would prove nothing"


async def test_nobody_is_named_by_a_survey_in_which_each_code_counts_once(stores: Stores, count: int) -> None:
    shown = 0
    for chance in histories(count, "codes"):
        desk, answers = stores.desk(), Answers(chance)
        async with app_of(desk) as api:
            survey_id = await held(desk, answers, "codes")
            await api.post(f"/v1/surveys/{survey_id}/closings", json={})
            data, _pages = await everything(desk, api)
        desk.database.close()
        truth = {indicator: answers.of(None, indicator) for indicator in (MARK, SHARE)}
        shown += attack(data, answers.rows(data), truth, chance)
    assert shown > count, "little was published: this would prove nothing"


async def test_nobody_is_named_by_an_open_link_of_which_all_answers_but_one_are_made_up(
    stores: Stores, count: int
) -> None:
    """Who takes the number at its word is right about as often as who guesses."""
    right: Counter[str] = Counter()
    for chance in histories(count, "forged"):
        desk, answers = stores.desk(), Answers(chance)
        forged = answers.forge(chance.randint(9, 40))
        async with app_of(desk) as api:
            survey_id = await held(desk, answers, "open")
            await api.post(f"/v1/surveys/{survey_id}/closings", json={})
            data, _pages = await everything(desk, api)
        desk.database.close()
        assert {tuple(each["kernen"]) for each in data} == {()}, "an open link has no result of a kern"
        for each in data[:2]:
            truth = answers.of(None, each["indicator"])
            factor = 1 if each["unit"] == "mark" else 100
            left = each["value"] * each["n"] / factor - sum(truth[name] for name in forged)
            (victim,) = set(truth) - forged
            right[each["unit"]] += round(left) == truth[victim]
    assert right["percentage"] < 0.75 * count
    assert right["mark"] < 0.2 * count


def attack(
    data: Sequence[dict[str, Any]], rows: Sequence[Row], truth: dict[str, dict[str, int]], chance: Random
) -> int:
    """By somebody who knows the answer of one other; returns how many numbers there were to go by."""
    everybody = sorted(truth[MARK])
    accomplice = chance.choice(everybody)
    shown = 0
    for indicator, answers in truth.items():
        found = published_in(data, rows, indicator)
        shown += len(found)
        assert named(found, {accomplice: answers[accomplice]}) == {}, (indicator, found)
    return shown


async def held(desk: Desk, answers: Answers, access: str) -> str:
    """A survey that all of them answered, in one transaction."""
    survey_id = await desk.plan(closeDate="2021-12-31", access=access)
    forms = [
        (FilledForm(name, kern, {"mark": str(given[MARK]), "welcome": WELCOME[given[SHARE]]}, {}))
        for kern, people in answers.by_kern.items()
        for name, given in people.items()
    ]
    codes = await desk.invite(survey_id, len(forms)) if access == "codes" else [None] * len(forms)

    def answer_all(tx: Transaction) -> None:
        for form, code in zip(forms, codes, strict=True):
            tx.record(handlers.answer(survey_id, form, code, tx))

    await desk.transactions.run(answer_all, Cause("test"))
    return survey_id
