# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a year: its budget, the register, the contributions."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.budget import ledger, policy, store, waiting
from services.budget.commands import AdoptBudget, RegisterOrganisation, RunContributions
from services.budget.model import Act, Move
from services.budget.policy import Rate, Share
from shared.contracts.budget import BudgetAdopted, ContributionAllocated, LineAmount, OrganisationRegistered
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings, Refused
from shared.messaging.transaction import Transaction
from shared.municipality import Municipality


def adopt(year_id: str, command: AdoptBudget, tx: Transaction) -> Sequence[NewEvent]:
    """Record what the council adopted, and give every line its money."""
    findings = Findings()
    act = Act("budget-holder", tx.date_of(command, findings), command.origin)
    default = tx.municipality.yearly_total_cents
    data = BudgetAdopted(
        happened_on=act.happened_on,
        kernen=(),
        actor=act.actor,
        origin=act.origin,
        year=command.year,
        total_cents=default if command.total_cents is None else command.total_cents,
        lines=_amounts(command, tx.municipality, findings),
        decision_reference=command.decision_reference,
    )
    _check_budget(data, tx.municipality, findings)
    findings.settle()
    if not store.add_year(tx.connection, year_id, data, tx.now):
        raise Refused(
            "already-adopted", f"The budget of {data.year} is adopted already, and is so only once."
        )
    ledger.open_lines(tx.connection, data.year, data.lines)
    for line in data.lines:
        money = [Move("adopt", "council", "available", line.amount_cents)] if line.amount_cents else []
        ledger.post(tx, ledger.Entry(year_id, data.year, line.line, None, act), money)
    served = [e for line in data.lines for e in waiting.serve(tx, data.year, line.line, act.happened_on)]
    return [NewEvent(year_id, data), *served]


def register(organisation_id: str, command: RegisterOrganisation, tx: Transaction) -> Sequence[NewEvent]:
    """Enter an organisation into the register; a natural person without a name."""
    findings = Findings()
    act = Act("official", tx.date_of(command, findings), command.origin)
    _check_organisation(command, tx.municipality, findings)
    findings.settle()
    data = OrganisationRegistered(
        happened_on=act.happened_on,
        kernen=command.kernen,
        actor=act.actor,
        origin=act.origin,
        kind=command.kind,
        name=command.name,
        active_from=command.active_from,
        active_until=command.active_until,
    )
    store.add_organisation(tx.connection, organisation_id, data, tx.now)
    return [NewEvent(organisation_id, data)]


def run_contributions(run_id: str, command: RunContributions, tx: Transaction) -> Sequence[NewEvent]:
    """Give each entitled organisation its contribution once, all in this one transaction.

    The lines that pay are locked: of two runs at the same time the second finds everything done.
    """
    findings = Findings()
    act = Act("budget-holder", tx.date_of(command, findings), command.origin)
    findings.settle()
    ledger.lock(tx.connection, command.year, [c.line for c in tx.municipality.contributions])
    shares = shares_in(tx.connection, command.year, tx.municipality)
    store.add_run(tx.connection, run_id, command.year, act, tx.now)
    store.add_outcomes(tx.connection, run_id, shares)
    events = []
    for share in shares:
        if share.outcome == "allocated":
            events.append(_contribute(run_id, command.year, share, act, tx))
    return events


def shares_in(connection: Connection, year: int, municipality: Municipality) -> list[Share]:
    """What a contribution run of this year does, as things stand."""
    if not store.is_adopted(connection, year):
        raise Refused(
            "not-adopted", f"The budget of {year} is not adopted; record it first.", ("budget-years",)
        )
    rates = {c.kind: Rate(c.line, c.amount_cents) for c in municipality.contributions}
    served, left = store.served_in(connection, year), ledger.available(connection, year)
    return policy.shares(year, store.all_organisations(connection), rates, served, left)


def _contribute(run_id: str, year: int, share: Share, act: Act, tx: Transaction) -> NewEvent:
    contribution_id, organisation, rate = tx.new_id(), share.organisation, share.rate
    line = tx.municipality.line(rate.line)
    data = ContributionAllocated(
        happened_on=act.happened_on,
        kernen=organisation.kernen,
        actor=act.actor,
        origin=act.origin,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind,
        year=year,
        line=rate.line,
        amount_cents=rate.amount_cents,
        decided_on=act.happened_on,
        legal_basis=line.legal_basis if line else "",
    )
    entry = ledger.Entry(contribution_id, year, rate.line, organisation.kern, act)
    ledger.post(tx, entry, [Move("contribute", "available", "committed", rate.amount_cents)])
    store.add_contribution(tx.connection, contribution_id, run_id, data)
    return NewEvent(contribution_id, data)


def _amounts(command: AdoptBudget, rules: Municipality, findings: Findings) -> tuple[LineAmount, ...]:
    """The lines of the decision; without any, those within the total as the municipality's file has them."""
    if command.lines is None:
        return tuple(
            LineAmount(line=line.id, amount_cents=line.yearly_cents, within_total=True)
            for line in rules.lines
            if line.within_total
        )
    amounts: dict[str, LineAmount] = {}
    for place, asked in enumerate(command.lines):
        line = rules.line(asked.line)
        known = ", ".join(each.id for each in rules.lines)
        field = f"lines.{place}.line"
        findings.require(line is not None, field, f"{asked.line!r} is no line; choose one of {known}")
        findings.require(asked.line not in amounts, field, f"{asked.line!r} stands here twice; keep one")
        within = line is None or line.within_total
        amounts[asked.line] = LineAmount(
            line=asked.line, amount_cents=asked.amount_cents, within_total=within
        )
    return tuple(amounts.values())


def _check_budget(data: BudgetAdopted, rules: Municipality, findings: Findings) -> None:
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


def _check_organisation(command: RegisterOrganisation, rules: Municipality, findings: Findings) -> None:
    known = ", ".join(sorted(rules.kern_slugs))
    for place, kern in enumerate(command.kernen):
        field = f"kernen.{place}"
        findings.require(kern in rules.kern_slugs, field, f"{kern!r} is no kern; choose one of {known}")
        findings.require(kern not in command.kernen[:place], field, f"{kern!r} stands here twice; keep one")
    contribution = rules.contribution(command.kind)
    is_person = contribution is not None and contribution.natural_person
    findings.require(
        not (is_person and command.name), "name", "is that of a natural person; leave it out here"
    )
    findings.require(
        is_person or command.name is not None, "name", "is required; give the organisation's name"
    )
    until = command.active_until
    findings.require(
        until is None or until >= command.active_from,
        "activeUntil",
        "is before activeFrom; correct one of them",
    )
