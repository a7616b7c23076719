# SPDX-License-Identifier: EUPL-1.2
"""Who gets the money of a line: in the order of asking, as long as there is any.

A request that found none is a refusal proposed to an official, or waits. Until it is refused it stands in
line, and is served by the transaction in which money returns. Whoever asks, decides or returns money locks
the line first: otherwise money could return beside a request that cannot be seen yet, which is passed by.
"""

from datetime import date

from services.budget import ledger, model, store
from services.budget.acting import carry_out, entry_of, told
from services.budget.model import Act, Decision, Grant
from services.budget.policy import Objection, Rules
from shared.contracts.budget import DeclineReason
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Refused
from shared.messaging import crash
from shared.messaging.transaction import Transaction


def rules_of(tx: Transaction, line_id: str) -> Rules | None:
    """None if the municipality's file has no such line for grants."""
    line = tx.municipality.line(line_id)
    if line is None or line.purpose != "grants":
        return None
    return Rules(line.automatic_limit_cents, line.max_per_kern_cents, line.legal_basis)


def grant_rules(tx: Transaction, grant: Grant) -> Rules:
    """For a grant whose line must be there. Refused if the municipality's file no longer has it."""
    if rules := rules_of(tx, grant.line):
        return rules
    detail = f"Line {grant.line} is no line for grants in the municipality's file; add it there."
    raise Refused("line-unknown", detail)


def basis_of_refusal(tx: Transaction, grant: Grant, reason: DeclineReason) -> str | None:
    """The law itself refuses what is above a legal ceiling (Awb 4:25); all else the rules of the line do."""
    rules = rules_of(tx, grant.line)
    own = rules.legal_basis if rules else None
    published = ledger.ceiling(tx.connection, grant.year, grant.line) if reason == "no-room" else None
    if published is None:
        return own
    law = f"Algemene wet bestuursrecht, artikel 4:25, tweede lid (subsidieplafond: {published})"
    return f"{law}; {own}" if own else law


def shortfall(tx: Transaction, reserved: Decision, act: Act) -> Objection | None:
    """Take the money, if it is there."""
    grant, (move,) = reserved.grant, reserved.moves
    rules = rules_of(tx, grant.line)
    if rules is None:
        return Objection("no-budget")
    short = ledger.take(tx, entry_of(reserved, act), move, rules.max_per_kern_cents)
    return Objection(short) if short else None


def promise(tx: Transaction, grant: Grant, act: Act) -> list[Decision] | Objection:
    """Hold what is asked, and promise it at once up to the limit of its line; or why there is no money."""
    ledger.lock(tx.connection, grant.year, [grant.line])
    reserved = model.reserve(grant, grant.asked_cents, act)
    if objection := shortfall(tx, reserved, act):
        return objection
    crash.here("CP16")
    rules = grant_rules(tx, grant)
    if grant.asked_cents > rules.automatic_limit_cents:
        return [reserved]
    promised = model.allocate(reserved.grant, grant.asked_cents, rules.legal_basis, act)
    ledger.post(tx, entry_of(promised, act), promised.moves)
    return [reserved, promised]


def serve(tx: Transaction, year: int, line: str, on: date) -> list[NewEvent]:
    """Money came to this line: give it to those in line. To be called by whatever brings it there."""
    events: list[NewEvent] = []
    rules = rules_of(tx, line)
    most = rules.max_per_kern_cents if rules else None
    # One by one: each takes money that the next one in line would have been enough for.
    while grant := store.next_in_line(tx.connection, year, line, most):
        act = Act("system", max(on, grant.since), grant.origin)
        decisions = promise(tx, grant, act)
        if isinstance(decisions, Objection):
            break  # the line gives no grants any more
        store.save_grant(tx.connection, decisions[-1].grant)
        events += [event for decision in decisions for event in told(decision)]
    return events


def free(tx: Transaction, decision: Decision, act: Act) -> list[NewEvent]:
    """Carry out what may bring money back to a line, and give that to those in line."""
    events = carry_out(tx, decision, act)
    if any(move.debit == "available" for move in decision.moves):
        grant = decision.grant
        events += serve(tx, grant.year, grant.line, act.happened_on)
    return events


def require_no_room(tx: Transaction, grant: Grant, act: Act) -> None:
    """Nobody is refused, or left waiting, for want of money that is there."""
    if grant.state == "reserved" or not shortfall(tx, model.reserve(grant, grant.asked_cents, act), act):
        detail = f"There is room for the {grant.asked_cents} cents asked: allocate, or decline by-decision."
        raise Refused("there-is-room", detail, ("decisions",))
