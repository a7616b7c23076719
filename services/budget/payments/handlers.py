# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about payments: load, decide, save.

What is payable, and what becomes of it when it is paid, is in the table that is given.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.budget.payments import bank_file, model, store
from services.budget.payments.commands import MakeFile, TakeAnswer
from services.budget.payments.model import Kind, NewOrder, Order
from shared.access.rules import may
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings, NotAllowed, Refused
from shared.messaging.transaction import Transaction

Answered = Callable[[Order, Act, Transaction], list[NewEvent]]


def _nothing_due(_tx: Transaction, _act: Act) -> Iterable[NewOrder]:
    return ()


@dataclass(frozen=True)
class Payable:
    """One kind of what is paid: what becomes of it when an order was paid or refused, and what of it is due
    without an order."""

    was_paid: Answered
    was_not_paid: Answered
    order_due: Callable[[Transaction, Act], Iterable[NewOrder]] = _nothing_due


Payables = Mapping[Kind, Payable]


@may("controller")
def make_file(file_id: str, command: MakeFile, payables: Payables, tx: Transaction) -> Sequence[NewEvent]:
    """Send what is to be paid, once. Who ordered a payment does not send it too."""
    act = tx.act(command, "budget-holder")
    for payable in payables.values():
        for due in payable.order_due(tx, act):
            store.add(tx, due, act)
    if (person := tx.actor.person) and store.is_open_of(tx.connection, person, act.origin):
        raise NotAllowed("You ordered some of these payments; another controller makes the file.")
    if not store.add_file(tx, file_id, act):
        raise Refused("nothing-to-pay", "There is no open order to be paid.")
    return []


@may("controller", "payment-answers")
def take_answer(
    answer_id: str, command: TakeAnswer, payables: Payables, tx: Transaction
) -> Sequence[NewEvent]:
    """What the financial system paid and what it refused: all of it, or nothing if anything is wrong.

    A line that repeats what is known does nothing.
    """
    findings = Findings()
    act = tx.act(command, "system", findings)
    findings.settle()
    answers = bank_file.read(command.csv, tx.today)
    known = store.sent(tx.connection, {answer.order_id for answer in answers})
    model.check(answers, known)
    events: list[NewEvent] = []
    for answer in answers:
        order = known[answer.order_id]
        if order.state != "sent":
            continue
        known[order.id] = replace(order, state=answer.outcome)
        store.take(tx.connection, answer_id, answer)
        on = replace(act, happened_on=answer.on, origin=order.origin)
        payable = payables[order.kind]
        concluded = payable.was_paid if answer.outcome == "paid" else payable.was_not_paid
        events += concluded(order, on, tx)
    return events
