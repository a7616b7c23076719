# SPDX-License-Identifier: EUPL-1.2
"""What a service's OpenAPI cannot know: what its municipality has and allows. Without this nearly every
request would be refused for its kern alone, and nothing behind that refusal be tried. A new service adds its
own; it may also put things into the suite that chains of requests would rarely come by.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.municipality import Municipality
from tests.flows.suite import Suite
from tests.fuzz.known_budget import budget
from tests.fuzz.known_others import only_read, surveys
from tests.fuzz.schemas import Known, Schema, one_of, some

OFFICER, OF_EACH = "officer-7", 8
NOW_DONE = (
    "WithdrawInitiative", "StartInitiative", "RealiseInitiative", "RequestSupplement", "SupplementInitiative",
    "EvaluateInitiative", "CorrectPublication", "ErasePerson", "ProposeDestruction", "ApproveDestruction",
)  # fmt: skip
PAST = {"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^20(0[1-9]|1[0-9])-0[1-9]-1[0-9]$"}]}


def initiatives(of: Municipality, suite: Suite) -> Known:
    kernen, themes = [kern.slug for kern in of.kernen], [theme.slug for theme in of.themes]
    goals = [goal.number for goal in of.goals]
    amount = {"type": "integer", "exclusiveMinimum": 0, "maximum": of.yearly_total_cents}
    none = one_of([None])
    happened, now = {"happenedOn": PAST}, {"happenedOn": none}
    late = datetime.now(UTC).date() + timedelta(weeks=of.decision_weeks, days=20)
    ids = _taken_along(of, suite)
    lines = [line.id for line in of.lines if line.purpose == "grants"]
    kinds = ["knowledge", "network", "space-or-permit", "materials"]
    weighed: list[dict[str, Schema]] = [
        {
            "answers": one_of([_answers(of, line, yes) for yes in (True, False)]),
            "supportKinds": one_of([["money"]]) if line else some(kinds),
            "line": one_of([line]),
            "amountCents": amount if line else one_of([None]),
            "guideVersion": one_of([of.guide.version, None]),
            "destination": one_of([None]),
            "outcome": one_of([None]),
            "happenedOn": one_of([None]),
        }
        for line in (None, *lines)
    ]
    return Known(
        fields={
            "kern": one_of(kernen),
            "kernen": some(kernen) | {"minItems": 1},
            "theme": one_of(themes),
            "goals": some(goals),
            "amountAskedCents": amount | {"type": ["integer", "null"]},
        },
        parameters={
            "kern": one_of(kernen),
            "theme": one_of(themes),
            "initiativeId": one_of(ids),
            "guideVersion": one_of([guide.version for guide in of.guides]),
            "officer": one_of([OFFICER]),
            "text": one_of(["bank", "Bij het"]),
        },
        bodies={
            "SubmitInitiative": [happened],
            "AppointKernambtenaar": [happened | {"validUntil": one_of([None])}],
            "AssessInitiative": weighed,
            "AssignInitiative": [now | {"officerId": one_of(["other", OFFICER])}],
            "ExtendTerm": [now | {"until": one_of([str(late)])}],
            "ReportAbsence": [now | {"firstDay": one_of([str(late)]), "lastDay": one_of([str(late)])}],
            "EndAppointment": [now | {"validUntil": one_of([str(late)])}],
            "FindPerson": [{"email": none, "contactId": none, "initiativeId": one_of(ids)}],
            **{name: [now] for name in NOW_DONE},
        },
    )


def _taken_along(of: Municipality, suite: Suite) -> list[str]:
    """Initiatives in several states: a chain made by chance seldom gets so far."""
    kernen = [kern.slug for kern in of.kernen]
    duty = {"kernen": kernen, "validFrom": "2020-01-01", "functionalAddress": "kern@waterrijk.example"}
    for officer in (OFFICER, "other"):
        suite.post("initiatives", "/v1/kernambtenaren", officerId=officer, **duty)
    asked = {
        "kernen": [of.kernen[0].slug],
        "theme": of.themes[0].slug,
        "submitterKind": "resident",
        "title": "Een bank",
        "description": "Bij het water.",
        "channel": "web",
        "contact": {"name": "Iemand", "email": "iemand@waterrijk.example"},
    }
    weighed = {
        "answers": _answers(of, None, yes=True),
        "supportKinds": ["knowledge"],
        "publicTitle": "Bank",
        "publicSummary": "Een bank.",
    }
    steps: list[tuple[str, dict[str, Any]]] = [("assessments", weighed), ("starts", {}), ("realisations", {})]
    lives = [*(steps[:far] for far in range(len(steps) + 1)), [("supplement-requests", {"asked": "Waar?"})]]
    made = []
    for life in lives * OF_EACH:
        made.append(suite.post("initiatives", "/v1/initiatives", **asked)["id"])
        for path, body in life:
            suite.post("initiatives", f"/v1/initiatives/{made[-1]}/{path}", **body)
    return made


KNOWN: dict[str, Callable[[Municipality, Suite], Known]] = {
    "initiatives": initiatives,
    "budget": budget,
    "surveys": surveys,
    "notifications": only_read,
    "analytics": only_read,
}


def informed(description: Any, known: Known) -> Any:
    """The service's OpenAPI with what is known about requests: commands are closed (`additionalProperties`
    false), parameters are `in` something. What it says of answers stays as it is.
    """
    if isinstance(description, list):
        return [informed(part, known) for part in description]
    if not isinstance(description, dict):
        return description
    found = {name: informed(part, known) for name, part in description.items()}
    if found.get("additionalProperties") is False and "properties" in found:
        found["properties"] |= {
            name: known.fields[name] for name in known.fields if name in found["properties"]
        }
        if variants := known.bodies.get(found["title"]):
            properties = found["properties"]
            return {"anyOf": [*(found | {"properties": properties | each} for each in variants), found]}
    if "in" in found and found["name"] in known.parameters:
        found["schema"] = known.parameters[found["name"]]
    return found


def _answers(of: Municipality, line: str | None, yes: bool) -> list[Any]:
    return [{"criterion": c.id, "yes": yes, "reason": "Daarom."} for c in of.guide.criteria_for(line)]
