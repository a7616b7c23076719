"""The JSON Schemas of a service's events, at the addresses that `dataschema` names (CE-DS)."""

from typing import Any

from shared.contracts.envelope import TYPE_PREFIX, EventData, envelope_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(data_type: type[EventData], schema_base: str) -> dict[str, Any]:
    """One event type as it travels: the whole envelope, with its data."""
    schema = envelope_of(data_type).model_json_schema(by_alias=True, mode="serialization")
    schema["properties"]["type"] = {"const": TYPE_PREFIX + data_type.TYPE}
    return {
        "$schema": DIALECT,
        "$id": f"{schema_base}{data_type.TYPE}.json",
        **schema,
        "title": data_type.TYPE,
        "description": data_type.__doc__,
    }
