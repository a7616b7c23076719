# SPDX-License-Identifier: EUPL-1.2
"""History comes in whole or not at all, is written in parts, and never twice; on both databases."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from services.initiatives.imports import handlers
from services.initiatives.imports.history_file import PastInitiative, read
from services.initiatives.imports.tables import imported, line
from services.initiatives.initiative import handlers as initiatives
from services.initiatives.initiative.commands import SubmitInitiative
from services.initiatives.initiative.tables import initiative
from shared.contracts.refusals import Invalid
from shared.messaging.transaction import Transaction
from tests.services.initiatives.conftest import APPOINTMENT, Room

JSON_LINES = {"Content-Type": "application/x-ndjson"}
CSV = {"Content-Type": "text/csv"}
SHEET = {
    "key": "old-1", "received": "2019-05-01", "kernen": "noordoever zuidoever", "theme": "water",
    "submitter": "resident", "channel": "paper", "title": "kanarie-titel", "description": "kanarie-tekst",
    "assessed": "2019-05-20", "yes": "for-more-than-one", "no": "", "reason": "Ja.", "goals": "2",
    "support": "knowledge", "public_title": "Steiger", "public_summary": "Een steiger.",
    "started": "2019-06-01", "realised": "2019-08-01",
}  # fmt: skip
TEXT = ",".join(SHEET) + "\n" + ",".join(SHEET.values()) + "\n"


def past(key: str, *steps: tuple[str, str], **changes: Any) -> dict[str, Any]:
    weighing = {
        "answers": [{"criterion": "for-more-than-one", "yes": True, "reason": "Ja."}],
        "goals": [2], "supportKinds": ["knowledge"],
        "publicTitle": "Steiger", "publicSummary": "Een steiger.",
    }  # fmt: skip
    bodies = {"assessments": weighing, "realisations": {"supportGiven": ["knowledge"]}}
    submission = {
        "kernen": ["noordoever", "zuidoever"], "theme": "water", "submitterKind": "resident",
        "channel": "paper", "title": "kanarie-titel", "description": "kanarie-tekst",
    }  # fmt: skip
    return {
        "key": key,
        "received": "2019-05-01",
        "submission": submission | changes,
        "steps": [{"step": step, "on": on, "body": bodies.get(step, {})} for step, on in steps],
    }


WHOLE = [("assessments", "2019-05-20"), ("starts", "2019-06-01"), ("realisations", "2019-08-01")]


def file_of(*each: dict[str, Any]) -> str:
    return "\n".join(json.dumps(one) for one in each)


async def sent(api: httpx.AsyncClient, text: str, headers: dict[str, str] = JSON_LINES, **query: str) -> str:
    answer = await api.post("/v1/imports", content=text.encode(), headers=headers, params=query)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def gone_on(room: Room, most: int = 1_000) -> int:
    """Parts, each in a transaction of its own, as the leader does; returns how many there were."""
    for part in range(most):
        found: list[str] = []

        def one(tx: Transaction, found: list[str] = found) -> list[Any]:
            found += handlers.go_on.found(tx)
            return [event for item in found for event in handlers.go_on.one(item, tx)]

        room.told(one)
        if not found:
            return part
    return most


def stored(room: Room) -> tuple[int, int, int]:
    with room.database.reader.connect() as connection:
        tables = (initiative, imported, line)
        counts = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]
        return counts[0], counts[1], counts[2]


async def test_a_life_of_the_past(api: httpx.AsyncClient, room: Room) -> None:
    await api.post("/v1/kernambtenaren", json=APPOINTMENT | {"validFrom": "2019-01-01"})
    told = len(room.events())
    one = await sent(api, file_of(past("old-1", *WHOLE), past("old-2", ("withdrawals", "2019-05-02"))))
    assert (await api.get(one)).json()["state"] == "checking"
    assert stored(room) == (0, 0, 2)
    gone_on(room)
    done = (await api.get(one)).json()
    assert (done["state"], done["written"], done["known"], done["faults"]) == ("done", 2, 0, [])
    assert stored(room) == (2, 2, 0)
    events = [json.loads(event) for event in room.events()[told:]]
    assert {event["data"]["origin"] for event in events} == {"import"}
    assert [event["data"]["happenedOn"] for event in events][:2] == ["2019-05-01", "2019-05-01"]
    assert "kanarie" not in str(events)
    items = (await api.get("/v1/initiatives")).json()["items"]
    assert {each["state"] for each in items} == {"realised", "withdrawn"}
    assert {each["officerId"] for each in items} == {APPOINTMENT["officerId"]}
    again = await sent(api, file_of(past("old-1", *WHOLE), past("old-3")))
    gone_on(room)
    third = (await api.get(again)).json()
    assert (third["written"], third["known"]) == (1, 1)
    assert stored(room) == (3, 3, 0)


async def test_csv_says_the_same(api: httpx.AsyncClient, room: Room) -> None:
    [(_, of_csv)] = read(TEXT, True, "import")
    assert of_csv == PastInitiative.model_validate(past("old-1", *WHOLE))
    one = await sent(api, TEXT, CSV, origin="example")
    gone_on(room)
    assert (await api.get(one)).json()["state"] == "done"
    assert json.loads(room.events()[-1])["data"]["origin"] == "example"


async def test_a_step_that_could_not_be_taken_refuses_the_file(api: httpx.AsyncClient, room: Room) -> None:
    early = past("b", ("assessments", "2019-05-20"), ("starts", "2019-05-10"))
    unweighed = past("c", ("realisations", "2019-08-01"))
    one = await sent(api, file_of(past("a", *WHOLE), early, unweighed, past("d", kernen=["atlantis"])))
    gone_on(room)
    done = (await api.get(one)).json()
    assert done["state"] == "refused"
    assert [fault["line"] for fault in done["faults"]] == [2, 3, 4]
    assert "starts" in done["faults"][0]["told"]
    assert "realisations" in done["faults"][1]["told"]
    assert "atlantis" in done["faults"][2]["told"]
    assert stored(room) == (0, 0, 0)
    assert room.events() == []


async def test_one_wrong_line_in_5000(quiet_api: httpx.AsyncClient) -> None:
    many = [past(f"k-{place}", *WHOLE) for place in range(5_000)]
    many[3_210]["submission"]["submitterKind"] = "martian"
    answer = await quiet_api.post("/v1/imports", content=file_of(*many).encode(), headers=JSON_LINES)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"line 3211"}


async def test_after_a_crash_it_goes_on_where_it_was(
    api: httpx.AsyncClient, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "AT_ONCE", 2)
    one = await sent(api, file_of(*(past(f"k-{place}", *WHOLE) for place in range(5))))
    assert gone_on(room, 4) == 4  # three parts are checked, one is written
    half = (await api.get(one)).json()
    assert (half["state"], half["checked"], half["written"]) == ("writing", 5, 2)

    def dies(tx: Transaction) -> list[Any]:
        handlers.go_on(tx)
        raise RuntimeError("killed before the commit")

    with pytest.raises(RuntimeError):
        room.told(dies)
    assert (await api.get(one)).json() == half
    gone_on(room)
    assert (await api.get(one)).json()["written"] == 5
    assert stored(room) == (5, 5, 0)
    assert len({json.loads(event)["subject"] for event in room.events()}) == 5


def poisoned(monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    """As if a handler had a fault that only this line meets."""

    def submit(initiative_id: str, command: SubmitInitiative, tx: Transaction) -> list[Any]:
        if command.title == title:
            raise KeyError("kanarie-fout")
        return initiatives.submit(initiative_id, command, tx)

    monkeypatch.setattr(handlers, "HANDLERS", {**handlers.HANDLERS, "submission": submit})


async def test_a_line_that_meets_a_fault_of_ours_keeps_no_other_file(
    api: httpx.AsyncClient, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned(monkeypatch, "Vergif")
    one = await sent(api, file_of(past("a"), past("b", title="Vergif"), past("c")))
    other = await sent(api, file_of(past("d")))
    gone_on(room)
    refused = (await api.get(one)).json()
    assert (refused["state"], [fault["line"] for fault in refused["faults"]]) == ("refused", [2])
    assert "KeyError" in refused["faults"][0]["told"]
    assert "kanarie-fout" not in str(refused)
    assert (await api.get(other)).json()["state"] == "done"
    assert stored(room) == (1, 1, 0)


async def test_a_line_that_fails_after_it_was_checked_is_left_out_and_can_be_sent_again(
    api: httpx.AsyncClient, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = file_of(past("a"), past("b", title="Vergif"), past("c"))
    one = await sent(api, file)
    assert gone_on(room, 1) == 1  # it is checked, and nothing is wrong with it
    with monkeypatch.context() as patch:
        poisoned(patch, "Vergif")
        gone_on(room)
    done = (await api.get(one)).json()
    assert (done["state"], done["written"], [fault["line"] for fault in done["faults"]]) == ("done", 2, [2])
    again = await sent(api, file)
    gone_on(room)
    assert {name: (await api.get(again)).json()[name] for name in ("written", "known")} == {
        "written": 1,
        "known": 2,
    }
    assert stored(room) == (3, 3, 0)


async def test_rows_without_a_value_are_passed_over(api: httpx.AsyncClient, room: Room) -> None:
    with_blanks = TEXT + "," * (len(SHEET) - 1) + "\n\n" + " ," * (len(SHEET) - 1) + "\n"
    assert [past.key for _, past in read(with_blanks, True, "import")] == ["old-1"]
    case = (Path(__file__).parents[3] / "cases" / "initiatives-blank-row.csv").read_text()
    assert [(number, past.key) for number, past in read(case, True, "import")] == [(2, "1")]


def test_a_line_ends_at_a_line_end_only() -> None:
    """And not at what else Unicode counts as one, which JSON may hold as it is."""
    line = json.dumps(past("a", description="Een\u2028bank"), ensure_ascii=False)
    with pytest.raises(Invalid) as refused:
        read(f"\r\n{line}\n", False, "import")
    assert [error.field for error in refused.value.errors] == ["line 2"]
    assert "cannot be shown" in refused.value.errors[0].message


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1"),
        ("{", "line 1"),
        (file_of(past("a"), past("a")), "line 2"),
        (file_of(past("a") | {"colour": "red"}), "line 1"),
        (file_of(past("a", ("assessments", "1066-10-14"))), "line 1"),
        (file_of(past("a", title="x" * 1_000)), "line 1"),
    ],
)
def test_what_is_no_history(text: str, fault: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text, False, "import")
    assert fault in {error.field for error in refused.value.errors}


async def test_a_file_of_another_kind(api: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert (await api.post("/v1/imports", content=b"{}", headers=headers)).status_code == 400
    assert (await api.post("/v1/imports", content=b"\xff", headers=JSON_LINES)).status_code == 400
    assert (await api.post("/v1/imports", content=b"a;b", headers=CSV)).status_code == 400
