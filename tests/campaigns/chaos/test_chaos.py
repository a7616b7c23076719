# SPDX-License-Identifier: EUPL-1.2
"""Ten rounds under fire with a seed of old and a fresh one, and proof that a round sees what is wrong."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.campaigns.chaos.campaign import Life, line_of
from tests.campaigns.chaos.judge import Verdict, judge
from tests.campaigns.chaos.rig import DISK

pytestmark = pytest.mark.timeout(1200)
FRESH = str(random.randrange(10**6))


def rounds(folder: Path, seed: str, numbers: range) -> None:
    acknowledged = 0
    with ExitStack() as stack:
        life = Life(folder, "sqlite", seed, stack, pause=0.1, megabytes=DISK["sqlite"])
        for number in numbers:
            found = life.play(number, "", last=number == numbers[-1])
            print(f"seed {seed}, {line_of(found)}")
            assert found.wrong == [], f"seed {seed}, {line_of(found)}"
            acknowledged += found.acknowledged
    assert acknowledged >= 100, "too few to show anything"


@pytest.mark.parametrize("seed", ["1", FRESH], ids=["fixed", "fresh"])
def test_five_rounds_lose_and_double_nothing(tmp_path: Path, seed: str) -> None:
    rounds(tmp_path / "life", seed, range(1, 6))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """A round without a fault, in a suite that stands still afterwards: its stores can be changed."""
    with ExitStack() as stack:
        life = Life(
            tmp_path_factory.mktemp("seen") / "life",
            "sqlite",
            "seen",
            stack,
            pause=0.1,
            megabytes=DISK["sqlite"],
        )
        found = life.play(1, "", last=True, plan=[])
        assert found.wrong == []
        yield life


def forget_an_initiative(life: Life) -> tuple[str, str]:
    one = next(each for each in life.history.of("submit") if each.outcome == "ok")
    return "initiatives", f"UPDATE initiative SET title = 'another' WHERE title = '{one.key}'"


def answer_once_more(life: Life) -> tuple[str, str]:
    return (
        "surveys",
        "INSERT INTO reply (id, survey_id, kern) SELECT 'twice', survey_id, kern FROM reply LIMIT 1",
    )


def take_back_an_answer(life: Life) -> tuple[str, str]:
    one = next(each for each in life.history.of("answer") if each.outcome == "ok")
    return "surveys", f"UPDATE reply SET id = 'gone' WHERE id = '{one.id}'"


def drop_an_event(life: Life) -> tuple[str, str]:
    return "budget", "DELETE FROM outbox WHERE nats_subject LIKE '%.organisation.registered.v1'"


def take_a_cent(life: Life) -> tuple[str, str]:
    return "budget", "UPDATE budget_lines SET paid_cents = paid_cents + 1 WHERE line = 'liveability'"


def change_an_event(life: Life) -> tuple[str, str]:
    return "budget", "UPDATE outbox SET payload = CAST(payload || ' ' AS BLOB) WHERE id = 1"


SOWN: dict[str, tuple[Callable[[Life], tuple[str, str]], str]] = {
    "an acknowledged initiative is gone": (forget_an_initiative, "lost"),
    "an acknowledged answer is gone": (take_back_an_answer, "lost"),
    "an answer that nobody gave": (answer_once_more, "ghost"),
    "an event is gone": (drop_an_event, "lost"),
    "a cent too much": (take_a_cent, "cents_over"),
    "an event with other bytes": (change_an_event, "other"),
}


@pytest.mark.parametrize("sown", SOWN)
def test_a_round_sees_it(lived: Life, sown: str) -> None:
    damage, expected = SOWN[sown]
    assert _judged(lived).wrong == []
    service, statement = damage(lived)
    store = sqlite3.connect(lived.rig.settings.data_dir / f"{service}.sqlite", timeout=20)
    kept = sqlite3.connect(":memory:")
    store.backup(kept)
    try:
        assert store.execute(statement).rowcount > 0
        store.commit()
        assert getattr(_judged(lived), expected)
    finally:
        kept.backup(store)
        store.close()


def test_what_was_refused_and_is_there_is_a_ghost_and_twice_is_doubled(lived: Life) -> None:
    ok = next(each for each in lived.history.of("submit") if each.outcome == "ok")
    ok.outcome = "fail"
    try:
        assert [each for each in _judged(lived).ghost if ok.key in each]
    finally:
        ok.outcome = "ok"
    verdict = Verdict()
    verdict.count("initiatives", ok, 2)
    assert verdict.doubled


def _judged(life: Life) -> Verdict:
    return judge(life.rig.settings, life.history, life.strangers)
