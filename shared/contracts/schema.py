"""The JSON Schemas of the events, at the addresses that `dataschema` names (CE-DS)."""

from typing import Any

from shared.contracts.envelope import TYPE_PREFIX, EventData, envelope_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SOMETIMES = {"causationid", "traceparent"}  # left out of an event when there is none
ID = {
    "type": "string",
    "format": "uuid",
    "description": "A random UUID. An event that is sent again keeps it.",
}


def schema_of(data_type: type[EventData], schema_base: str) -> dict[str, Any]:
    """One event type as it travels: the whole envelope, with its data."""
    schema = _untitled(envelope_of(data_type).model_json_schema(by_alias=True, mode="serialization"))
    properties = schema["properties"] | {"id": ID, "type": {"const": TYPE_PREFIX + data_type.TYPE}}
    for optional in SOMETIMES:  # absent, never null: CloudEvents knows no null attribute
        properties[optional] = properties[optional]["anyOf"][0]
    return {
        "$schema": DIALECT,
        "$id": f"{schema_base}{data_type.TYPE}.json",
        "title": data_type.TYPE,
        "description": data_type.__doc__,
        **schema,
        "properties": properties,
        "required": [name for name in properties if name not in SOMETIMES],
    }


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes of names: they say nothing that the name does not."""
    if isinstance(schema, dict):
        return {k: _untitled(v) for k, v in schema.items() if k != "title" or not isinstance(v, str)}
    return [_untitled(part) for part in schema] if isinstance(schema, list) else schema
