# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about contributions: load, decide, save.

A run goes on piece by piece, each in a transaction of its own that also notes how far it has come: thousands
of organisations do not hold up everybody else, and after a death the next piece begins where the last one
was committed.
"""

from collections.abc import Iterator, Sequence

from services.budget.contributions import store
from services.budget.contributions.commands import RunContributions, WithdrawContribution
from services.budget.contributions.model import Contribution, ContributionRun, facts
from services.budget.contributions.policy import Share
from services.budget.ledger import store as ledger
from services.budget.ledger.model import Move, require_same_world
from services.budget.payments.model import NewOrder, Order
from shared.access.rules import may
from shared.contracts.budget import ContributionAllocated, ContributionPaid, ContributionWithdrawn
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import FieldError, Invalid, Refused
from shared.messaging import crash
from shared.messaging.transaction import Transaction

PIECE = 100  # organisations in one transaction, about 50 ms


@may("budget-holder")
def run(run_id: str, command: RunContributions, tx: Transaction) -> Sequence[NewEvent]:
    """Begin, and do the first piece; what is left is the leader's (`timers`)."""
    act = tx.act(command, "budget-holder")
    year = ledger.year(tx.connection, command.year)
    year.require_open()
    require_same_world(act, year.origin)
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
    piece = store.after(tx.connection, going.reached, going.act.origin, PIECE)
    found = store.shares(tx.connection, going.year, [each for _, each in piece], tx.municipality)
    store.add_outcomes(tx.connection, run_id, found)
    events = [_contribute(going, share, tx) for share in found if share.outcome == "allocated"]
    reached = piece[-1][0] if piece else going.reached
    store.go_on(tx.connection, run_id, reached, None if len(piece) == PIECE else tx.now)
    crash.here("CP17")
    return events


@may("budget-holder")
def withdraw(contribution_id: str, command: WithdrawContribution, tx: Transaction) -> Sequence[NewEvent]:
    """What is not paid yet returns to its line."""
    act = tx.act(command, "budget-holder")
    contribution = store.contribution(tx.connection, contribution_id)
    require_same_world(act, contribution.origin)
    if contribution.state != "allocated":
        detail = f"The contribution is {contribution.state}; only one that is not paid is withdrawn."
        raise Refused(f"contribution-{contribution.state}", detail)
    if act.happened_on < contribution.decided_on:
        message = f"{act.happened_on} is before {contribution.decided_on}, when it was allocated"
        raise Invalid(FieldError("happenedOn", f"{message}; give that date or a later one"))
    money = [Move("withdraw", "committed", "available", contribution.amount_cents)]
    ledger.post(tx, contribution.booking(act), money)
    store.withdraw(tx.connection, contribution_id, act)
    return [NewEvent(contribution_id, ContributionWithdrawn(**facts(contribution, act)))]


def order_due(tx: Transaction, act: Act) -> Iterator[NewOrder]:
    """Everything that is due is ordered whole, to the creditor number of its organisation: from then on it is
    not withdrawn any more."""
    for it in store.due(tx.connection, act.origin):
        store.move_to(tx.connection, it.id, "ordered")
        yield NewOrder(
            id=tx.new_id(),
            kind="contribution",
            subject=it.id,
            year=it.year,
            line=it.line,
            creditor_number=it.creditor_number,
            amount_cents=it.amount_cents,
            ordered_by=it.run_by,
        )


def was_paid(order: Order, act: Act, tx: Transaction) -> list[NewEvent]:
    """The financial system paid it."""
    contribution = store.contribution(tx.connection, order.subject)
    move = Move("pay", "committed", "paid", contribution.amount_cents)
    ledger.post(tx, contribution.booking(act), [move])
    store.move_to(tx.connection, contribution.id, "paid")
    return [NewEvent(contribution.id, ContributionPaid(**facts(contribution, act)))]


def was_not_paid(order: Order, _act: Act, tx: Transaction) -> list[NewEvent]:
    """The financial system refused it: it is due again, and ordered again with the next file."""
    store.move_to(tx.connection, order.subject, "allocated")
    return []


def _contribute(going: ContributionRun, share: Share, tx: Transaction) -> NewEvent:
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
    ledger.post(tx, contribution.booking(act), money)
    store.add(tx.connection, contribution.id, going.id, data)
    return NewEvent(contribution.id, data)
