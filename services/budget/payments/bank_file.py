# SPDX-License-Identifier: EUPL-1.2
"""The file of payment orders for the financial system, and its answer: read strictly and checked whole."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from services.budget.payments.model import AnswerLine
from shared.contracts.refusals import FieldError, Findings, Invalid

COLUMNS = ("order", "creditor", "amount", "currency", "description", "reference")
ANSWER = ("order", "outcome", "date", "reason")
LONGEST_REASON = 200


def write(rows: Iterable[tuple[str, str, int, str, str]]) -> str:
    """Of each order its id, creditor number, cents, description and reference, as they are: the mark that
    guards a spreadsheet against formulas would reach the bank."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for order_id, creditor, cents, description, reference in rows:
        amount = f"{cents // 100}.{cents % 100:02d}"
        table.writerow((order_id, creditor, amount, "EUR", description, reference))
    return written.getvalue()


def read(text: str, today: date) -> list[AnswerLine]:
    """All lines; Invalid, with everything that is wrong, if anything is."""
    findings = Findings()
    found = [_answered(line, values, today, findings) for line, values in _lines(text, findings)]
    findings.require(bool(found), "line 2", "there is no answer; add a line below the names of the columns")
    findings.settle()
    return [answered for answered in found if answered]


def _lines(text: str, findings: Findings) -> Iterator[tuple[int, dict[str, str]]]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [name.strip() for name in next(rows, [])]
        if sorted(names) != sorted(ANSWER):
            raise Invalid(FieldError("line 1", f"name the columns {', '.join(ANSWER)}, with commas between"))
        for values in rows:
            if len(values) == len(names):
                yield rows.line_num, dict(zip(names, map(str.strip, values), strict=True))
            elif any(values):
                message = f"has {len(values)} columns, and line 1 has {len(names)}"
                findings.require(False, f"line {rows.line_num}", message)
    except csv.Error as error:
        findings.require(False, f"line {rows.line_num}", f"cannot be read as CSV: {error}")


def _answered(line: int, values: dict[str, Any], today: date, findings: Findings) -> AnswerLine | None:
    where, outcome, reason = f"line {line}", values["outcome"], values["reason"]
    findings.require(
        outcome in ("paid", "refused"), where, f"outcome {outcome!r} is neither paid nor refused"
    )
    findings.require(bool(reason) or outcome != "refused", where, "a refusal needs its reason")
    findings.require(
        len(reason) <= LONGEST_REASON and reason.isprintable(),
        where,
        f"the reason is not a text of at most {LONGEST_REASON} characters",
    )
    try:
        on = date.fromisoformat(values["date"])
    except ValueError:
        findings.require(False, where, f"{values['date']!r} is not a date; write it as YYYY-MM-DD")
        return None
    findings.require(on <= today, where, f"{on} has yet to come")
    return AnswerLine(line, values["order"], outcome, on, reason or None)
