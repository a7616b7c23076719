# SPDX-License-Identifier: EUPL-1.2
"""A file of history, read strictly: JSON Lines, or CSV. Each fault names its line and what to do.

A line of JSON has a `key`, the day on which it was `received`, the `submission`, and the `steps` that
followed: each with its name as in the API's paths, its day, and the body that the API takes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from services.initiatives.initiative.commands import TRANSITIONS, SubmitInitiative
from shared.contracts.commands import Command
from shared.contracts.envelope import Data, OpaqueId
from shared.contracts.fields import CalendarDate
from shared.contracts.refusals import Findings
from shared.csv_reader import rows

MOST_LINES, MOST_STEPS, MOST_FAULTS = 20_000, 20, 200
Named = Literal[
    "assignments",
    "supplement-requests",
    "supplements",
    "extensions",
    "assessments",
    "withdrawals",
    "starts",
    "realisations",
    "evaluations",
]
REQUIRED = ("key", "received", "kernen", "theme", "submitter", "channel", "title", "description")
OPTIONAL = (
    "assessed",
    "yes",
    "no",
    "reason",
    "goals",
    "support",
    "public_title",
    "public_summary",
    "withdrawn",
    "started",
    "realised",
)


class PastStep(Data, extra="forbid"):
    """One step after the submission."""

    step: Named
    on: CalendarDate
    body: dict[str, Any] = Field(default_factory=dict)


class PastInitiative(Data, extra="forbid"):
    """One initiative with its steps, in the order in which they were taken."""

    key: OpaqueId
    received: CalendarDate
    submission: dict[str, Any]
    steps: Annotated[tuple[PastStep, ...], Field(max_length=MOST_STEPS)] = ()


def commands(past: PastInitiative, origin: str) -> list[tuple[str, Command]]:
    """The commands of one line, by name. Raises ValidationError."""
    when = {"happenedOn": past.received, "origin": origin}
    found: list[tuple[str, Command]] = [
        ("submission", SubmitInitiative.model_validate(past.submission | when))
    ]
    for step in past.steps:
        when = {"happenedOn": step.on, "origin": origin}
        found.append((step.step, TRANSITIONS[step.step].model_validate(step.body | when)))
    return found


def read(text: str, is_csv: bool, origin: str) -> list[tuple[int, PastInitiative]]:
    """All lines, with their numbers; Invalid, with what is wrong by line, if anything is."""
    findings = Findings()
    documents = _of_csv(text, findings) if is_csv else _of_json(text, findings)
    found, seen, faults = [], dict[str, int](), 0
    for number, document in documents:
        try:
            past = PastInitiative.model_validate(document)
            commands(past, origin)
        except ValidationError as error:
            for wrong in error.errors(include_url=False, include_input=False):
                place = ".".join(str(part) for part in wrong["loc"])
                findings.require(False, f"line {number}", f"{place}: {wrong['msg']}; correct it")
                faults += 1
            if faults >= MOST_FAULTS:
                break
            continue
        again = f"repeats the key of line {seen.get(past.key)}; give each initiative its own"
        findings.require(past.key not in seen, f"line {number}", again)
        seen[past.key] = number
        found.append((number, past))
    findings.require(bool(found) or faults > 0, "line 1", "there is no initiative; add a line")
    too_many = f"is one of {len(found)} initiatives; send at most {MOST_LINES} at once"
    findings.require(len(found) <= MOST_LINES, f"line {MOST_LINES + 1}", too_many)
    findings.settle()
    return found


def _of_json(text: str, findings: Findings) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                findings.require(False, f"line {number}", "is not JSON; write one object on each line")


def _of_csv(text: str, findings: Findings) -> Iterator[tuple[int, object]]:
    for number, row in rows(text, REQUIRED, OPTIONAL, findings):
        yield number, _document({name: value for name, value in row.items() if value})


def _document(row: Mapping[str, str]) -> dict[str, Any]:
    """The same as a line of JSON has."""
    submission = {
        "kernen": row.get("kernen", "").split(),
        "submitterKind": row.get("submitter"),
        **{name: row.get(name) for name in ("theme", "channel", "title", "description")},
    }
    steps = []
    if "assessed" in row:
        steps.append({"step": "assessments", "on": row["assessed"], "body": _weighing(row)})
    for column, step in (("withdrawn", "withdrawals"), ("started", "starts")):
        if column in row:
            steps.append({"step": step, "on": row[column]})
    if "realised" in row:
        given = {"supportGiven": row.get("support", "").split()}
        steps.append({"step": "realisations", "on": row["realised"], "body": given})
    return {"key": row.get("key"), "received": row.get("received"), "submission": submission, "steps": steps}


def _weighing(row: Mapping[str, str]) -> dict[str, Any]:
    answers = [
        {"criterion": criterion, "yes": column == "yes", "reason": row.get("reason")}
        for column in ("yes", "no")
        for criterion in row.get(column, "").split()
    ]
    return {
        "answers": answers,
        "goals": [
            int(goal) if goal.isascii() and goal.isdecimal() else goal
            for goal in row.get("goals", "").split()
        ],
        "supportKinds": row.get("support", "").split(),
        "publicTitle": row.get("public_title"),
        "publicSummary": row.get("public_summary"),
    }
