# SPDX-License-Identifier: EUPL-1.2
"""The operator's commands on a running suite, and one service run by itself."""

import asyncio
import json
import sqlite3

import nats

from shared.contracts.envelope import source_of
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example
from shared.messaging.decode import OWNERS
from shared.municipality import load_municipality
from shared.settings import Settings
from tests.flows.suite import SERVICES, Suite, until
from tests.flows.test_letters import SUBMISSION, mailbox

POISON = b'{"type": "nonsense"'


def publish(suite: Suite, nats_subject: str, payload: bytes) -> None:
    async def once() -> None:
        connection = await nats.connect(suite.bus_url(OWNERS[nats_subject.split(".")[3]]))
        await connection.jetstream().publish(nats_subject, payload, headers={"X-From": "another system"})
        await connection.close()

    asyncio.run(once())


def said(suite: Suite, *command: str) -> str:
    done = suite.run(*command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(suite: Suite, *command: str) -> str:
    done = suite.run(*command)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def test_parked_events_are_listed_shown_replayed_and_discarded(suite: Suite) -> None:
    suite.up()
    assert "nothing is parked" in said(suite, "parked", "list")
    publish(suite, "kernpuls.gm0214.ingen.initiative.submitted.v1", POISON)
    owner = source_of(load_municipality(Settings().municipality).oin, "initiatives")
    ours = {"source": owner, "gemeente": "gm0214", "kern": "ingen", "subjectsequence": "2"}
    early = json.loads(example(CATALOGUE["initiative.submitted.v1"]).to_bytes()) | ours
    publish(suite, "kernpuls.gm0214.ingen.initiative.submitted.v1", json.dumps(early).encode())
    until(lambda: "gap" in said(suite, "parked", "list", "analytics"), "both are parked")
    listed = said(suite, "parked", "list", "analytics")
    assert "dead" in listed
    assert early["subject"] in listed
    shown = said(suite, "parked", "show", "analytics", "1")
    assert POISON.decode() in shown
    gap = said(suite, "parked", "show", "analytics", "2")
    assert "reason        gap" in gap
    assert '{"X-From": "another system"}' in gap
    assert f'  "subject": "{early["subject"]}"' in gap, "the event stands on lines of its own"
    assert "can only be discarded" in refused(suite, "parked", "replay", "analytics", "1")
    told = said(suite, "parked", "discard", "analytics", "1", "--note", "geen bericht van ons")
    assert "geen bericht van ons" in told
    assert "geen bericht van ons" in said(suite, "parked", "list", "analytics", "--closed")
    assert "was closed" in refused(suite, "parked", "discard", "analytics", "1", "--note", "nog eens")
    assert "no parked event 99" in refused(suite, "parked", "replay", "analytics", "99")
    missing = early | {"subjectsequence": "1", "id": "the-first"}
    publish(suite, "kernpuls.gm0214.ingen.initiative.submitted.v1", json.dumps(missing).encode())
    until(lambda: "nothing is parked" in said(suite, "parked", "list", "analytics"), "the gap is filled")


def test_several_are_counted_first_and_nothing_is_done_without_an_answer(suite: Suite) -> None:
    suite.up()
    for number in range(3):
        publish(suite, "kernpuls.gm0214.ingen.initiative.submitted.v1", POISON + b" " * number)
    until(lambda: said(suite, "parked", "list", "analytics").count("dead") == 3, "they are parked")
    chosen = ("parked", "discard", "analytics", "--reason", "dead", "--note", "ruis")
    asked = suite.run(*chosen)
    assert "3 parked events" in asked.stdout, "counted, and nothing done without an answer"
    assert said(suite, "parked", "list", "analytics").count("dead") == 3
    assert "3 events are discarded." in said(suite, *chosen, "--yes")
    assert "several have in common" in refused(suite, "parked", "replay", "analytics")


def test_letters_are_listed_shown_sent_again_and_given_up(suite: Suite) -> None:
    suite.up()
    assert "There is no letter nobody" in refused(suite, "letters", "show", "nobody")
    answer = suite.http.post(suite.url("initiatives", "/v1/initiatives"), json=SUBMISSION)
    assert answer.status_code == 201, answer.text
    until(lambda: len(mailbox(suite)) == 1, "the receipt is there")
    with sqlite3.connect(suite.data / "notifications.sqlite") as store:
        store.execute("DELETE FROM mailbox")
        stopped = "state = 'failed', reason = 'refused', step = 'RCPT', code = '550 5.1.1'"
        store.execute(f"UPDATE notice SET {stopped}")
        [(letter,)] = store.execute("SELECT id FROM notice").fetchall()
    assert "stopped at RCPT by 550 5.1.1" in said(suite, "letters", "list", "--reason", "refused")
    assert f"id            {letter}" in said(suite, "letters", "show", letter)
    assert "1 letters are sent again." in said(suite, "letters", "send-again", "--reason", "refused", "--yes")
    until(lambda: len(mailbox(suite)) == 1, "it was sent again")
    assert "is sent" in refused(suite, "letters", "give-up", letter, "--note", "gebeld")


def test_an_unknown_service_is_named(suite: Suite) -> None:
    assert "initiatives, budget, surveys" in refused(suite, "parked", "list", "nobody")
    assert "initiatives, budget, surveys" in refused(suite, "run", "nobody")


def test_a_store_is_prepared_by_hand_and_a_service_run_by_itself(suite: Suite) -> None:
    assert "kernpuls migrate" in suite.run("run", "budget").stderr
    told = said(suite, "migrate")
    assert all(f"{name}: the database fits this code" in told for name in SERVICES)
    assert "No process of budget takes this up" in refused(suite, "parked", "replay", "budget", "1")
    suite.start("run", "budget")
    until(lambda: suite.answers("budget", "/health/live"), "it answers without a bus")
    assert suite.http.get(suite.url("budget", "/health/ready")).status_code == 503
    suite.stop()
    until(lambda: not suite.processes(), "nothing is left of it")


def test_the_stream_is_created_once_and_kept(suite: Suite) -> None:
    assert "127.0.0.1" in refused(suite, "provision")
    suite.up()
    assert "kept" in said(suite, "provision")
