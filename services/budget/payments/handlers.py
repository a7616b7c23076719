# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about payments: load, decide, save."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.budget import promised, waiting
from services.budget import store as grants
from services.budget.acting import act_of, carry_out, settled_act
from services.budget.contributions import paying
from services.budget.expenses import handlers as expenses
from services.budget.model import Act
from services.budget.organisations import recipients
from services.budget.payments import sheet, store
from services.budget.payments.commands import MakeFile, PayGrant, RefundGrant, TakeAnswer
from services.budget.payments.sheet import Answered
from services.budget.payments.store import NewOrder, Order
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings, Refused
from shared.messaging.transaction import Transaction


def pay_grant(grant_id: str, order_id: str, command: PayGrant, tx: Transaction) -> Sequence[NewEvent]:
    """Order a part of a grant to be paid."""
    act = settled_act(command, tx)
    grant = grants.grant(tx.connection, grant_id)
    left = grant.held_cents - grant.ordered_cents
    amount = left if command.amount_cents is None else command.amount_cents
    ordered = promised.order(grant, amount, act)
    if not amount:
        raise Refused("all-ordered", "All of this grant is paid, or ordered to be paid.")
    known = ordered.organisation_id or recipients.paid_by(command.creditor_number, ordered, tx)
    grants.save_grant(tx.connection, replace(ordered, organisation_id=known))
    order = NewOrder(order_id, "grant", grant.id, grant.year, grant.line, command.creditor_number, amount)
    store.add(tx, order, act)
    return []


def refund_grant(grant_id: str, command: RefundGrant, tx: Transaction) -> Sequence[NewEvent]:
    """What was paid above the cost came back."""
    act = settled_act(command, tx)
    grant = grants.grant(tx.connection, grant_id)
    return waiting.free(tx, promised.refund(grant, command.amount_cents, act), act)


def make_file(file_id: str, command: MakeFile, tx: Transaction) -> Sequence[NewEvent]:
    """Send what is to be paid, once."""
    act = settled_act(command, tx)
    for due in paying.order_due(tx, act):
        store.add(tx, due, act)
    if not store.add_file(tx, file_id, act):
        raise Refused("nothing-to-pay", "There is no open order to be paid.")
    return []


def take_answer(answer_id: str, command: TakeAnswer, tx: Transaction) -> Sequence[NewEvent]:
    """What the financial system paid and what it refused: all of it, or nothing if anything is wrong.

    A line that says again what is known does nothing.
    """
    findings = Findings()
    act = act_of(command, "system", tx, findings)
    findings.settle()
    answers = sheet.read(command.csv, tx.today)
    known = store.sent(tx.connection, {answer.order_id for answer in answers})
    _check(answers, known)
    events: list[NewEvent] = []
    for answer in answers:
        order = known[answer.order_id]
        if order.state != "sent":
            continue
        known[order.id] = replace(order, state=answer.outcome)
        store.take(tx.connection, answer_id, answer)
        events += _conclude(order, answer, replace(act, happened_on=answer.on, origin=order.origin), tx)
    return events


def _check(answers: Sequence[Answered], known: Mapping[str, Order]) -> None:
    findings = Findings()
    said: dict[str, str] = {}
    for answer in answers:
        where = f"line {answer.line}"
        order = known.get(answer.order_id)
        if order is None:
            findings.require(False, where, f"order {answer.order_id[:64]!r} was never sent; remove the line")
            continue
        before = said.setdefault(order.id, answer.outcome if order.state == "sent" else order.state)
        told = f"says {answer.outcome}, and the order is {before} already; ask the financial system"
        findings.require(before == answer.outcome, where, told)
        findings.require(answer.on >= order.ordered_on, where, f"{answer.on} is before it was ordered")
    findings.settle()


def _conclude(order: Order, answer: Answered, act: Act, tx: Transaction) -> list[NewEvent]:
    """Tell what is paid for, or that it is not."""
    if order.kind == "expense":
        if answer.outcome == "paid":
            return expenses.was_paid(order.subject, order.amount_cents, act, tx)
        return expenses.was_not_paid(order.subject, order.amount_cents, tx)
    if order.kind == "contribution":
        if answer.outcome == "paid":
            return paying.was_paid(order.subject, act, tx)
        return paying.was_not_paid(order.subject, tx)
    grant = grants.grant(tx.connection, order.subject)
    if answer.outcome == "paid":
        return carry_out(tx, promised.paid(grant, order.amount_cents, act), act)
    return waiting.free(tx, promised.unpaid(grant, order.amount_cents, act), act)
