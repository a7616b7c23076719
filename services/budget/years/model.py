# SPDX-License-Identifier: EUPL-1.2
"""What may be adopted and amended: checks of what is asked, and the events of it."""

from datetime import date

from services.budget.ledger.model import Year
from services.budget.years.commands import AdoptBudget, AmendBudget
from shared.contracts.budget import (
    AmendmentCause,
    BudgetAdopted,
    BudgetAmended,
    BudgetClosed,
    Ceiling,
    LineAmount,
    LineLeft,
)
from shared.contracts.commands import Act
from shared.contracts.refusals import Findings, Refused
from shared.municipality import Municipality


def adoption(command: AdoptBudget, act: Act, rules: Municipality, findings: Findings) -> BudgetAdopted:
    """The council's budget as it is published, with what is wrong with it among the findings."""
    default = rules.yearly_total_cents
    data = BudgetAdopted(
        happened_on=act.happened_on,
        kernen=(),
        actor=act.actor,
        origin=act.origin,
        year=command.year,
        total_cents=default if command.total_cents is None else command.total_cents,
        lines=_amounts(command, rules, findings),
        decision_reference=command.decision_reference,
    )
    first, year = rules.first_budget_year, data.year
    findings.require(year >= first, "year", f"{year} is before {first}, the first year with a budget here")
    findings.require(
        data.happened_on.year >= year - 1,
        "happenedOn",
        f"a budget of {year} is adopted in {year - 1} at the earliest; correct the date or the year",
    )
    within = sum(line.amount_cents for line in data.lines if line.within_total)
    findings.require(
        within <= data.total_cents,
        "lines",
        f"together {within} cents, above the total of {data.total_cents}; lower a line or raise totalCents",
    )
    return data


def check_amendment(command: AmendBudget, year: int, rules: Municipality, findings: Findings) -> None:
    """Whether it can be right whatever the state: a line of the file, a source that fits, a decision."""
    cause, line = command.cause, rules.line(command.line)
    known = ", ".join(each.id for each in rules.lines)
    findings.require(line is not None, "line", f"{command.line!r} is not a line; choose one of {known}")
    sources = {"moved": ("fromLine", command.from_line), "carried-over": ("fromYear", command.from_year)}
    for of, (field, value) in sources.items():
        if cause == of:
            findings.require(value is not None, field, f"is where what is {of} comes from; give it")
        else:
            findings.require(value is None, field, f"has no meaning when money is {cause}; leave it out")
    findings.require(
        command.from_line != command.line, "fromLine", "is the line that receives; choose another"
    )
    findings.require(
        command.from_year is None or command.from_year < year, "fromYear", f"is not before {year}"
    )
    findings.require(
        cause == "moved" or command.decision_reference is not None,
        "decisionReference",
        "is required: only the council gives more money than it adopted, or carries it over",
    )


def require_within_pot(line_id: str, adopted: int, more: int, rules: Municipality) -> None:
    """Some money is given once, over the years: never more of it than there is. `adopted` is what all
    years together have."""
    line = rules.line(line_id)
    most = line.over_years_cents if line else None
    if more and most is not None and adopted + more > most:
        detail = (
            f"{line_id} has {most} cents over all years, of which {adopted} are in a budget; "
            f"at most {max(most - adopted, 0)} can be added."
        )
        raise Refused("above-total-over-years", detail)


def amended(
    year: Year, lines: tuple[LineAmount, ...], cause: AmendmentCause, reference: str | None, act: Act
) -> BudgetAmended:
    return BudgetAmended(
        happened_on=act.happened_on,
        kernen=(),
        actor=act.actor,
        origin=act.origin,
        year=year.year,
        total_cents=year.total_cents,
        lines=lines,
        cause=cause,
        decision_reference=reference,
    )


def closed(year: Year, left: dict[str, int], act: Act) -> BudgetClosed:
    return BudgetClosed(
        happened_on=act.happened_on,
        kernen=(),
        actor=act.actor,
        origin=act.origin,
        year=year.year,
        lines=tuple(LineLeft(line=line, left_cents=cents) for line, cents in left.items()),
    )


def check_closing(year: int, act: Act, findings: Findings) -> None:
    """A year is closed on its last day at the earliest."""
    last = date(year, 12, 31)
    findings.require(act.happened_on >= last, "happenedOn", f"{year} is closed on {last} at the earliest")


def _amounts(command: AdoptBudget, rules: Municipality, findings: Findings) -> tuple[LineAmount, ...]:
    """The lines of the decision; without any, those within the total as the municipality's file has them."""
    if command.lines is None:
        return tuple(
            LineAmount(line=line.id, amount_cents=line.yearly_cents, within_total=True)
            for line in rules.lines
            if line.within_total
        )
    amounts: dict[str, LineAmount] = {}
    known = ", ".join(each.id for each in rules.lines)
    for place, asked in enumerate(command.lines):
        line, field = rules.line(asked.line), f"lines.{place}.line"
        findings.require(line is not None, field, f"{asked.line!r} is not a line; choose one of {known}")
        findings.require(asked.line not in amounts, field, f"{asked.line!r} is here twice; keep one")
        amounts[asked.line] = LineAmount(
            line=asked.line,
            amount_cents=asked.amount_cents,
            within_total=line is None or line.within_total,
            ceiling=Ceiling(**vars(asked.ceiling)) if asked.ceiling else None,
        )
    return tuple(amounts.values())
