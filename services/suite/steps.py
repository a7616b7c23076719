# SPDX-License-Identifier: EUPL-1.2
"""From the example to HTTP commands, in the order of their dates."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from services.suite.example import Example, Organisation, ResidentStory, Rounds, Story
from services.suite.example_life import Step, life_of
from services.suite.example_participation import Process, acts
from shared.municipality import Municipality


def steps_of(example: Example, municipality: Municipality) -> list[Step]:
    """Everything there is to do; what is live comes last."""
    steps = [*_years(example), *_spending(example), *_register(example)]
    past = [story for story in example.initiatives if not story.live and story.amount_cents is None]
    for story in example.initiatives:
        if story not in past:
            steps += life_of(story, municipality)
    steps.append(_history(past, municipality))
    for place, resident_story in enumerate(example.stories, 1):
        steps += _resident_story(f"story-{place}", resident_story)
    for process in example.participation:
        steps += _having_a_say(process, municipality)
    for met in example.milestones:
        path = f"milestones/{met.milestone}/reached"
        steps.append(_past(met.on, f"milestone-{met.milestone}", "initiatives", path, {}))
    if example.rounds:
        steps.append(_measuring(example.rounds))
    return sorted(steps, key=lambda step: step.on or date.max)


def _years(example: Example) -> Iterator[Step]:
    for budget in example.budgets:
        body = {
            "year": budget.year,
            "decisionReference": budget.decision,
            "totalCents": budget.total_cents,
            "lines": [{"line": line, "amountCents": cents} for line, cents in budget.lines.items()],
        }
        yield _past(budget.adopted, f"budget-{budget.year}", "budget", "budget-years", body)
        if budget.closed:
            closing = f"budget-years/{budget.year}/closings"
            yield _past(budget.closed, f"closing-{budget.year}", "budget", closing, {})
    for move in example.moves:
        body = {
            "cause": "moved",
            "line": move.line,
            "fromLine": move.source,
            "amountCents": move.amount_cents,
            "reason": move.reason,
        }
        name, path = f"move-{move.on}-{move.line}", f"budget-years/{move.year}/amendments"
        yield _past(move.on, name, "budget", path, body)
    for run in example.contributions:
        yield _past(run.on, f"contributions-{run.year}", "budget", "contribution-runs", {"year": run.year})


def _spending(example: Example) -> Iterator[Step]:
    for spent in example.expenses:
        body: dict[str, Any] = {
            "year": spent.year,
            "line": spent.line,
            "description": spent.description,
            "amountCents": spent.amount_cents,
        }
        name = f"expense-{spent.line}-{spent.on}"
        yield _past(spent.on, name, "budget", "expenses", body, name)
        for invoice in spent.invoices:
            body = {
                "amountCents": invoice.amount_cents,
                "creditorNumber": spent.creditor_number,
                "reference": invoice.reference,
            }
            path = "expenses/{id}/invoices"
            yield _past(invoice.on, f"{name}/{invoice.reference}", "budget", path, body, name)
    for file in example.payments:
        name = f"payments-{file.on}"
        yield _past(file.on, name, "budget", "payment-files", {}, name)
        answer = _past(file.answered, f"{name}/answer", "budget", "payment-answers", {}, name)
        yield replace(answer, refused=file.refused)


def _register(example: Example) -> Iterator[Step]:
    for official in example.kernambtenaren:
        body: dict[str, Any] = {
            "officerId": official.officer,
            "kernen": official.kernen,
            "validFrom": str(official.since),
            "functionalAddress": official.address,
        }
        yield _past(official.since, official.officer, "initiatives", "kernambtenaren", body)
    for organisation in example.organisations:
        body = {
            "kind": organisation.kind,
            "name": organisation.name,
            "kernen": organisation.kernen,
            "activeFrom": str(organisation.active_from),
            "creditorNumber": organisation.creditor_number,
        }
        yield _past(organisation.registered, _key(organisation), "budget", "organisations", body)


def _measuring(rounds: Rounds) -> Step:
    """A file that was changed since is another step: it corrects what the earlier one recorded."""
    name = f"rounds-{sha256(rounds.text.encode()).hexdigest()[:16]}"
    return _past(rounds.imported, name, "surveys", "imports", {"csv": rounds.text})


def _resident_story(name: str, story: ResidentStory) -> Iterator[Step]:
    sent = {"kern": story.kern, "theme": story.theme, "text": story.text, "consent": True}
    for on, verb, path, body in (
        (story.sent, "tell", "stories", sent),
        (story.published, "publish", "stories/{id}/reviews", {"publish": "yes"}),
    ):
        when = {"happenedOn": str(on), "origin": "example"}
        yield Step(on, f"{name}/{verb}", "surveys", path, body | when, name)


def _having_a_say(process: Process, municipality: Municipality) -> Iterator[Step]:
    guide = municipality.participation.guides[-1]
    name = f"participation-{process.name}"
    for on, verb, path, body in acts(process, tuple(c.id for c in guide.criteria)):
        when = {"happenedOn": str(on), "origin": "example"}
        path = "participations/{id}" + path if path else "participations"
        yield Step(on, f"{name}/{verb}", "initiatives", path, body | when, name)


def _history(past: list[Story], municipality: Municipality) -> Step:
    """What asked for no money comes in as one file; what did waits for the budget at each step."""
    lines, last = [], date.min
    for story in past:
        submission, *rest = life_of(story, municipality)
        line = {
            "key": f"example-{story.name}"[:64],
            "received": str(submission.on),
            "submission": _undated(submission),
            "steps": [
                {"step": step.path.rsplit("/", 1)[1], "on": str(step.on), "body": _undated(step)}
                for step in rest
            ],
        }
        lines.append(json.dumps(line))
        last = max(last, *(step.on or last for step in (submission, *rest)))
    text = "\n".join(lines)
    name = f"history-{sha256(text.encode()).hexdigest()[:16]}"
    return Step(last, name, "initiatives", "imports?origin=example", {}, file=text)


def _undated(step: Step) -> dict[str, Any]:
    return {name: value for name, value in step.body.items() if name not in ("happenedOn", "origin")}


def _key(organisation: Organisation) -> str:
    return "-".join((organisation.kind, *organisation.kernen))


def _past(on: date, name: str, service: str, path: str, body: dict[str, Any], story: str = "") -> Step:
    return Step(on, name, service, path, body | {"happenedOn": str(on), "origin": "example"}, story)
