# SPDX-License-Identifier: EUPL-1.2
"""What a service has done by its own commands before it hears of the examples: a new service adds its own."""

from collections.abc import Callable, Mapping, Sequence

from services.budget.years import handlers as years
from services.budget.years.commands import AdoptBudget
from services.initiatives.assessment.commands import AssessInitiative
from services.initiatives.initiative import handlers as initiatives
from services.initiatives.initiative.commands import SubmitInitiative
from shared.contracts.envelope import NewEvent
from shared.contracts.examples.common import INITIATIVE, SECOND
from shared.messaging.transaction import Transaction

Work = Callable[[Transaction], Sequence[NewEvent]]


def submitted_and_assessed(initiative_id: str) -> list[Work]:
    submission = SubmitInitiative.model_validate(
        {
            "kernen": ["noordoever"],
            "theme": "water",
            "submitterKind": "organisation",
            "title": "Een website",
            "description": "Met een meldknop.",
            "channel": "web",
            "amountAskedCents": 1_200_00,
            "happenedOn": "2021-03-01",
        }
    )
    answers = [
        {"criterion": criterion, "yes": True, "reason": "Ja."}
        for criterion in ("for-more-than-one", "cannot-without")
    ]
    assessment = AssessInitiative.model_validate(
        {
            "answers": answers,
            "goals": [1],
            "supportKinds": ["money"],
            "publicTitle": "Website",
            "publicSummary": "Een website met een meldknop.",
            "amountCents": 1_200_00,
            "happenedOn": "2021-03-12",
        }
    )
    return [
        lambda tx: initiatives.submit(initiative_id, submission, tx),
        lambda tx: initiatives.assess(initiative_id, assessment, tx),
    ]


def adopted() -> list[Work]:
    command = AdoptBudget.model_validate(
        {"year": 2021, "decisionReference": "R21.01", "happenedOn": "2020-11-10"}
    )
    return [lambda tx: years.adopt("year-2021", command, tx)]


BEFORE: Mapping[str, Sequence[Work]] = {
    "initiatives": [*submitted_and_assessed(INITIATIVE), *submitted_and_assessed(SECOND)],
    "budget": adopted(),
}
