# SPDX-License-Identifier: EUPL-1.2
"""`kernpuls verify`: green on a healthy suite, running or stopped, red on every damage done on purpose."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import nats
import psycopg
import pytest

from services.suite.verify import Finding, verify_service
from shared.contracts.envelope import source_of
from shared.messaging.stream import STREAM, api
from shared.municipality import load_municipality
from shared.settings import Settings
from tests.conftest import NatsServer
from tests.flows.conftest import played
from tests.flows.suite import SERVICES, Suite, running, until, until_settled
from tests.flows.test_letters import all_are_sent
from tests.flows.test_starting import INITIATIVE
from tests.shared.messaging.probe import message

CHECKS = {
    "analytics": {"C2", "C6", "C7", "C9"},
    "initiatives": {"C1", "C2", "C5", "C7", "C9"},
    "budget": {"C1", "C2", "C3", "C5", "C7", "C8", "C9"},
    "surveys": {"C1", "C5", "C7"},
    "notifications": {"C1", "C2", "C4", "C5", "C7", "C9"},
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """The example, played and verified while it runs, then stopped."""
    with running(tmp_path_factory.mktemp("verified")) as suite:
        suite.start("demo")
        played(suite)
        until_settled(suite)
        until(lambda: all_are_sent(suite), "every letter was sent")
        done = suite.run("verify")
        assert done.returncode == 0, done.stdout + done.stderr
        check_it_is_whole(done.stdout)
        suite.stop()
        yield suite


def check_it_is_whole(told: str) -> None:
    lines = [line.split()[:3] for line in told.splitlines()]
    assert {(check, service) for check, service, _ in lines} == {
        (check, service) for service, checks in CHECKS.items() for check in checks
    }
    assert {result for _, _, result in lines} == {"ok"}


def test_a_stopped_suite_is_verified_and_left_alone(history: Suite) -> None:
    done = history.run("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    check_it_is_whole(done.stdout)
    until(lambda: not history.processes(), "nothing is left of it")


def test_a_suite_that_is_not_there_is_named(tmp_path: Path) -> None:
    with running(tmp_path, DATA_DIR=tmp_path / "none") as suite:
        done = suite.run("verify")
    assert (done.returncode, "KERNPULS_DATA_DIR" in done.stderr) == (2, True)


class Ground:
    """A copy of the stores beside a bus with a copy of the stream."""

    def __init__(self, history: Suite, folder: Path) -> None:
        self.folder = folder
        for store in history.data.glob("*.sqlite"):
            shutil.copy(store, folder)
        stream = folder / "nats" / "jetstream" / "$G"  # where a server without accounts has its streams
        shutil.copytree(history.data / "nats" / "jetstream" / "EVENTS", stream)
        self.server = NatsServer(folder / "nats")
        self.server.start()

    def damage(self, service: str, *statements: str) -> None:
        with sqlite3.connect(self.folder / f"{service}.sqlite") as store:
            for statement in statements:
                assert store.execute(statement).rowcount > 0, f"changed nothing: {statement}"
        store.close()

    async def verify(self, service: str) -> dict[str, Finding]:
        settings = Settings(data_dir=self.folder, nats_url=self.server.url)
        found = await verify_service(settings, SERVICES[service], patience=0)
        return {each.check: each for each in found}


@pytest.fixture
def ground(history: Suite, tmp_path: Path) -> Iterator[Ground]:
    ground = Ground(history, tmp_path)
    yield ground
    ground.server.stop()


def red(found: dict[str, Finding]) -> set[str]:
    return {check for check, each in found.items() if each.wrong}


ONE_GRANT = "(SELECT subject FROM version WHERE source LIKE '%:budget' AND last_sequence > 1 LIMIT 1)"
A_POSTING = (
    "INSERT INTO postings (subject, year, line, kern, operation, credit, debit, amount_cents, role, origin,"
    " correlation_id, happened_on, recorded_at) SELECT subject, year, line, kern, operation, {credit},"
    " {debit}, {cents}, role, origin, correlation_id, happened_on, recorded_at FROM postings WHERE id ="
    " (SELECT max(id) FROM postings WHERE kern IS NOT NULL)"
)
GONE_AND_BACK = [
    A_POSTING.format(credit="'reserved'", debit="'available'", cents=10_000_000),
    A_POSTING.format(credit="'available'", debit="'reserved'", cents=10_000_000),
]
A_GAP = (
    "INSERT INTO parked (event_id, source, subject, sequence, event_type, nats_subject, payload, reason,"
    " attempts, parked_at) VALUES ('p', 'urn:x', 's', 3, 'initiative.started.v1', 'kernpuls.x', '', '{}', 0,"
    " '2021-07-01 12:00:00.000000')"
)
DAMAGES = {
    "an outbox byte": ("budget", ["UPDATE outbox SET payload = payload || ' ' WHERE id = 9"], {"C1"}),
    "an outbox row gone": ("budget", ["DELETE FROM outbox WHERE id = 9"], {"C1", "C5", "C8"}),
    "an event said twice over": ("surveys", ["UPDATE aggregate SET version = version + 1"], {"C5"}),
    "a version lowered": (
        "analytics",
        [f"UPDATE version SET last_sequence = last_sequence - 1 WHERE subject = {ONE_GRANT}"],
        {"C2", "C9"},
    ),
    "a version raised": (
        "budget",
        ["UPDATE version SET last_sequence = last_sequence + 1 WHERE rowid = 1"],
        {"C2"},
    ),
    "a version gone": ("notifications", [f"DELETE FROM version WHERE subject = {ONE_GRANT}"], {"C2", "C9"}),
    "a posting added": ("budget", [A_POSTING.format(credit="credit", debit="debit", cents=1)], {"C3"}),
    "a cent over": (
        "budget",
        ["UPDATE budget_lines SET paid_cents = paid_cents + 1 WHERE rowid = 1"],
        {"C3", "C8"},
    ),
    "an emptied table": ("budget", ["DELETE FROM grants"], {"C8"}),
    "an amount that no event made": ("budget", ["UPDATE expenses SET paid_cents = paid_cents - 1"], {"C8"}),
    "below nothing in between": ("budget", GONE_AND_BACK, {"C3"}),
    "a letter that did not arrive": ("notifications", ["DELETE FROM mailbox WHERE rowid = 1"], {"C4"}),
    "a notice gone": ("notifications", ["DELETE FROM notice WHERE rowid = 1"], {"C4"}),
    "a letter never told of": ("notifications", ["UPDATE notice SET state = 'waiting'"], {"C4"}),
    "news doubled": ("notifications", ["UPDATE feed_item SET kern = 'elders' WHERE id = 1"], {"C4"}),
    "a figure": ("analytics", ["UPDATE cell SET value = value + 1 WHERE measure LIKE 'budget.%'"], {"C6"}),
    "a counted figure": (
        "analytics",
        ["UPDATE cell SET value = value + 1 WHERE measure LIKE 'comm%'"],
        {"C6"},
    ),
    "an entity gone": (
        "analytics",
        ["DELETE FROM entity WHERE subject IN (SELECT max(subject) FROM entity)"],
        {"C6"},
    ),
    "an event not published": ("budget", ["UPDATE outbox SET published_at = NULL WHERE id = 9"], {"C7"}),
    "a gap left open": ("analytics", [A_GAP.format("gap")], {"C7"}),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damage_shows_in_its_check(ground: Ground, damage: str) -> None:
    service, statements, expected = DAMAGES[damage]
    assert red(await ground.verify(service)) == set()
    ground.damage(service, *statements)
    assert red(await ground.verify(service)) == expected


async def test_a_message_gone_from_the_stream_shows_at_its_owner_and_at_who_follows(ground: Ground) -> None:
    client = await nats.connect(ground.server.url)
    [(place,)] = sqlite3.connect(ground.folder / "budget.sqlite").execute(
        "SELECT stream_sequence FROM outbox WHERE nats_subject LIKE '%.grant.allocated.v1' LIMIT 1"
    )
    await api(client, f"STREAM.MSG.DELETE.{STREAM}", {"seq": place})
    found = await ground.verify("budget")
    assert red(found) == {"C1", "C5"}
    assert found["C1"].wrong[0].startswith("lost by the stream: outbox row")
    assert red(await ground.verify("analytics")) >= {"C2", "C6"}
    await client.close()


async def test_a_stream_that_is_gone_shows_everywhere(ground: Ground) -> None:
    client = await nats.connect(ground.server.url)
    await api(client, f"STREAM.DELETE.{STREAM}")
    for service, checks in CHECKS.items():
        found = red(await ground.verify(service))
        assert found & checks & {"C1", "C2"}, service
    await client.close()


async def test_a_message_of_a_stranger_shows(ground: Ground) -> None:
    """Whoever uses the account of initiatives can say this; that it did not is in its outbox."""
    client, ours = await nats.connect(ground.server.url), load_municipality(Settings().municipality)
    place, said = message("stranger", 1, source=source_of(ours.oin, "initiatives"))
    theirs = "gm9999"
    await client.request(place.replace(theirs, ours.code), said.replace(theirs.encode(), ours.code.encode()))
    found = await ground.verify("initiatives")
    assert red(found) == {"C1"}
    assert "not in the outbox: no id, place" in found["C1"].wrong[0]
    assert red(await ground.verify("analytics")) == {"C2", "C6", "C7", "C9"}
    await client.close()


async def test_dead_letters_are_listed_and_wait_for_a_person(ground: Ground) -> None:
    ground.damage("analytics", A_GAP.format("dead"))
    found = await ground.verify("analytics")
    assert red(found) == set()
    assert found["C7"].compared == "nothing waits; dead letters: 1 (initiative.started.v1)"


def test_a_suite_on_postgresql_is_verified_without_a_trace(
    tmp_path: Path, postgres: Callable[[], str]
) -> None:
    """There a service goes through the stream again in a transaction that is rolled back."""
    url = postgres()
    with running(tmp_path, DATABASE_URL=url) as suite, psycopg.connect(url, autocommit=True) as store:
        suite.up()
        made = [suite.post("initiatives", "/v1/initiatives", **INITIATIVE)["id"] for _ in range(5)]
        until(lambda: suite.run("verify").returncode == 0, "all is well")
        suite.stop()
        lower = "UPDATE analytics.version SET last_sequence = 0 WHERE subject = %s"
        assert store.execute(lower, [made[0]]).rowcount == 1
        before = store.execute("SELECT * FROM analytics.entity ORDER BY subject").fetchall()
        told = suite.run("verify", "analytics")
        assert {line.split()[0] for line in told.stdout.splitlines() if " WRONG " in line} == {"C2", "C9"}
        assert store.execute("SELECT * FROM analytics.entity ORDER BY subject").fetchall() == before
        assert store.execute("SELECT count(*) FROM analytics.version WHERE last_sequence = 0").fetchone() == (
            1,
        )
