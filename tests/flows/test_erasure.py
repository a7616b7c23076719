# SPDX-License-Identifier: EUPL-1.2
"""A day of use with a canary in every personal field; then erasure; and a backup from before it put back."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import PATIENCE
from tests.flows.suite import SERVICES, Suite, until

NAME, EMAIL = "Kanarie-Naam-71", "kanarie-71@voorbeeld.example"
PHONE, ADDRESS = "06-kanarie-71", "Kanariestraat-71"
TITLE, TEXT = "kanarietitel71", "kanarietekst71"  # one word each: words are found by their folded form
ASKED, ANSWERED, LESSON = "kanarie-gevraagd-71", "kanarie-aanvulling-71", "kanarie-les-71"
REASON, MOTIVATION = "kanarie-reden-71", "kanarie-motivering-71"
JOINED, JOINED_AT = "Kanarie-Deelnemer-71", "kanarie-mee-71@voorbeeld.example"
TELLER = "kanarie-verteller-71@voorbeeld.example"
REACH = (EMAIL, PHONE, ADDRESS, JOINED, JOINED_AT, TELLER)
KEPT = (NAME, TITLE, TEXT, REASON, MOTIVATION, ASKED, ANSWERED, LESSON)  # by law, once it was decided
ALL = REACH + KEPT
CONTACT = {"name": NAME, "email": EMAIL, "phone": PHONE, "address": ADDRESS}
SUBMISSION: dict[str, Any] = {
    "kernen": ["ingen"], "theme": "green", "submitterKind": "resident", "channel": "web",
    "title": TITLE, "description": TEXT, "contact": CONTACT,
}  # fmt: skip


def posted(suite: Suite, service: str, path: str, body: dict[str, Any], status: int = 201) -> Any:
    headers = {"Idempotency-Key": f"{path}/{len(str(body))}"}
    answer = suite.http.post(suite.url(service, path), json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def assessed(suite: Suite, one: str) -> None:
    criteria = ("beyond-individual", "fits-frames")
    answers = [{"criterion": each, "yes": each != "fits-frames", "reason": REASON} for each in criteria]
    body = {
        "answers": answers, "outcome": "support", "motivation": MOTIVATION, "supportKinds": ["network"],
        "publicTitle": "Openbare titel", "publicSummary": "Openbare tekst.",
    }  # fmt: skip
    posted(suite, "initiatives", f"{one}/assessments", body)


def a_day(suite: Suite) -> str:
    """Submitted, weighed, taken part, told: everything that asks for something personal."""
    one = f"/v1/initiatives/{posted(suite, 'initiatives', '/v1/initiatives', SUBMISSION)['id']}"
    posted(suite, "initiatives", f"{one}/supplement-requests", {"asked": ASKED})
    posted(suite, "initiatives", f"{one}/supplements", {"answer": ANSWERED})
    assessed(suite, one)
    posted(suite, "initiatives", f"{one}/starts", {})
    posted(suite, "initiatives", f"{one}/realisations", {"supportGiven": ["network"]})
    posted(suite, "initiatives", f"{one}/evaluations", {"result": "partly", "lesson": LESSON})
    answers = [
        {"criterion": each, "yes": True, "reason": "Ja."}
        for each in ("room-to-change", "touches-residents", "time-and-people")
    ]
    question = {"kernen": ["ingen"], "publicSubject": "Het plein", "answers": answers}
    process = posted(suite, "initiatives", "/v1/participations", question)["id"]
    start = {
        "rung": "advise",
        "invited": ["neighbours"],
        "publicGoal": "Een plein",
        "publicReaching": "Deuren",
    }
    posted(suite, "initiatives", f"/v1/participations/{process}/starts", start)
    joins = {"name": JOINED, "email": JOINED_AT, "consent": True}
    posted(suite, "initiatives", f"/v1/participations/{process}/participants", joins)
    held = {"form": "meeting", "invitedBy": "letter", "attendance": 20, "groups": ["neighbours"]}
    posted(suite, "initiatives", f"/v1/participations/{process}/activities", held)
    points = [{"publicInput": "Bomen", "use": "adopted", "publicAnswer": "Die komen er."}]
    posted(suite, "initiatives", f"/v1/participations/{process}/conclusions", {"points": points})
    story = {"kern": "ingen", "text": "Een verhaal.", "contact": TELLER, "consent": True}
    told = posted(suite, "surveys", "/v1/stories", story)["id"]
    posted(suite, "surveys", f"/v1/stories/{told}/reviews", {"publish": "yes"})
    return one


def all_sent(suite: Suite) -> bool:
    found = list(suite.all("notifications", "/v1/notices"))
    to_people = [each for each in found if each["audience"] in ("submitter", "participant")]
    return len(to_people) >= 3 and all(each["state"] == "sent" for each in to_people)


def holders(suite: Suite, words: tuple[str, ...]) -> set[str]:
    """Every file below the data directory in which any of these words stands: stores, logs, the stream."""
    found = set()
    for path in suite.data.rglob("*"):
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words):
            found.add(path.relative_to(suite.data).parts[0].split(".sqlite")[0])
    return found


def spoken(suite: Suite) -> str:
    """The log, the measurements, and everything the overview and the exports show."""
    said = [suite.told()]
    for service in SERVICES:
        said.append(suite.http.get(suite.url(service, "/metrics")).text)
    pages = ("/", "/kernen/ingen", "/v1/overview", "/v1/kernen", "/v1/kernen/ingen/overview")
    said += [suite.http.get(suite.url("analytics", page)).text for page in pages]
    said += [suite.http.get(suite.url("notifications", page)).text for page in ("/werk/postvak", "/v1/feed")]
    return "\n".join(said)


def tables_with(store: Path, words: tuple[str, ...]) -> set[str]:
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {
            table
            for table in tables
            for row in connection.execute(f'SELECT * FROM "{table}"')
            for value in row
            if any(
                word in (value.decode(errors="replace") if isinstance(value, bytes) else str(value))
                for word in words
            )
        }


def test_nothing_of_a_person_is_left_anywhere_and_a_backup_does_not_bring_it_back(suite: Suite) -> None:
    suite.up()
    one = a_day(suite)
    until(lambda: all_sent(suite), "the letters have arrived")
    # Before: in the store that owns it, and in the local stand-in for a mail server; nowhere else.
    until(lambda: holders(suite, ALL) == {"initiatives", "notifications"}, f"in {holders(suite, ALL)}")
    assert tables_with(suite.data / "notifications.sqlite", ALL) == {"mailbox"}
    assert not [
        word
        for word in ALL
        if word in spoken(suite).replace(suite.http.get(suite.url("notifications", "/werk/postvak")).text, "")
    ]
    suite.stop()
    backup = suite.folder / "backup.sqlite"
    shutil.copy(suite.data / "initiatives.sqlite", backup)

    suite.up()
    said = posted(suite, "initiatives", "/v1/erasures", {"person": {"email": EMAIL.upper()}})
    posted(suite, "initiatives", "/v1/erasures", {"person": {"email": JOINED_AT}})
    assert [each["initiativeId"] for each in said["locked"]] == [one.rsplit("/", 1)[1]]
    until(lambda: holders(suite, REACH) == set(), f"gone from {holders(suite, REACH)}")
    until(lambda: holders(suite, KEPT) == {"initiatives"}, "only what is locked is left")
    assert tables_with(suite.data / "initiatives.sqlite", KEPT) == {"locked_record"}
    assert [each["initiativeId"] for each in suite.all("initiatives", "/v1/locked-records")] == [
        one.rsplit("/", 1)[1]
    ]
    assert not [word for word in ALL if word in spoken(suite)]
    again = httpx.post(
        suite.url("initiatives", "/v1/initiatives"), json=SUBMISSION,
        headers={"Idempotency-Key": f"/v1/initiatives/{len(str(SUBMISSION))}", **suite.headers},
        timeout=PATIENCE,
    )  # fmt: skip
    assert again.headers["Idempotency-Replayed"] == "true"
    assert not [word for word in ALL if word in again.text]

    checked = suite.run("verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr

    # The store from before is put back: the journal is followed before anybody is answered.
    suite.stop()
    for path in suite.data.glob("initiatives.sqlite*"):
        path.unlink()
    shutil.copy(backup, suite.data / "initiatives.sqlite")
    assert tables_with(suite.data / "initiatives.sqlite", REACH) >= {"contact", "idempotency"} - {
        "idempotency"
    }
    suite.start()
    until(lambda: suite.answers("initiatives", one), "initiatives answers")
    first = suite.get("initiatives", one)
    assert TITLE not in str(first)
    assert tables_with(suite.data / "initiatives.sqlite", REACH) == set()
    assert tables_with(suite.data / "initiatives.sqlite", KEPT) == {"locked_record"}
    until(lambda: holders(suite, REACH) == set(), "gone from the log of the store too")
