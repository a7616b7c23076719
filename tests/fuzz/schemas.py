# SPDX-License-Identifier: EUPL-1.2
"""How what is known about a service's requests is written down."""

from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """`fields` says what is right for a field of that name in any command; `parameters` for one in a path or
    query. `bodies` says for a command which fields, so filled in, are right
    together; they are tried beside arbitrary ones.
    """

    fields: dict[str, Schema]
    parameters: dict[str, Schema]
    bodies: dict[str, list[dict[str, Schema]]]


def one_of(values: list[Any]) -> Schema:
    return {"enum": values}


def some(values: list[Any]) -> Schema:
    return {"type": "array", "items": one_of(values), "uniqueItems": True}
