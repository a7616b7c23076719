# SPDX-License-Identifier: EUPL-1.2
"""Everything that can be wrong with a weighing, whatever the initiative; one answer names it all."""

from collections import Counter

from services.initiatives.assessment.model import Rules, Weighing, outcome_by_rules
from shared.contracts.refusals import Findings


def check(weighing: Weighing, rules: Rules, findings: Findings) -> None:
    """Everything that is wrong with a weighing, whatever the initiative."""
    _check_money(weighing, rules, findings)
    _check_answers(weighing, rules, findings)
    for place, goal in enumerate(weighing.goals):
        known = ", ".join(map(str, sorted(rules.goals)))
        findings.require(
            goal in rules.goals, f"goals.{place}", f"{goal} is not a goal of the vision; choose from {known}"
        )
    _check_destination(weighing, rules, findings)
    overruled = weighing.outcome not in (None, outcome_by_rules(weighing, rules))
    findings.require(
        not overruled or weighing.motivation is not None,
        "motivation",
        f"the answers lead to {outcome_by_rules(weighing, rules)}; say why the outcome is another",
    )


def _check_destination(weighing: Weighing, rules: Rules, findings: Findings) -> None:
    places = ", ".join(rules.destinations)
    if (weighing.outcome or outcome_by_rules(weighing, rules)) != "redirect":
        message = "is only for what is redirected; leave it out"
        findings.require(weighing.destination is None, "destination", message)
    elif weighing.destination is None:
        findings.require(False, "destination", f"is missing: where to go with it; choose from {places}")
    else:
        message = f"{weighing.destination} is not a destination of this municipality; choose from {places}"
        findings.require(weighing.destination in rules.destinations, "destination", message)


def _check_money(weighing: Weighing, rules: Rules, findings: Findings) -> None:
    if "money" not in weighing.support_kinds:
        for field, value in (("line", weighing.line), ("amountCents", weighing.amount_cents)):
            message = "is only for a request for money; leave it out, or add money to supportKinds"
            findings.require(value is None, field, message)
        return
    lines = ", ".join(sorted(rules.grant_lines))
    findings.require(
        weighing.line in rules.grant_lines,
        "line",
        f"{weighing.line} is not a line for grants; choose from {lines}",
    )
    amount = weighing.amount_cents
    findings.require(amount is not None, "amountCents", "is required when money is asked; add it")
    findings.require(
        amount is None or 0 < amount <= rules.most_cents,
        "amountCents",
        f"{amount} is not between 1 and {rules.most_cents}, the whole budget of a year in cents",
    )


def _check_answers(weighing: Weighing, rules: Rules, findings: Findings) -> None:
    if rules.questions is None:
        findings.require(False, "guideVersion", f"there is no guide {rules.guide_version}; leave it out")
        return
    if weighing.line and weighing.line not in rules.grant_lines:
        return  # which questions apply is not known
    asked = [question.criterion for question in rules.questions]
    given = Counter(answer.criterion for answer in weighing.answers)
    for place, answer in enumerate(weighing.answers):
        field, name = f"answers.{place}.criterion", answer.criterion
        findings.require(
            name in asked, field, f"{name} is not a question of this guide; answer {', '.join(asked)}"
        )
        findings.require(given[name] == 1, field, f"{name} is answered {given[name]} times; answer it once")
    for criterion in asked:
        findings.require(criterion in given, "answers", f"{criterion} is not answered; add it")
