# SPDX-License-Identifier: EUPL-1.2
"""The JSON Schema of the CloudEvents specification accepts every event."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, FormatChecker

from shared.contracts.envelope import EventData
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example


@pytest.mark.parametrize("data_type", CATALOGUE.values(), ids=CATALOGUE)
def test_the_specification_accepts_it(data_type: type[EventData], standards: Path) -> None:
    schema = json.loads((standards / "cloudevents.schema.json").read_text())
    judge = Draft7Validator(schema, format_checker=FormatChecker())
    sent = json.loads(example(data_type).to_bytes())
    assert [error.message for error in judge.iter_errors(sent)] == []
    assert list(judge.iter_errors({k: v for k, v in sent.items() if k != "specversion"}))
