# SPDX-License-Identifier: EUPL-1.2
"""To see what is known of somebody, to erase it, and what the law keeps; on both databases."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import httpx
from sqlalchemy import String, Text, insert, inspect, text, update

from services.initiatives.contact.tables import contact
from services.initiatives.initiative.tables import evaluation
from services.initiatives.participation.tables import process
from services.initiatives.persons import erasing, journal
from services.initiatives.persons.sentences import REACHED_BY
from services.initiatives.persons.tables import HIDDEN, PLACES
from services.initiatives.tables import metadata
from shared.contracts.envelope import NewEvent, envelope_of
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.messaging.decode import decode
from shared.messaging.transaction import Cause, Transaction
from shared.store import Database
from tests.conftest import WATERRIJK
from tests.services.initiatives.conftest import ASSESSMENT, SUBMISSION, Room

WHO = {"email": "KANARIE-mail@voorbeeld.example"}
REACH = ["kanarie-mail@voorbeeld.example", "06-kanarie-telefoon", "Kanariestraat 1"]
WORDS = ["Kanarie Naam", "kanarie-titel", "kanarie-tekst", "kanarie-reden", "kanarie-motivering"]
REASONS = {
    "answers": [{"criterion": "for-more-than-one", "yes": False, "reason": "kanarie-reden"}],
    "outcome": "support",
    "motivation": "kanarie-motivering",
}


async def submit(api: httpx.AsyncClient, key: str = "k1") -> str:
    body = SUBMISSION | {"title": "kanarie-titel", "description": "kanarie-tekst"}
    answer = await api.post("/v1/initiatives", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


async def assess(api: httpx.AsyncClient, one: str) -> None:
    answer = await api.post(f"{one}/assessments", json=ASSESSMENT | REASONS, headers={"Idempotency-Key": "a"})
    assert answer.status_code == 201, answer.text


async def erase(api: httpx.AsyncClient, **who: str) -> dict[str, Any]:
    answer = await api.post("/v1/erasures", json={"person": who or WHO}, headers={"Idempotency-Key": "e"})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def where(room: Room, words: Sequence[str]) -> set[str]:
    """The tables in which any of these words stands."""
    found = set()
    with room.database.reader.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = str(
                [
                    bytes(v) if isinstance(v, memoryview) else v
                    for row in connection.execute(text(f'SELECT * FROM "{table}"'))
                    for v in row
                ]
            )
            found |= {table for word in words if word in rows}
    return found


async def test_everything_about_somebody_by_an_address_in_the_body(api: httpx.AsyncClient) -> None:
    one = await submit(api)
    await assess(api, one)
    found = (await api.post("/v1/persons/searches", json=WHO)).json()
    assert [contact["phone"] for contact in found["contacts"]] == ["06-kanarie-telefoon"]
    assert [each["title"] for each in found["initiatives"]] == ["kanarie-titel"]
    assert found["initiatives"][0]["assessment"]["motivation"] == "kanarie-motivering"
    page = await api.post("/werk/personen", data=WHO)
    assert page.status_code == 200
    assert all(word in page.text for word in REACH + WORDS)


async def test_every_column_that_tells_of_somebody_is_on_their_page(
    api: httpx.AsyncClient, room: Room
) -> None:
    """A column that is added for words is on the page by itself; one that is forgotten is found here."""
    one = await submit(api)
    initiative_id = one.rpartition("/")[2]
    await api.post(f"{one}/supplement-requests", json={"asked": "Wat kost het?"})
    await api.post(f"{one}/supplements", json={"answer": "Dat weet ik niet."})
    await assess(api, one)
    written, columns = [], [(contact, name) for name in REACHED_BY if name != "email"]
    columns += [(place.table, name) for place in PLACES for name in place.columns if name != "answers"]
    with room.database.engine.begin() as connection:
        kept = {"initiative_id": initiative_id, "result": "as-intended", "goals": [], "lesson": "Les"}
        connection.execute(insert(evaluation).values({c.name: kept.get(c.name) for c in evaluation.c}))
        for place, (table, name) in enumerate(columns):
            written.append(f"kanarie-{place}-")
            connection.execute(update(table).values({name: written[-1]}))
    page = (await api.post("/werk/personen", data=WHO)).text
    assert [word for word in written if word not in page] == []
    assert "kanarie-reden" in page
    assert REACHED_BY.keys() == {column.name for column in contact.c} - {"id"}


async def test_who_is_not_known_or_asked_for_wrongly(api: httpx.AsyncClient) -> None:
    unknown = {"email": "niemand@voorbeeld.example"}
    assert (await api.post("/v1/persons/searches", json=unknown)).status_code == 404
    for wrong in ({}, WHO | {"initiativeId": "i1"}, {"email": "geen-adres"}):
        answer = await api.post("/v1/persons/searches", json=wrong)
        assert answer.status_code == 400
        assert "geen-adres" not in answer.text
    assert (await api.post("/werk/personen", data=unknown)).status_code == 404
    assert (await api.post("/werk/personen", data={})).status_code == 400
    assert (await api.get("/werk/personen")).status_code == 200


async def test_after_a_decision_the_words_are_locked_and_the_rest_is_gone(
    api: httpx.AsyncClient, room: Room
) -> None:
    one = await submit(api)
    await assess(api, one)
    assert {"contact", "initiative", "assessment", "idempotency"} <= where(room, REACH + WORDS)
    said = await erase(api)
    assert said["locked"][0]["what"] == ["naam", "aanvraag", "redenen van het besluit"]
    assert "schermen" not in said["told"][0]
    assert where(room, REACH) == set()
    assert where(room, WORDS) == {"locked_record"}
    view = (await api.get(one)).json()
    assert (view["title"], view["assessment"]["answers"][0]["reason"]) == (HIDDEN, HIDDEN)
    assert view["assessment"]["publicTitle"] == ASSESSMENT["publicTitle"]
    body = SUBMISSION | {"title": "kanarie-titel", "description": "kanarie-tekst"}
    again = await api.post("/v1/initiatives", json=body, headers={"Idempotency-Key": "k1"})
    assert again.json()["title"] == HIDDEN, "the key still protects, and its answer tells nothing"
    locked = (await api.get("/v1/locked-records")).json()["items"]
    assert [each["initiativeId"] for each in locked] == [view["id"]]
    theirs = (await api.post("/v1/persons/searches", json={"initiativeId": view["id"]})).json()
    assert all(word in str(theirs["locked"][0]["words"]) for word in WORDS)
    assert "kanarie-titel" in (await api.post("/werk/personen", data={"initiativeId": view["id"]})).text
    assert not any(word in str(room.events()) for word in REACH + WORDS)


async def test_what_was_withdrawn_before_a_decision_goes_whole(api: httpx.AsyncClient, room: Room) -> None:
    one = await submit(api)
    await api.post(f"{one}/withdrawals", json={})
    said = await erase(api)
    assert said["locked"] == []
    assert where(room, REACH + WORDS) == set()


async def test_what_a_decision_still_needs_is_locked_after_it(api: httpx.AsyncClient, room: Room) -> None:
    one = await submit(api)
    said = await erase(api)
    assert "besluit moeten nemen" in said["told"][1]
    assert where(room, REACH) == set()
    assert where(room, WORDS) >= {"contact", "initiative"}
    again = await api.post("/v1/erasures", json={"person": {"contactId": said["contactIds"][0]}})
    assert (again.status_code, again.json()["code"]) == (409, "already-erased")
    await assess(api, one)
    room.told(erasing.finish)
    assert where(room, WORDS) == {"locked_record"}


async def test_nobody_is_written_to_any_more(api: httpx.AsyncClient, room: Room) -> None:
    from services.initiatives.questions import contact
    from shared.contracts.initiatives import ContactQuestion
    from shared.contracts.refusals import NotFound

    one = await submit(api)
    await assess(api, one)
    question = ContactQuestion(initiative_id=one.rsplit("/", 1)[1])
    with room.database.reader.connect() as connection:
        assert contact(connection, question).email == REACH[0]
    await erase(api)
    with room.database.reader.connect() as connection:
        try:
            contact(connection, question)
        except NotFound:
            return
    raise AssertionError("somebody can still be reached")


async def test_destruction_by_list_approval_and_declaration(api: httpx.AsyncClient, room: Room) -> None:
    for key, day in (("k1", "2010-03-01"), ("k2", "2010-04-01"), ("k3", "2021-06-01")):
        body = SUBMISSION | {"title": "kanarie-titel", "happenedOn": day, "origin": "import"}
        answer = await api.post("/v1/initiatives", json=body, headers={"Idempotency-Key": key})
        then = {"happenedOn": day, "origin": "import"}
        await api.post(
            f"{answer.headers['Location']}/assessments",
            json=ASSESSMENT
            | then
            | {"answers": [{"criterion": "for-more-than-one", "yes": False, "reason": "kanarie-reden"}]},
        )
    proposed = (await api.post("/v1/destruction-lists", json={})).json()
    assert [item["result"] for item in proposed["items"]] == ["declined", "declined"]
    assert proposed["declaration"] is None
    assert where(room, ["kanarie-titel"]) >= {"initiative"}
    path = f"/v1/destruction-lists/{proposed['id']}"
    first, second = (item["initiativeId"] for item in proposed["items"])
    unknown = {"approvedBy": "o1", "keep": ["geen"]}
    assert (await api.post(f"{path}/approvals", json=unknown)).status_code == 400
    approval = {"approvedBy": "officer-1", "keep": [second]}
    done = (await api.post(f"{path}/approvals", json=approval)).json()
    assert [item["destroyed"] for item in done["items"]] == [True, False]
    assert "Op 16 juni 2021" in done["declaration"]
    assert "van 1 initiatief" in done["declaration"]
    assert (await api.get(f"/v1/initiatives/{first}")).json()["title"] == HIDDEN
    assert (await api.get(f"/v1/initiatives/{second}")).json()["title"] == "kanarie-titel"
    assert (await api.post(f"{path}/approvals", json=approval)).status_code == 409
    assert (await api.get(path)).json() == done
    again = (await api.post("/v1/destruction-lists", json={})).json()
    assert [item["initiativeId"] for item in again["items"]] == [second]


async def test_a_store_from_before_follows_the_journal(api: httpx.AsyncClient, room: Room) -> None:
    """As if a backup was put back: erased here by the events alone, as often as they come."""
    erased, old = await submit(api, "k1"), await submit(api, "k2")
    await assess(api, erased)
    with room.database.reader.connect() as connection:
        found = connection.execute(text("SELECT id, contact_id FROM initiative"))
        ids = {row.id: row.contact_id for row in found}
    one, two = erased.rsplit("/", 1)[1], old.rsplit("/", 1)[1]
    facts: dict[str, Any] = {"kernen": (), "happened_on": "2021-06-01", "actor": "official", "origin": "live"}
    told = [
        NewEvent(ids[one], PersonErased(**facts, about=one)),
        NewEvent("list-1", RecordsDestroyed(**facts, about=(two, "unknown"))),
        NewEvent("unknown-contact", PersonErased(**facts, about="unknown")),
    ]
    for _ in range(2):
        for event in told:
            room.told(lambda tx, event=event: follow(event, tx))  # type: ignore[misc]
    assert where(room, REACH) == set()
    assert where(room, WORDS) == {"locked_record"}
    assert (await api.get("/v1/destruction-lists/list-1")).json()["approvedDate"] == "2021-06-01"
    journal_here = (await api.get("/v1/erasures")).json()["items"]
    assert [each["contactId"] for each in journal_here] == [ids[one], "unknown-contact"]


def follow(said: NewEvent, tx: Transaction) -> list[NewEvent]:
    kind = type(said.data)
    event = envelope_of(kind)(
        id="e", source="urn:nld:oin:00000099000000999900:systeem:initiatives",
        type=f"nl.kernpuls.{kind.TYPE}", subject=said.subject, time=tx.now, dataschema="https://x.example/",
        subjectsequence="1", kern="gemeente", gemeente="gm9999", correlationid="c", data=said.data,
    )  # fmt: skip
    read = decode(f"kernpuls.gm9999.gemeente.{kind.TYPE}", event.to_bytes(), WATERRIJK).event
    assert read
    journal.apply(read, Transaction(tx.connection, tx.now, tx.municipality, Cause("c")))
    return []


def test_no_column_with_words_is_overlooked() -> None:
    """Long texts are words of people, unless they are listed here as what everybody may read, or codes."""
    public = {
        ("assessment", "public_title"),
        ("assessment", "public_summary"),
        ("assessment", "guide_version"),
    }
    reach = {("contact", name) for name in ("name", "email", "address")}
    functional = {("appointment", "functional_address")}
    hidden = {(place.table.name, name) for place in PLACES for name in place.columns}
    public |= {("participation", column.name) for column in process.c if column.name.startswith("public_")}
    # why participation fits: the official's own reasons, about the municipality's plans
    public |= {("participation", "guide_version"), ("participation", "motivation")}
    # of officials, who are in no record of a resident; it ends by itself
    public |= {("session", name) for name in ("issuer", "subject", "name")}
    for table in metadata.tables.values():
        for column in table.columns:
            long = isinstance(column.type, Text) or (
                isinstance(column.type, String) and (column.type.length or 0) >= 100
            )
            if long:
                assert (table.name, column.name) in public | reach | functional | hidden


async def test_sqlite_overwrites_what_is_erased(api: httpx.AsyncClient, room: Room) -> None:
    if not room.database.is_sqlite:
        return  # PostgreSQL: docs/privacy.md says what is promised
    path = str(room.database.engine.url.database)
    one = await submit(api)
    await assess(api, one)
    await api.post(f"{one}/starts", json={})
    await erase(api)
    await room.database.tidy()
    for name in (path, f"{path}-wal"):
        with open(name, "rb") as file:
            assert not [word for word in REACH if word.encode() in file.read()]
    assert sqlite3.connect(path).execute("SELECT count(*) FROM initiative").fetchone() == (1,)


def test_a_closed_store_is_overwritten_too(room: Room) -> None:
    if room.database.is_sqlite:
        with Database(str(room.database.engine.url), "initiatives").engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
