# SPDX-License-Identifier: EUPL-1.2
"""One test for each rule of the CloudEvents profile that we keep; its id is in the test's name."""

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.catalogue import page
from shared.contracts.envelope import MAX_BYTES, EventData, NewEvent, envelope_of, nats_subject
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example
from shared.contracts.examples.initiatives import ASSESSED, SUBMITTED
from shared.contracts.schema import schema_of
from shared.messaging import outbox
from shared.messaging.transaction import random_id
from shared.municipality import Municipality
from shared.store import Database, plumbing

every_event = pytest.mark.parametrize("data_type", CATALOGUE.values(), ids=CATALOGUE)
RECORDED = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)


def attributes(data_type: type[EventData]) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(example(data_type).to_bytes())
    del sent["data"]
    return sent


def recorded(database: Database, municipality: Municipality, *events: NewEvent) -> list[dict[str, Any]]:
    """What the outbox holds after these events, as they will travel."""
    origin = outbox.Origin(
        "urn:nld:oin:00000099000000999900:systeem:probe", municipality.code, "https://x.example/"
    )
    plumbing.create_all(database.engine)
    with database.engine.begin() as connection:
        entries = [outbox.Entry(event, random_id(), RECORDED, outbox.Cause("cause")) for event in events]
        outbox.append(connection, origin, entries)
        return [json.loads(row.payload) for row in outbox.unpublished(connection, 100)]


@every_event
def test_CE_N1_attribute_names_are_short_and_plain(data_type: type[EventData]) -> None:
    for name in schema_of(data_type, "https://x.example/")["properties"]:
        assert re.fullmatch(r"[a-z0-9]{1,20}", name)


def test_CE_ID_an_id_is_a_uuid_and_the_schema_says_so(database: Database, municipality: Municipality) -> None:
    events = recorded(database, municipality, *(NewEvent("a", SUBMITTED) for _ in range(3)))
    assert len({uuid.UUID(event["id"]) for event in events}) == 3
    for data_type in CATALOGUE.values():
        described = schema_of(data_type, "https://x.example/")["properties"]["id"]
        assert described["format"] == "uuid"
        assert "keeps it" in described["description"]


@every_event
def test_CE_SRC_the_source_is_a_urn_of_the_owner(data_type: type[EventData]) -> None:
    owner = data_type.__module__.split(".")[2]
    source = attributes(data_type)["source"]
    assert re.fullmatch(rf"urn:nld:oin:00000099\d{{12}}:systeem:{owner}", source)


def test_CE_SRC_a_source_that_is_a_location_is_refused() -> None:
    sent = example(CATALOGUE["initiative.submitted.v1"]).model_dump()
    with pytest.raises(ValidationError, match="source"):
        envelope_of(CATALOGUE["initiative.submitted.v1"]).model_validate(
            sent | {"source": "https://a.example/x"}
        )


@every_event
def test_CE_T1_the_type_is_reverse_dns(data_type: type[EventData]) -> None:
    assert re.fullmatch(r"nl\.kernpuls\.[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9]\d*", attributes(data_type)["type"])


@every_event
def test_CE_T2_the_type_names_no_organisation(data_type: type[EventData], municipality: Municipality) -> None:
    named = attributes(data_type)["type"]
    assert municipality.code not in named
    assert municipality.name.lower() not in named
    assert not re.search(r"gm\d{4}|gemeente|buren", named)


@every_event
def test_CE_T3_the_type_has_exactly_one_version(data_type: type[EventData]) -> None:
    assert re.findall(r"\bv\d+\b", attributes(data_type)["type"]) == [data_type.TYPE.rsplit(".", 1)[1]]


@every_event
def test_CE_T4_a_compatible_change_keeps_the_type(data_type: type[EventData]) -> None:
    newer = json.loads(example(data_type).to_bytes())
    newer["data"]["addedLater"] = {"any": "thing"}
    newer["addedlater"] = "any thing"
    assert envelope_of(data_type).model_validate(newer).data == example(data_type).data


