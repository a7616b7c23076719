# SPDX-License-Identifier: EUPL-1.2
"""What the municipality's file says about an assessment: the guide, the line, how much at most."""

from services.initiatives.assessment.commands import AssessInitiative
from services.initiatives.assessment.model import CriterionAnswer, Question, Rules, Weighing
from shared.municipality import Municipality


def weighing_of(command: AssessInitiative, municipality: Municipality) -> Weighing:
    """What was found; the budget line is the default one, unless another is named."""
    asks_money = "money" in command.support_kinds
    return Weighing(
        answers=tuple(CriterionAnswer(a.criterion, a.yes, a.reason) for a in command.answers),
        outcome=command.outcome,
        motivation=command.motivation,
        goals=command.goals,
        support_kinds=command.support_kinds,
        line=command.line or (municipality.default_line if asks_money else None),
        amount_cents=command.amount_cents,
        destination=command.destination,
        public_title=command.public_title,
        public_summary=command.public_summary,
    )


def rules_of(guide_version: str | None, line: str | None, municipality: Municipality) -> Rules:
    """The version of the guide that is named, or else the one in force, with what limits the answers."""
    version = guide_version or municipality.guide.version
    guide = next((guide for guide in municipality.guides if guide.version == version), None)
    questions = None
    if guide:
        questions = tuple(Question(c.id, None if c.line else c.no_leads_to) for c in guide.criteria_for(line))
    return Rules(
        guide_version=version,
        questions=questions,
        destinations=tuple(known.slug for known in municipality.destinations),
        grant_lines=frozenset(known.id for known in municipality.lines if known.purpose == "grants"),
        goals=frozenset(goal.number for goal in municipality.goals),
        most_cents=municipality.yearly_total_cents,
    )
