# SPDX-License-Identifier: EUPL-1.2
"""What others read of the contract is what the code does."""

import json
import re

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator, FormatChecker

from shared.contracts.envelope import EventData, envelope_of
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import STORY, example
from shared.contracts.publish import PROJECT, SCHEMAS, published
from shared.contracts.schema import schema_of

every_event = pytest.mark.parametrize("data_type", CATALOGUE.values(), ids=CATALOGUE)

PERSONAL = {
    "an e-mail address": r"[\w.+-]+@[\w-]+\.\w+",
    "a telephone number": r"(?<![\d-])(?:0|\+31)[1-9](?:[ -]?\d){8}(?!\d)",
    "a postcode": r"\b[1-9]\d{3} ?[A-Z]{2}\b",
    "a bank account": r"\bNL\d{2}[A-Z]{4}\d{10}\b",
}


def test_the_snapshots_are_up_to_date() -> None:
    stale = [
        str(path.relative_to(PROJECT))
        for path, text in published().items()
        if not path.exists() or path.read_text() != text
    ]
    assert stale == [], "run make docs, review the difference, and commit it"


def test_no_snapshot_is_left_of_an_event_that_is_gone() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(CATALOGUE)


def test_every_event_has_an_example() -> None:
    assert {type(data).TYPE for _subject, _sequence, data in STORY} == set(CATALOGUE)


@every_event
def test_the_example_fits_its_schema(data_type: type[EventData]) -> None:
    schema = schema_of(data_type, "https://kernpuls.example/schemas/")
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema, format_checker=FormatChecker())
    sent = json.loads(example(data_type).to_bytes())
    assert [error.message for error in judge.iter_errors(sent)] == []
    for attribute in schema["required"]:
        assert list(judge.iter_errors({k: v for k, v in sent.items() if k != attribute})), attribute


@every_event
def test_the_example_survives_the_journey(data_type: type[EventData]) -> None:
    sent = example(data_type)
    assert envelope_of(data_type).model_validate_json(sent.to_bytes()) == sent


@every_event
def test_the_cloudevents_sdk_accepts_it(data_type: type[EventData]) -> None:
    sent = example(data_type)
    read = JSONFormat().read(CloudEvent, sent.to_bytes())
    assert read.get_id() == sent.id
    assert read.get_time() == sent.time
    assert read.get_data() == json.loads(sent.data.model_dump_json())


@every_event
def test_the_example_holds_no_personal_data(data_type: type[EventData]) -> None:
    sent = example(data_type)
    text = sent.data.model_dump_json()
    for opaque in re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        text = text.replace(opaque, "")
    for what, pattern in PERSONAL.items():
        assert not re.search(pattern, text), what