@every_event
def test_CE_T5_a_version_never_comes_under_the_name_of_another(data_type: type[EventData]) -> None:
    stem, version = data_type.TYPE.rsplit(".v", 1)
    later = json.loads(example(data_type).to_bytes()) | {"type": f"nl.kernpuls.{stem}.v{int(version) + 1}"}
    with pytest.raises(ValidationError, match="type is"):
        envelope_of(data_type).model_validate(later)
    if int(version) > 1:
        assert f"{stem}.v{int(version) - 1}" in CATALOGUE, "the former version is published beside it"


@every_event
def test_CE_T6_every_type_is_explained_in_the_catalogue(data_type: type[EventData]) -> None:
    explained = page().split(f"\n### {data_type.TYPE}\n", 1)[1].split("\n### ", 1)[0]
    assert len(explained.strip().splitlines()[0]) > 10
    for field in data_type.model_json_schema(by_alias=True)["properties"]:
        assert f"| `{field}` |" in explained


def test_CE_TM_time_is_when_it_was_recorded(database: Database, municipality: Municipality) -> None:
    [event] = recorded(database, municipality, NewEvent("a", SUBMITTED))
    assert event["time"] == "2026-09-01T09:30:00Z"
    assert event["data"]["happenedOn"] == "2021-03-01"
    naive = example(CATALOGUE["initiative.submitted.v1"]).model_dump() | {"time": "2026-09-01T09:30:00"}
    with pytest.raises(ValidationError, match="time"):
        envelope_of(CATALOGUE["initiative.submitted.v1"]).model_validate(naive)


@every_event
def test_CE_DS_dataschema_is_where_the_schema_is_published(data_type: type[EventData]) -> None:
    named = attributes(data_type)["dataschema"]
    assert schema_of(data_type, "https://kernpuls.example/schemas/")["$id"] == named
    assert named.endswith(f"/{data_type.TYPE}.json")


@every_event
def test_CE_SUB_the_subject_is_opaque(data_type: type[EventData]) -> None:
    assert uuid.UUID(attributes(data_type)["subject"])


def test_CE_SUB_the_nats_subject_is_chosen_by_wildcards(
    database: Database, municipality: Municipality
) -> None:
    everywhere = SUBMITTED.model_copy(update={"kernen": ()})
    recorded(database, municipality, NewEvent("a", SUBMITTED), NewEvent("b", everywhere))
    with database.engine.begin() as connection:
        subjects = [row.nats_subject for row in outbox.unpublished(connection, 100)]
    assert subjects == [
        "kernpuls.gm9999.noordoever.initiative.submitted.v1",
        "kernpuls.gm9999.gemeente.initiative.submitted.v1",
    ]
    assert nats_subject("gm9999", "noordoever", "grant.allocated.v1").split(".")[3:] == [
        "grant", "allocated", "v1",
    ]  # fmt: skip


def test_CE_SQ_sequences_count_each_subject_without_gaps(
    database: Database, municipality: Municipality
) -> None:
    events = [NewEvent(subject, SUBMITTED) for subject in "abaab"]
    found = recorded(database, municipality, *events)
    assert [(event["subject"], event["subjectsequence"]) for event in found] == [
        ("a", "1"), ("b", "1"), ("a", "2"), ("a", "3"), ("b", "2"),
    ]  # fmt: skip
    assert not [event for event in found if {"sequence", "sequencetype"} & event.keys()], "counted otherwise"
    for wrong in ("0", "01", "-1", 1, "1.0", "", "\u0661"):
        sent = example(CATALOGUE["initiative.submitted.v1"]).model_dump() | {"subjectsequence": wrong}
        with pytest.raises(ValidationError, match="subjectsequence"):
            envelope_of(CATALOGUE["initiative.submitted.v1"]).model_validate(sent)


def test_CE_SZ_an_event_above_64_kb_is_never_recorded(database: Database, municipality: Municipality) -> None:
    huge = ASSESSED.model_copy(update={"public_summary": "ë" * MAX_BYTES})
    with pytest.raises(outbox.TooLarge):
        recorded(database, municipality, NewEvent("a", huge))
    assert recorded(database, municipality) == []


@every_event
def test_CE_PR_context_attributes_hold_only_names_ids_and_times(data_type: type[EventData]) -> None:
    plain = r"[A-Za-z0-9.:/+_-]{1,200}"
    for name, value in attributes(data_type).items():
        assert re.fullmatch(plain, value), name
