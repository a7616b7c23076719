# SPDX-License-Identifier: EUPL-1.2
"""The JSON Schemas of the events, at the addresses that `dataschema` names (CE-DS)."""

import re
from functools import cache
from typing import Any

from pydantic.alias_generators import to_camel

from shared.contracts.envelope import TYPE_PREFIX, EventData, envelope_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SOMETIMES = {"causationid", "traceparent"}  # left out of an event when there is none
ID = {
    "type": "string",
    "format": "uuid",
    "description": "A random UUID. An event that is sent again keeps it.",
}


@cache
def schema_of(data_type: type[EventData], schema_base: str) -> dict[str, Any]:
    """One event type as it travels: the whole envelope, with its data. To be read, not to be changed."""
    schema = _untitled(envelope_of(data_type).model_json_schema(by_alias=True, mode="serialization"))
    properties = schema["properties"] | {"id": ID, "type": {"const": TYPE_PREFIX + data_type.TYPE}}
    for optional in SOMETIMES:  # absent, never null: CloudEvents knows no null attribute
        properties[optional] = properties[optional]["anyOf"][0]
    return {
        "$schema": DIALECT,
        "$id": f"{schema_base}{data_type.TYPE}.json",
        "title": data_type.TYPE,
        "description": meaning(data_type),
        **schema,
        "properties": properties,
        "required": [name for name in properties if name not in SOMETIMES],
    }


def meaning(data_type: type[EventData]) -> str:
    """What the event says happened, with its fields named as in the JSON."""
    text = " ".join((data_type.__doc__ or "").split())
    return re.sub(r"`[a-z_]+`", lambda name: f"`{to_camel(name[0][1:-1])}`", text)


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes of names: they say nothing that the name does not."""
    if isinstance(schema, dict):
        return {k: _untitled(v) for k, v in schema.items() if k != "title" or not isinstance(v, str)}
    return [_untitled(part) for part in schema] if isinstance(schema, list) else schema
