# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about contributions: load, decide, save.

A run goes on piece by piece, each in a transaction of its own that also notes how far it has come: thousands
of organisations do not hold up everybody else, and after a death the next piece begins where the last one
was committed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from services.budget import ledger, policy
from services.budget.acting import settled_act
from services.budget.contributions import store
from services.budget.contributions.commands import RunContributions, WithdrawContribution
from services.budget.contributions.store import Contribution, Run
from services.budget.model import Act, Move
from services.budget.policy import Organisation, Rate, Share
from services.budget.years import store as years
from shared.contracts.budget import ContributionAllocated, ContributionWithdrawn
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import FieldError, Invalid, Refused
from shared.messaging import crash
from shared.messaging.transaction import Transaction
from shared.municipality import Municipality

PIECE = 100  # organisations in one transaction, about 50 ms


def run(run_id: str, command: RunContributions, tx: Transaction) -> Sequence[NewEvent]:
    """Begin, and do the first piece; what is left is the leader's (`runs.py`)."""
    act = settled_act(command, tx)
    years.year(tx.connection, command.year).require_open()
    store.add_run(tx.connection, run_id, command.year, act, tx)
    return go_on(run_id, tx)


def go_on(run_id: str, tx: Transaction) -> Sequence[NewEvent]:
    """Give the next organisations their contribution, once and in full, or say why not.

    The lines that pay are locked: of two runs at the same time the second finds them served.
    """
    going = store.run(tx.connection, run_id)
    if going.finished_at:
        return []
    ledger.lock(tx.connection, going.year, [c.line for c in tx.municipality.contributions])
    piece = store.after(tx.connection, going.reached, PIECE)
    found = shares(tx.connection, going.year, [each for _, each in piece], tx.municipality)
    store.add_outcomes(tx.connection, run_id, found)
    events = [_contribute(going, share, tx) for share in found if share.outcome == "allocated"]
    reached = piece[-1][0] if piece else going.reached
    store.go_on(tx.connection, run_id, reached, None if len(piece) == PIECE else tx.now)
    crash.here("CP17")
    return events


def shares(
    connection: Connection, year: int, organisations: Sequence[Organisation], municipality: Municipality
) -> list[Share]:
    """What a run does for these organisations, as things stand."""
    rates = {c.kind: Rate(c.line, c.amount_cents) for c in municipality.contributions}
    served = store.served_in(connection, year, [each.id for each in organisations])
    return policy.shares(year, organisations, rates, served, ledger.available(connection, year))


def withdraw(contribution_id: str, command: WithdrawContribution, tx: Transaction) -> Sequence[NewEvent]:
    """What is not paid yet returns to its line."""
    act = settled_act(command, tx)
    contribution = store.contribution(tx.connection, contribution_id)
    if contribution.state != "allocated":
        detail = f"The contribution is {contribution.state}; only one that is not paid is withdrawn."
        raise Refused(f"contribution-{contribution.state}", detail)
    if act.happened_on < contribution.decided_on:
        told = f"{act.happened_on} is before {contribution.decided_on}, when it was allocated"
        raise Invalid(FieldError("happenedOn", f"{told}; give that date or a later one"))
    ledger.post(
        tx,
        entry_of(contribution, act),
        [Move("withdraw", "committed", "available", contribution.amount_cents)],
    )
    store.withdraw(tx.connection, contribution_id, act)
    return [NewEvent(contribution_id, ContributionWithdrawn(**facts(contribution, act)))]


def _contribute(going: Run, share: Share, tx: Transaction) -> NewEvent:
    organisation, rate, act = share.organisation, share.rate, going.act
    line = tx.municipality.line(rate.line)
    contribution = Contribution(
        id=tx.new_id(),
        organisation_id=organisation.id,
        kind=organisation.kind,
        kernen=organisation.kernen,
        year=going.year,
        line=rate.line,
        amount_cents=rate.amount_cents,
        decided_on=act.happened_on,
        state="allocated",
        origin=act.origin,
    )
    data = ContributionAllocated(
        **facts(contribution, act), decided_on=act.happened_on, legal_basis=line.legal_basis if line else ""
    )
    money = [Move("contribute", "available", "committed", rate.amount_cents)]
    ledger.post(tx, entry_of(contribution, act), money)
    store.add(tx.connection, contribution.id, going.id, data)
    return NewEvent(contribution.id, data)


def entry_of(contribution: Contribution, act: Act) -> ledger.Entry:
    return ledger.Entry(contribution.id, contribution.year, contribution.line, contribution.kern, act)


def facts(it: Contribution, act: Act) -> dict[str, Any]:
    return {
        "happened_on": act.happened_on,
        "kernen": it.kernen,
        "actor": act.actor,
        "origin": act.origin,
        "organisation_id": it.organisation_id,
        "organisation_kind": it.kind,
        "year": it.year,
        "line": it.line,
        "amount_cents": it.amount_cents,
    }
