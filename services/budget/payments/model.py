# SPDX-License-Identifier: EUPL-1.2
"""Payment orders, and whether an answer of the financial system can be right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.contracts.envelope import Origin
from shared.contracts.refusals import Findings

Kind = Literal["grant", "contribution", "expense"]
OrderState = Literal["open", "sent", "paid", "refused"]


@dataclass(frozen=True)
class NewOrder:
    """To pay this much to a creditor, from a line, for a grant, a contribution or an expense; by a person."""

    id: str
    kind: Kind
    subject: str
    year: int
    line: str
    creditor_number: str
    amount_cents: int
    reference: str | None = None
    ordered_by: str | None = None


@dataclass(frozen=True)
class Order:
    """One that was ordered; `answered_on` is the date of payment or refusal, once that is known."""

    id: str
    kind: Kind
    subject: str
    amount_cents: int
    state: OrderState
    ordered_on: date
    origin: Origin
    answered_on: date | None


@dataclass(frozen=True)
class AnswerLine:
    """One line of the answer."""

    line: int
    order_id: str
    outcome: Literal["paid", "refused"]
    on: date
    reason: str | None


def check(answers: Sequence[AnswerLine], sent: Mapping[str, Order]) -> None:
    """Everything that is wrong with an answer on these orders. A line that repeats what is known is not."""
    findings = Findings()
    outcomes: dict[str, str] = {}
    for answer in answers:
        where = f"line {answer.line}"
        order = sent.get(answer.order_id)
        if order is None:
            findings.require(False, where, f"order {answer.order_id[:64]!r} was never sent; remove the line")
            continue
        before = outcomes.setdefault(order.id, answer.outcome if order.state == "sent" else order.state)
        message = f"says {answer.outcome}, and the order is {before} already; ask the financial system"
        findings.require(before == answer.outcome, where, message)
        findings.require(answer.on >= order.ordered_on, where, f"{answer.on} is before it was ordered")
    findings.settle()
