# SPDX-License-Identifier: EUPL-1.2
"""What the budget holder and officials do with a year, the register and contributions; each in few words."""

from typing import Any

from services.budget.contributions import handlers as contributions
from services.budget.contributions import queries, timers
from services.budget.contributions.commands import RunContributions, WithdrawContribution
from services.budget.contributions.views import ContributionRunView
from services.budget.organisations import handlers as register
from services.budget.organisations.commands import (
    ChangeOrganisation,
    EndOrganisation,
    RegisterOrganisation,
)
from services.budget.years import handlers as years
from services.budget.years.commands import AdoptBudget, AmendBudget, CloseBudget
from shared.contracts.envelope import EventData, Origin
from tests.services.budget.books import Books


def adopt(books: Books, **fields: Any) -> list[EventData]:
    command = AdoptBudget.model_validate({"year": 2021, "decisionReference": "R20.7"} | fields)
    return books.told(lambda tx: years.adopt(f"year-{command.year}", command, tx))


def amend(books: Books, year: int = 2021, **fields: Any) -> list[EventData]:
    command = AmendBudget.model_validate({"reason": "Er is meer nodig.", "amountCents": 100_00} | fields)
    return books.told(lambda tx: years.amend(tx.new_id(), year, command, tx))


def close(books: Books, year: int = 2021, **fields: Any) -> list[EventData]:
    command = CloseBudget.model_validate({"happenedOn": f"{year}-12-31"} | fields)
    return books.told(lambda tx: years.close(year, command, tx))


def enter(books: Books, name: str | None, kind: str = "village-interests", **fields: Any) -> str:
    """Register an organisation; its id is `org-` and its name, without one the day it is active from."""
    fields = {"kernen": ["noordoever"], "activeFrom": "2020-01-01"} | fields
    command = RegisterOrganisation.model_validate({"kind": kind, "name": name} | fields)
    organisation_id = f"org-{name or command.active_from}"
    books.told(lambda tx: register.register(organisation_id, command, tx))
    return organisation_id


def change(books: Books, organisation_id: str, **fields: Any) -> list[EventData]:
    command = ChangeOrganisation.model_validate(fields)
    return books.told(lambda tx: register.change(organisation_id, command, tx))


def end(books: Books, organisation_id: str, **fields: Any) -> list[EventData]:
    command = EndOrganisation.model_validate(fields)
    return books.told(lambda tx: register.end(organisation_id, command, tx))


def contribute(
    books: Books, run_id: str = "run", year: int = 2021, origin: Origin = "live"
) -> tuple[list[EventData], dict[str, str]]:
    """A run, and whatever is left of it."""
    command = RunContributions(year=year, origin=origin)
    events = books.told(lambda tx: contributions.run(run_id, command, tx))
    while books.run(timers.finish.found):  # a piece that finds everybody served publishes nothing
        events += books.told(timers.finish)
    return events, outcomes(books.run(lambda tx: queries.contribution_run(tx.connection, run_id)))


def withdraw(books: Books, contribution_id: str, **fields: Any) -> list[EventData]:
    command = WithdrawContribution.model_validate(fields)
    return books.told(lambda tx: contributions.withdraw(contribution_id, command, tx))


def outcomes(view: ContributionRunView) -> dict[str, str]:
    return {share.organisation_id: share.outcome for share in view.outcomes}
