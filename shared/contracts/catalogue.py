# SPDX-License-Identifier: EUPL-1.2
"""The catalogue of events as people read it: docs/events.md."""

import json
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from typing import Any

from shared.contracts.envelope import TYPE_PREFIX, EventData, owner_of
from shared.contracts.events import CATALOGUE
from shared.contracts.examples import example
from shared.contracts.examples.common import SCHEMA_BASE
from shared.contracts.schema import meaning, schema_of

INTRODUCTION = """\
# Events

Generated from `shared/contracts/` by `make docs`; change it there.

Every event is a [CloudEvent](https://cloudevents.io) 1.0 in structured JSON, published on NATS as
`kernpuls.<gemeente>.<kern>.<type>`, for example `kernpuls.gm9999.noordoever.grant.allocated.v1`. Events of
the whole municipality have `gemeente` in the place of the kern. Wildcards select:
`kernpuls.gm9999.*.grant.allocated.v1` is every grant, `kernpuls.gm9999.noordoever.>` all that happens in
one kern.

- `source` and `id` together are unique. An event that is sent again keeps its id.
- `subject` is the opaque id of the thing the event is about, `subjectsequence` its place in the history of
  that thing: 1, 2, 3 … without gaps. Keep the last one of each `source` and `subject`: at or below it is a
  repetition, the next one is taken, a higher one came too early. (The profile's own `sequence` counts per
  source and sorts as text; this is another thing, so it has another name.)
- `time` is when the event was recorded; `data.happenedOn` is the date in the world.
- `data.kernen` names all kernen concerned, the first being the one in the NATS subject; empty means the
  whole municipality.
- `data.origin` is `live`, `import` (history) or `example` (invented, for demonstration).
- Amounts are integers, in cents. No event holds a person's name, address or words. Words that are in events
  were written for everybody: titles that an official wrote for the public, names of organisations that are
  legal persons, references of decisions, sources of measurements. When one is corrected, a later event says
  so (`initiative.publication-corrected`, `organisation.changed`): show the last, and forget the one before.
- `person.erased` and `records.destroyed` name ids: whoever keeps something under these removes it.
- A compatible change adds an optional field and keeps the type. An incompatible one is a new type `…v2`,
  published beside `v1` and before it, with the same number and an id of its own, for a stated time.
  Ignore fields that you do not know.

The JSON Schema of each event stands in `shared/contracts/schemas/`, and at `/v1/schemas/<type>.json` of the
service that publishes it.
"""


@cache
def page() -> str:
    """The whole document, in Markdown."""
    parts = [INTRODUCTION]
    for owner, data_types in groupby(sorted(CATALOGUE.values(), key=_place), owner_of):
        chosen = list(data_types)
        parts.append(f"\n## {owner.capitalize()}\n\n| type | meaning |\n|---|---|\n")
        parts += [f"| [`{t.TYPE}`](#{_anchor(t)}) | {meaning(t)} |\n" for t in chosen]
        parts += [_section(data_type) for data_type in chosen]
    return "".join(parts)


def _place(data_type: type[EventData]) -> tuple[str, str]:
    return owner_of(data_type), data_type.TYPE


def _anchor(data_type: type[EventData]) -> str:
    return data_type.TYPE.replace(".", "")


def _section(data_type: type[EventData]) -> str:
    shown = json.dumps(json.loads(example(data_type).to_bytes()), indent=2, ensure_ascii=False)
    return (
        f"\n### {data_type.TYPE}\n\n{meaning(data_type)}\n\n"
        f"`type` is `{TYPE_PREFIX}{data_type.TYPE}`; published by {owner_of(data_type)} on "
        f"`kernpuls.<gemeente>.<kern>.{data_type.TYPE}`.\n\n"
        f"| field of `data` | type |\n|---|---|\n{_fields(data_type)}\n```json\n{shown}\n```\n"
    )


def _fields(data_type: type[EventData]) -> str:
    definitions = schema_of(data_type, SCHEMA_BASE)["$defs"]
    properties = definitions[data_type.__name__]["properties"]
    return "".join(f"| `{name}` | {_kind(field, definitions)} |\n" for name, field in properties.items())


def _kind(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """One field in words: what the schema says, as far as people want to know."""
    if "anyOf" in field:
        return " or ".join(_kind(part, definitions) for part in field["anyOf"])
    if "$ref" in field:
        inner = definitions[field["$ref"].rsplit("/", 1)[1]]["properties"]
        return "; ".join(f"`{name}`: {_kind(part, definitions)}" for name, part in inner.items())
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field["type"] == "array":
        return f"list of ({_kind(field['items'], definitions)})"
    return str(field.get("format", field["type"]))
