# SPDX-License-Identifier: EUPL-1.2
"""The commands that make the life of one initiative of the example."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.suite.example import Story
from shared.municipality import Municipality

WEIGHED = "Zo blijkt uit de aanvraag en het gesprek met de indieners."
DECIDED = frozenset({"allocated", "declined", "released", "withdrawn"})
PROPOSED = "refusal-proposed"  # known to the budget alone, until its holder has confirmed it
HELD = DECIDED | {"reserved", PROPOSED}


@dataclass(frozen=True)
class Step:
    """One command. `name` is unique and becomes its Idempotency-Key; `on` is None for today.

    `{initiative}`, `{id}` and `{grant}` in the path are those of the story; its first step begins it.
    `until` are the states of its money to wait for, because the next step needs them. `file` is sent as it
    is, and waited for until it is imported. With `refused` (creditors that are not paid, and why) the step is
    what the financial system answers to the payment file of the story.
    """

    on: date | None
    name: str
    service: str
    path: str
    body: dict[str, Any]
    story: str = ""
    until: frozenset[str] = frozenset()
    file: str = ""
    refused: Mapping[str, str] | None = None


def life_of(story: Story, municipality: Municipality) -> Iterator[Step]:
    """What residents, the kernambtenaar and the budget holder do with one initiative."""
    own, money = "initiatives/{initiative}", "grants/{grant}"
    yield _act(story, "submit", story.received, "initiatives", _submission(story))
    if story.supplement_asked:
        asked = {"asked": story.supplement}
        yield _act(story, "ask", story.supplement_asked, f"{own}/supplement-requests", asked)
    if story.supplemented:
        answer = {"answer": "Hierbij, met dank voor het meedenken."}
        yield _act(story, "supplement", story.supplemented, f"{own}/supplements", answer)
    if story.extended:
        longer = {"until": str(story.extended_until), "reason": story.because}
        yield _act(story, "extend", story.extended, f"{own}/extensions", longer)
    if story.assessed or story.live:
        weighing, until = _weighing(story, municipality), _awaited(story, municipality)
        yield _act(story, "assess", story.assessed, f"{own}/assessments", weighing, until)
    if story.decided:
        grant = {"decision": "allocate", "amountCents": story.granted_cents}
        yield _act(story, "decide", story.decided, f"{money}/decisions", grant, DECIDED)
    if story.refused:
        yield _act(story, "refuse", story.refused, f"{money}/decisions", {"decision": "decline"}, DECIDED)
    if story.withdrawn:
        yield _act(story, "withdraw", story.withdrawn, f"{own}/withdrawals", {})
    if story.started or story.live:
        yield _act(story, "start", story.started, f"{own}/starts", {})
    if story.realised:
        given = {"supportGiven": story.support}
        yield _act(story, "realise", story.realised, f"{own}/realisations", given)
    if story.settled:
        cost = {"actualCostCents": story.cost_cents}
        yield _act(story, "settle", story.settled, f"{money}/settlements", cost)
        payment = {"creditorNumber": story.creditor_number}
        yield _act(story, "pay", story.settled, f"{money}/payments", payment)
    if story.evaluated:
        back = {"result": story.result, "goals": story.goals, "lesson": story.lesson}
        yield _act(story, "evaluate", story.evaluated, f"{own}/evaluations", back)


def _act(
    story: Story,
    verb: str,
    on: date | None,
    path: str,
    body: dict[str, Any],
    until: frozenset[str] = frozenset(),
) -> Step:
    when = {"happenedOn": str(on), "origin": "example"} if on else {"origin": "live"}
    service = "budget" if path.startswith("grants/") else "initiatives"
    return Step(on, f"{story.name}/{verb}", service, path, body | when, story.name, until)


def _awaited(story: Story, municipality: Municipality) -> frozenset[str]:
    """What the budget answers to the assessment, before anybody decides."""
    if story.amount_cents is None:
        return frozenset()
    line = municipality.line(story.line or municipality.default_line)
    by_itself = line is not None and story.amount_cents <= line.automatic_limit_cents
    return HELD if story.refused or not by_itself else DECIDED


def _submission(story: Story) -> dict[str, Any]:
    return {
        "kernen": story.kernen,
        "theme": story.theme,
        "submitterKind": story.by,
        "title": story.title,
        "description": story.summary,
        "channel": story.channel,
        "amountAskedCents": story.amount_cents,
    } | ({"contact": story.submitter.model_dump()} if story.submitter else {})


def _weighing(story: Story, municipality: Municipality) -> dict[str, Any]:
    criteria = municipality.guide.criteria_for(story.line)
    return {
        "answers": [
            {"criterion": c.id, "yes": c.id not in story.no, "reason": story.no.get(c.id, WEIGHED)}
            for c in criteria
        ],
        "goals": story.goals,
        "supportKinds": story.support,
        "line": story.line,
        "amountCents": story.amount_cents,
        "destination": story.destination,
        "publicTitle": story.title,
        "publicSummary": story.summary,
    }
