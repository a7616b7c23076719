# SPDX-License-Identifier: EUPL-1.2
"""What the municipality's file says about a command: are its kernen and theme known, by which guide it is
weighed, and how much money there can be at most.
"""

from services.initiatives.commands import AssessInitiative, SubmitInitiative
from services.initiatives.terms import TermRules
from services.initiatives.weighing import Question, Rules
from shared.contracts.refusals import Findings
from shared.municipality import Municipality


def check_kernen(kernen: tuple[str, ...], municipality: Municipality, findings: Findings) -> None:
    for place, kern in enumerate(kernen):
        check_kern(kern, f"kernen.{place}", municipality, findings)


def check_kern(kern: str, field: str, municipality: Municipality, findings: Findings) -> None:
    known = ", ".join(sorted(municipality.kern_slugs))
    told = f"{kern} is no kern of this municipality; choose from {known}"
    findings.require(kern in municipality.kern_slugs, field, told)


def check_theme(theme: str, municipality: Municipality, findings: Findings) -> None:
    themes = [known.slug for known in municipality.themes]
    told = f"{theme} is no theme here; choose from {', '.join(themes)}"
    findings.require(theme in themes, "theme", told)


def check_goals(goals: tuple[int, ...], municipality: Municipality, findings: Findings) -> None:
    known = [goal.number for goal in municipality.goals]
    for place, goal in enumerate(goals):
        told = f"{goal} is no goal; choose from {', '.join(map(str, known))}"
        findings.require(goal in known, f"goals.{place}", told)


def check_submission(command: SubmitInitiative, municipality: Municipality, findings: Findings) -> None:
    check_kernen(command.kernen, municipality, findings)
    check_theme(command.theme, municipality, findings)
    most, asked = municipality.yearly_total_cents, command.amount_asked_cents
    findings.require(
        asked is None or asked <= most,
        "amountAskedCents",
        f"{asked} is above {most}, the whole budget of a year in cents",
    )


def term_rules(municipality: Municipality) -> TermRules:
    return TermRules(
        decision_weeks=municipality.decision_weeks,
        supplement_weeks=municipality.supplement_weeks,
        extension_weeks=municipality.extension_weeks,
        approaching_days=municipality.approaching_days,
    )


def line_of(command: AssessInitiative, municipality: Municipality) -> str | None:
    """The budget line asked for: the default one, unless another is named."""
    asks_money = "money" in command.support_kinds
    return command.line or (municipality.default_line if asks_money else None)


def rules_for(command: AssessInitiative, line: str | None, municipality: Municipality) -> Rules:
    """The version of the guide that is named, or else the one in force, with what limits the answers."""
    version = command.guide_version or municipality.guide.version
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
