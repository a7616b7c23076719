# SPDX-License-Identifier: EUPL-1.2
"""Weighing an initiative against a version of the guide (handreiking overheidsparticipatie).

The general questions decide: the first no leads where the guide says. The questions of a budget line
are only recorded here; whoever holds the money judges them.
"""

from dataclasses import dataclass
from typing import Literal

from shared.contracts.initiatives import Outcome, SupportKind


@dataclass(frozen=True)
class Question:
    """A criterion of the guide. `no_leads_to` is None for one that is judged with the money."""

    criterion: str
    no_leads_to: Literal["decline", "redirect"] | None


@dataclass(frozen=True)
class Rules:
    """What the municipality lays down about one assessment.

    `questions` are those to be answered, None if the guide's version is unknown. `most_cents` is the
    whole yearly budget: nobody can be promised more.
    """

    guide_version: str
    questions: tuple[Question, ...] | None
    destinations: tuple[str, ...]
    grant_lines: frozenset[str]
    goals: frozenset[int]
    most_cents: int


@dataclass(frozen=True)
class CriterionAnswer:
    criterion: str
    yes: bool
    reason: str


@dataclass(frozen=True)
class Weighing:
    """What an official found. `outcome` is given only to overrule what the answers lead to; `destination`
    is where somebody is redirected to.
    """

    answers: tuple[CriterionAnswer, ...]
    outcome: Outcome | None
    motivation: str | None
    goals: tuple[int, ...]
    support_kinds: tuple[SupportKind, ...]
    line: str | None
    amount_cents: int | None
    destination: str | None
    public_title: str
    public_summary: str


@dataclass(frozen=True)
class Assessment:
    """A weighing as it was recorded, with the rules it was made by."""

    weighing: Weighing
    guide_version: str
    outcome: Outcome
    overruled: bool


def outcome_by_rules(weighing: Weighing, rules: Rules) -> Outcome:
    """Where the answers lead: to the place of the first no, in the guide's order; else to support."""
    noes = {answer.criterion for answer in weighing.answers if not answer.yes}
    ways = (q.no_leads_to for q in rules.questions or () if q.criterion in noes)
    return next((way for way in ways if way), "support")


def assessment_of(weighing: Weighing, rules: Rules) -> Assessment:
    """What comes of a weighing in which nothing is wrong."""
    by_rules = outcome_by_rules(weighing, rules)
    outcome = weighing.outcome or by_rules
    return Assessment(weighing, rules.guide_version, outcome, overruled=outcome != by_rules)
