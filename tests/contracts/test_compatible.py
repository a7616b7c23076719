# SPDX-License-Identifier: EUPL-1.2
"""Both ways: old events are read by this code, new events are accepted by the schemas of the last release."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.contracts.envelope import envelope_of
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example
from shared.contracts.publish import RELEASED, replaced
from shared.contracts.schema import schema_of

WORDS = {"description", "title", "$id", "$schema", "$comment"}  # may change: they bind nobody


def incompatible(old: Any, new: Any, place: str = "") -> list[str]:
    """What stops a reader of `old` from reading `new`, or the other way round.

    Only optional properties may be added, and words may change. Values allowed by one side alone break
    either the old readers or the reading of old events.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        found = [f"{place}/{key} is gone" for key in old.keys() - new.keys() - WORDS]
        for key, value in new.items():
            if key in WORDS:
                continue
            if key in old:
                found += _narrower(old[key], value, f"{place}/{key}")
            elif not place.endswith(("/properties", "/$defs")):
                found.append(f"{place}/{key} is new")
        return found
    return [] if old == new else [f"{place} was {old!r} and is {new!r}"]


def _narrower(old: Any, new: Any, place: str) -> list[str]:
    if place.endswith("/required"):
        return [] if set(old) == set(new) else [f"{place} was {sorted(old)} and is {sorted(new)}"]
    return incompatible(old, new, place)


RELEASES = sorted(path for path in RELEASED.glob("*.v*.json") if not path.stem.endswith(".example"))


def test_there_is_a_released_set() -> None:
    """Without one the tests below compare nothing."""
    assert len(RELEASES) >= 60


def test_every_released_event_is_still_published() -> None:
    assert {path.stem for path in RELEASES} <= set(CATALOGUE)


def test_every_released_schema_is_kept() -> None:
    broken = {}
    for path in RELEASES:
        now = schema_of(CATALOGUE[path.stem], "https://kernpuls.example/schemas/")
        if found := incompatible(json.loads(path.read_text()), now):
            broken[path.stem] = found
    assert broken == {}, "publish a v2 beside it instead"


def test_released_events_are_read_by_this_code() -> None:
    for path in RELEASES:
        sent = path.with_suffix(".example.json").read_bytes()
        assert envelope_of(CATALOGUE[path.stem]).model_validate_json(sent).type.endswith(path.stem)


def test_our_events_are_accepted_by_released_schemas() -> None:
    for path in RELEASES:
        sent = json.loads(example(CATALOGUE[path.stem]).to_bytes())
        Draft202012Validator(json.loads(path.read_text())).validate(sent)


def test_a_set_is_replaced_before_0_2_0_and_only_added_to_after(tmp_path: Path) -> None:
    first = next(iter(RELEASES))
    other = {first: first.read_text().replace("nl.kernpuls", "nl.other")}
    assert replaced(other, (0, 1, 9)) == []
    assert first.name in replaced(other, (0, 2, 0))
    everything = {path: path.read_text() for path in RELEASED.glob("*.json")}
    assert replaced(everything | {tmp_path / "new.v1.json": "{}"}, (1, 0, 0)) == []


SCHEMA = schema_of(CATALOGUE["grant.allocated.v1"], "https://kernpuls.example/schemas/")
DATA = SCHEMA["$defs"]["GrantAllocated"]


def changed(**changes: Any) -> dict[str, Any]:
    new = copy.deepcopy(SCHEMA)
    new["$defs"]["GrantAllocated"] |= changes
    return new


@pytest.mark.parametrize(
    "new",
    [
        changed(required=[*DATA["required"], "addedLater"]),
        changed(required=DATA["required"][1:]),
        changed(properties={k: v for k, v in DATA["properties"].items() if k != "line"}),
        changed(properties=DATA["properties"] | {"year": {"type": "string"}}),
        changed(properties=DATA["properties"] | {"recipientKind": {"type": "string", "enum": ["resident"]}}),
        changed(properties=DATA["properties"] | {"legalBasis": {"type": "string", "maxLength": 9}}),
        changed(additionalProperties=False),
    ],
    ids=["required-added", "required-dropped", "dropped", "retyped", "enum", "limited", "closed"],
)
def test_each_breaking_change_would_be_seen(new: dict[str, Any]) -> None:
    assert incompatible(SCHEMA, new)


def test_an_added_optional_field_and_other_words_are_compatible() -> None:
    new = changed(properties=DATA["properties"] | {"addedLater": {"type": "string"}}, description="Clearer.")
    assert incompatible(SCHEMA, new) == []
