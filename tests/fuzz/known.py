# SPDX-License-Identifier: EUPL-1.2
"""What a service's OpenAPI cannot know: what its municipality has and allows. Without this nearly every
request would be refused for its kern alone, and nothing behind that refusal be tried. A new service adds its
own; it may also put things into the suite that chains of requests would rarely come by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.municipality import Municipality
from tests.flows.suite import Suite

Schema = dict[str, Any]
PAST = {"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^20(0[1-9]|1[0-9])-0[1-9]-1[0-9]$"}]}


@dataclass(frozen=True)
class Known:
    """`fields` says what is right for a field of that name, wherever it stands in a request. `bodies` says
    for a command which fields, so filled in, are right together; they are tried beside arbitrary ones.
    """

    fields: dict[str, Schema]
    bodies: dict[str, list[dict[str, Schema]]]


def initiatives(of: Municipality, suite: Suite) -> Known:
    kernen, themes = [kern.slug for kern in of.kernen], [theme.slug for theme in of.themes]
    goals = [goal.number for goal in of.goals]
    amount = {"type": "integer", "exclusiveMinimum": 0, "maximum": of.yearly_total_cents}
    happened = {"happenedOn": PAST}
    lines = [line.id for line in of.lines if line.purpose == "grants"]
    kinds = ["knowledge", "network", "space-or-permit", "materials"]
    weighed: list[dict[str, Schema]] = [
        {
            "answers": one_of([_answers(of, line, yes) for yes in (True, False)]),
            "supportKinds": one_of([["money"]]) if line else _some(kinds),
            "line": one_of([line]),
            "amountCents": amount if line else one_of([None]),
            "guideVersion": one_of([of.guide.version, None]),
            "outcome": one_of([None]),
            "happenedOn": one_of([None]),
        }
        for line in (None, *lines)
    ]
    return Known(
        fields={
            "kern": one_of(kernen),
            "kernen": _some(kernen) | {"minItems": 1},
            "theme": one_of(themes),
            "goals": _some(goals),
            "amountAskedCents": amount | {"type": ["integer", "null"]},
            "initiativeId": one_of(_taken_along(of, suite)),
        },
        bodies={
            "SubmitInitiative": [happened],
            "AppointKernambtenaar": [happened | {"validUntil": one_of([None])}],
            "AssessInitiative": weighed,
            **{name: [{"happenedOn": one_of([None])}] for name in ("WithdrawInitiative", "StartInitiative")},
            "RealiseInitiative": [{"happenedOn": one_of([None])}],
        },
    )


def _taken_along(of: Municipality, suite: Suite) -> list[str]:
    """Initiatives in several states: a chain made by chance seldom gets so far."""
    asked = {
        "kernen": [of.kernen[0].slug],
        "theme": of.themes[0].slug,
        "submitterKind": "resident",
        "title": "Een bank",
        "description": "Bij het water.",
        "channel": "web",
    }
    weighed = {
        "answers": _answers(of, None, yes=True),
        "supportKinds": ["knowledge"],
        "publicTitle": "Bank",
        "publicSummary": "Een bank.",
    }
    steps: list[tuple[str, dict[str, Any]]] = [("assessments", weighed), ("starts", {}), ("realisations", {})]
    made = []
    for far in [*range(len(steps) + 1)] * 5:
        made.append(suite.post("initiatives", "/v1/initiatives", **asked)["id"])
        for path, body in steps[:far]:
            suite.post("initiatives", f"/v1/initiatives/{made[-1]}/{path}", **body)
    return made


KNOWN: dict[str, Callable[[Municipality, Suite], Known]] = {"initiatives": initiatives}


def informed(description: Any, known: Known) -> Any:
    """The service's OpenAPI with what is known about requests: commands are closed (`additionalProperties`
    false), parameters are `in` something. What it says of answers stays as it is.
    """
    if isinstance(description, list):
        return [informed(part, known) for part in description]
    if not isinstance(description, dict):
        return description
    found = {name: informed(part, known) for name, part in description.items()}
    if found.get("additionalProperties") is False:
        found["properties"] |= {
            name: known.fields[name] for name in known.fields if name in found["properties"]
        }
        if variants := known.bodies.get(found["title"]):
            properties = found["properties"]
            return {"anyOf": [*(found | {"properties": properties | each} for each in variants), found]}
    if "in" in found and found["name"] in known.fields:
        found["schema"] = known.fields[found["name"]]
    return found


def one_of(values: list[Any]) -> Schema:
    return {"enum": values}


def _some(values: list[Any]) -> Schema:
    return {"type": "array", "items": one_of(values), "uniqueItems": True}


def _answers(of: Municipality, line: str | None, yes: bool) -> list[Any]:
    return [{"criterion": c.id, "yes": yes, "reason": "Daarom."} for c in of.guide.criteria_for(line)]
