# SPDX-License-Identifier: EUPL-1.2
"""What the municipality's file says about what is asked: its kernen, its themes, its goals, its money."""

from datetime import date

from services.initiatives.initiative.commands import SubmitInitiative
from services.initiatives.kernen.policy import check_kernen
from shared.contracts.refusals import Findings
from shared.municipality import Municipality


def check_theme(theme: str, municipality: Municipality, findings: Findings) -> None:
    themes = [known.slug for known in municipality.themes]
    message = f"{theme} is not a theme of this municipality; choose from {', '.join(themes)}"
    findings.require(theme in themes, "theme", message)


def check_goals(goals: tuple[int, ...], municipality: Municipality, findings: Findings) -> None:
    known = [goal.number for goal in municipality.goals]
    for place, goal in enumerate(goals):
        message = f"{goal} is not a goal of the vision; choose from {', '.join(map(str, known))}"
        findings.require(goal in known, f"goals.{place}", message)


def check_submission(command: SubmitInitiative, municipality: Municipality, findings: Findings) -> None:
    check_kernen(command.kernen, municipality, findings)
    check_theme(command.theme, municipality, findings)
    most, asked = municipality.yearly_total_cents, command.amount_asked_cents
    findings.require(
        asked is None or asked <= most,
        "amountAskedCents",
        f"{asked} is above {most}, the whole budget of a year in cents",
    )


def receipt_number(serial: int, received_on: date, municipality: Municipality) -> str:
    """What people name an initiative by, such as BUR-2026-00123."""
    return f"{municipality.receipt_prefix}-{received_on.year}-{serial:05}"
