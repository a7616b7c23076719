# SPDX-License-Identifier: EUPL-1.2
"""Who gets the money of a line: in the order of asking, as long as there is any.

A request that found none is a refusal proposed to an official, or waits. Until it is refused it stands in
line, and is served by the transaction in which money returns. Whoever asks, decides or returns money locks
the line first: otherwise money could return beside a request that cannot be seen yet, which is passed by.
"""

from datetime import date

from services.budget.grants import model, store
from services.budget.grants.model import Grant, GrantChange
from services.budget.grants.policy import Objection, rules_of, rules_that_hold
from services.budget.ledger import store as ledger
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Refused
from shared.messaging import crash
from shared.messaging.transaction import Transaction


def shortfall(tx: Transaction, reserved: GrantChange, act: Act) -> Objection | None:
    """Take the money, if it is there."""
    grant, (move,) = reserved.grant, reserved.moves
    rules = rules_of(grant.line, tx.municipality)
    if rules is None:
        return Objection("no-budget")
    short = ledger.take(tx, reserved.booking(act), move, rules.max_per_kern_cents)
    return Objection(short) if short else None


def promise(tx: Transaction, grant: Grant, act: Act) -> list[GrantChange] | Objection:
    """Hold what is asked, and promise it at once up to the limit of its line; or why there is no money."""
    ledger.lock(tx.connection, grant.year, [grant.line])
    reserved = model.reserve(grant, grant.asked_cents, act)
    if objection := shortfall(tx, reserved, act):
        return objection
    crash.here("CP16")
    rules = rules_that_hold(grant.line, tx.municipality)
    if grant.asked_cents > rules.automatic_limit_cents:
        return [reserved]
    promised = model.allocate(reserved.grant, grant.asked_cents, rules.legal_basis, act)
    ledger.post(tx, promised.booking(act), promised.moves)
    return [reserved, promised]


def serve(tx: Transaction, year: int, line: str, on: date) -> list[NewEvent]:
    """Money came to this line: give it to those in line. To be called by whatever brings it there."""
    events: list[NewEvent] = []
    rules = rules_of(line, tx.municipality)
    most = rules.max_per_kern_cents if rules else None
    # One by one: each takes money that the next one in line would have been enough for.
    while grant := store.next_in_line(tx.connection, year, line, most):
        act = Act("system", max(on, grant.since), grant.origin)
        changes = promise(tx, grant, act)
        if isinstance(changes, Objection):
            break  # the line gives no grants any more
        store.save_grant(tx.connection, changes[-1].grant)
        events += [event for change in changes for event in change.new_events]
    return events


def free(tx: Transaction, change: GrantChange, act: Act) -> list[NewEvent]:
    """Carry out what may bring money back to a line, and give that to those in line."""
    events = store.carry_out(tx, change, act)
    if any(move.debit == "available" for move in change.moves):
        grant = change.grant
        events += serve(tx, grant.year, grant.line, act.happened_on)
    return events


def require_no_room(tx: Transaction, grant: Grant, act: Act) -> None:
    """Nobody is refused, or left waiting, for want of money that is there."""
    if grant.state == "reserved" or not shortfall(tx, model.reserve(grant, grant.asked_cents, act), act):
        detail = f"There is room for the {grant.asked_cents} cents asked: allocate, or decline by-decision."
        raise Refused("there-is-room", detail, ("decisions",))
