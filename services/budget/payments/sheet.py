# SPDX-License-Identifier: EUPL-1.2
"""The CSV of payment orders, and the CSV of the answer: read strictly and checked whole."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.budget.sheet import body, head
from shared.contracts.refusals import FieldError, Findings, Invalid

COLUMNS = ("order", "creditor", "amount", "currency", "description", "reference")
ANSWER = ("order", "outcome", "date", "reason")
LONGEST_REASON = 200


@dataclass(frozen=True)
class Answered:
    """One line of the answer."""

    line: int
    order_id: str
    outcome: Literal["paid", "refused"]
    on: date
    reason: str | None


def write(rows: Iterable[tuple[str, str, int, str, str]]) -> str:
    """Of each order its id, creditor number, cents, description and reference."""
    table = (
        {
            "order": order_id,
            "creditor": creditor,
            "amount": f"{cents // 100}.{cents % 100:02d}",
            "currency": "EUR",
            "description": description,
            "reference": reference,
        }
        for order_id, creditor, cents, description, reference in rows
    )
    return head(COLUMNS, "csv") + body(COLUMNS, table, "csv")


def read(text: str, today: date) -> list[Answered]:
    """All lines; Invalid, with everything that is wrong, if anything is."""
    findings = Findings()
    found = [_answered(line, values, today, findings) for line, values in _lines(text, findings)]
    findings.require(bool(found), "line 2", "there is no answer; add a line below the names of the columns")
    findings.settle()
    return [answered for answered in found if answered]


def _lines(text: str, findings: Findings) -> Iterator[tuple[int, dict[str, str]]]:
    sheet = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip() for name in next(sheet, [])]
        if sorted(names) != sorted(ANSWER):
            raise Invalid(FieldError("line 1", f"name the columns {', '.join(ANSWER)}, with commas between"))
        for values in sheet:
            if len(values) == len(names):
                yield sheet.line_num, dict(zip(names, map(str.strip, values), strict=True))
            elif any(values):
                told = f"has {len(values)} columns, and line 1 has {len(names)}"
                findings.require(False, f"line {sheet.line_num}", told)
    except csv.Error as error:
        findings.require(False, f"line {sheet.line_num}", f"cannot be read as CSV: {error}")


def _answered(line: int, values: dict[str, Any], today: date, findings: Findings) -> Answered | None:
    where, outcome, reason = f"line {line}", values["outcome"], values["reason"]
    findings.require(
        outcome in ("paid", "refused"), where, f"outcome {outcome!r} is neither paid nor refused"
    )
    findings.require(bool(reason) or outcome != "refused", where, "a refusal needs its reason")
    findings.require(
        len(reason) <= LONGEST_REASON and reason.isprintable(),
        where,
        f"the reason is no text of at most {LONGEST_REASON} characters",
    )
    try:
        on = date.fromisoformat(values["date"])
    except ValueError:
        findings.require(False, where, f"{values['date']!r} is no date; write it as YYYY-MM-DD")
        return None
    findings.require(on <= today, where, f"{on} has yet to come")
    return Answered(line, values["order"], outcome, on, reason or None)
