# SPDX-License-Identifier: EUPL-1.2
"""The letter to who submitted an initiative, in plain Dutch, as it is kept with the decision and sent.

It names nobody: the letter around it does. With money asked, the budget's decision is the letter.
"""

import re
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.initiatives.assessment.model import Assessment
from shared.municipality import Municipality

SUBJECTS = {
    "support": "Wij steunen uw initiatief",
    "decline": "Ons besluit over uw initiatief",
    "redirect": "Uw vraag hoort bij een ander team",
}
SUPPORT = {
    "knowledge": "kennis",
    "network": "contacten",
    "space-or-permit": "ruimte of een vergunning",
    "materials": "materiaal",
}
templates = Environment(
    loader=PackageLoader("services.initiatives.assessment"),
    autoescape=False,  # noqa: S701 - this is no markup; the letter's HTML escapes it
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class DecisionLetter:
    """What the submitter is written; `sent` is false where the decision on money is the letter."""

    subject: str
    text: str
    sent: bool


def letter_about(
    made: Assessment, title: str, amount_asked_cents: int | None, of: Municipality
) -> DecisionLetter:
    """The letter about an assessment. `amount_asked_cents` is what the submitter asked: a no to that can be
    objected to (Awb 6:7), and says so.
    """
    weighing, outcome = made.weighing, made.outcome
    asks_money = outcome == "support" and weighing.amount_cents is not None
    values: dict[str, Any] = {
        "outcome": outcome,
        "support": [SUPPORT[kind] for kind in weighing.support_kinds if kind in SUPPORT],
        "money": asks_money,
        "destination": of.destination(weighing.destination) if weighing.destination else None,
        "noes": [
            {"question": of.question(answer.criterion), "reason": answer.reason}
            for answer in weighing.answers
            if not answer.yes
        ],
        "motivation": weighing.motivation,
        "objection": outcome == "decline" and bool(amount_asked_cents or weighing.amount_cents),
        "municipality": of,
    }
    text = templates.get_template("decision_letter.txt").render(values).strip()
    return DecisionLetter(f"{SUBJECTS[outcome]}: {title}", re.sub(r"\n{3,}", "\n\n", text), not asks_money)
