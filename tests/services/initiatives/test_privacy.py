# SPDX-License-Identifier: EUPL-1.2
"""What somebody tells about themselves, and in which words, stays in this service's own tables."""

from dataclasses import replace
from functools import partial

import httpx
from fastapi import Response
from prometheus_client import CollectorRegistry
from sqlalchemy import inspect, text
from structlog.testing import capture_logs

from services.initiatives.__main__ import SERVICE
from services.initiatives.initiative import handlers, queries
from services.initiatives.initiative.commands import SubmitInitiative
from services.initiatives.initiative.views import InitiativeView
from shared.access.rules import does
from shared.http.app import create_app
from shared.http.endpoint import EndpointDep
from shared.http.router import Router
from tests.access import AS_ANYBODY, DOOR
from tests.services.initiatives.conftest import APPOINTMENT, ASSESSMENT, SUBMISSION, Room

CANARIES = [
    "Kanarie Naam",
    "kanarie-mail@voorbeeld.example",
    "06-kanarie-telefoon",
    "Kanariestraat 1",
    "kanarie-titel",
    "kanarie-tekst",
    "kanarie-reden",
    "kanarie-motivering",
    "kern-noord@waterrijk.example",
]
REACH = CANARIES[:4]


async def test_events_and_answers_tell_nothing_of_the_person(api: httpx.AsyncClient, room: Room) -> None:
    answers = [{"criterion": "for-more-than-one", "yes": False, "reason": "kanarie-reden"}]
    overruled = {"answers": answers, "outcome": "support", "motivation": "kanarie-motivering"}
    words = {"title": "kanarie-titel", "description": "kanarie-tekst"}
    said = [
        await api.post("/v1/kernambtenaren", json=APPOINTMENT),
        await api.post("/v1/initiatives", json=SUBMISSION | words, headers={"Idempotency-Key": "k1"}),
    ]
    one = said[1].headers["Location"]
    for path, body in [
        ("assessments", ASSESSMENT | overruled),
        ("assessments", ASSESSMENT | overruled),  # refused: the refusal tells nothing either
        ("starts", {}),
        ("realisations", {"supportGiven": ["knowledge"]}),
    ]:
        said.append(await api.post(f"{one}/{path}", json=body))
    said += [await api.get(path) for path in (one, "/v1/initiatives", "/v1/nothing")]
    assert [answer.status_code for answer in said] == [201, 201, 201, 409, 201, 201, 200, 200, 404]

    events = room.events()
    assert len(events) == 6  # appointed, submitted, assigned, assessed, started, realised
    for event in events:
        assert not [canary for canary in CANARIES if canary in event.decode()]
    for answer in said:
        assert not [canary for canary in REACH if canary in answer.text]


async def test_contact_data_is_in_its_own_table_alone(api: httpx.AsyncClient, room: Room) -> None:
    await api.post("/v1/initiatives", json=SUBMISSION, headers={"Idempotency-Key": "k1"})
    with room.database.reader.connect() as connection:
        found = {}
        for table in _tables(room):
            rows = str(connection.execute(text(f'SELECT * FROM "{table}"')).all())
            found[table] = [canary for canary in REACH if canary in rows]
    assert {table for table, canaries in found.items() if canaries} == {"contact"}
    assert found["contact"] == REACH


async def test_a_refused_submission_does_not_repeat_the_person(api: httpx.AsyncClient) -> None:
    contact = SUBMISSION["contact"] | {"email": "kanarie-mail", "phone": 6}
    answer = await api.post("/v1/initiatives", json=SUBMISSION | {"contact": contact})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"contact.email", "contact.phone"}
    assert "kanarie" not in answer.text.lower()


class SubmitWithSecret(SubmitInitiative):
    """As if somebody added a field that is for this service alone."""

    household_size: str


@does(handlers.submit)
async def submit_with_secret(command: SubmitWithSecret, http: EndpointDep) -> Response:
    initiative_id = http.new_id()
    return await http.create(
        partial(handlers.submit, initiative_id, command),
        lambda tx: queries.one(tx.connection, tx.municipality, initiative_id),
    )


async def test_a_new_field_is_in_no_event_log_or_view_unless_that_names_it(room: Room) -> None:
    router = Router()
    router.add_api_route(
        "/initiatives", submit_with_secret, methods=["POST"], status_code=201, response_model=InitiativeView
    )
    app = create_app(replace(SERVICE, api=router), room.transactions, _ready, CollectorRegistry(), DOOR)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=AS_ANYBODY
    ) as client:
        with capture_logs() as lines:
            answer = await client.post(
                "/v1/initiatives", json=SUBMISSION | {"householdSize": "kanarie-gezin"}
            )
            refused = await client.post(
                "/v1/initiatives",
                json=SUBMISSION | {"householdSize": "kanarie-gezin", "kernen": ["atlantis"]},
            )
    assert (answer.status_code, refused.status_code) == (201, 400)
    events = room.events()
    assert len(events) == 2  # submitted, and its kern has nobody on duty
    for shown in (*events, answer.text, refused.text, lines):
        assert "kanarie-gezin" not in str(shown)
    with room.database.reader.connect() as connection:
        for table in _tables(room):
            assert "kanarie-gezin" not in str(connection.execute(text(f'SELECT * FROM "{table}"')).all())


async def _ready() -> dict[str, str]:
    return {}


def _tables(room: Room) -> list[str]:
    return inspect(room.database.engine).get_table_names()
