# SPDX-License-Identifier: EUPL-1.2
"""The CSV that goes to the financial system, and the one that comes back."""

import csv
import io
from datetime import date

import pytest

from services.budget.payments import bank_file
from shared.contracts.refusals import Invalid

TODAY = date(2021, 6, 15)
NAMES = "order,outcome,date,reason\n"


@pytest.mark.parametrize("text", ["-2026/14", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_the_bank_reads_is_what_was_written(text: str) -> None:
    """A guard against formulas is for files that people open; here it would change an invoice's number."""
    (_, row) = csv.reader(io.StringIO(bank_file.write([("o1", "17", 5, text, text)]), newline=""))
    assert row == ["o1", "17", "0.05", "EUR", text, text]


def test_amounts_are_euros_with_two_decimals() -> None:
    rows = [("o1", "0017", cents, "a", "b") for cents in (1, 100, 1_234_567_89)]
    (_, *found) = csv.reader(io.StringIO(bank_file.write(rows), newline=""))
    assert [row[2] for row in found] == ["0.01", "1.00", "1234567.89"]
    assert found[0][1] == "0017"


def test_an_answer_is_read() -> None:
    text = "\ufeff" + NAMES + 'o1,paid,2021-06-14,\r\n\n o2 ,refused,2021-06-15,"account closed, or so"\n'
    assert [(a.line, a.order_id, a.outcome, a.on, a.reason) for a in bank_file.read(text, TODAY)] == [
        (2, "o1", "paid", date(2021, 6, 14), None),
        (4, "o2", "refused", TODAY, "account closed, or so"),
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "line 1"),
        ("order;outcome;date;reason\n", "line 1"),
        (NAMES, "line 2"),
        (NAMES + "o1,perhaps,2021-06-14,\n", "line 2"),
        (NAMES + "o1,refused,2021-06-14,\n", "line 2"),
        (NAMES + "o1,paid,2021-06-16,\n", "line 2"),
        (NAMES + "o1,paid,14-06-2021,\n", "line 2"),
        (NAMES + "o1,paid\n", "line 2"),
        (NAMES + 'o1,refused,2021-06-14,"a\u202eb"\n', "line 2"),
        (NAMES + f"o1,refused,2021-06-14,{'x' * 201}\n", "line 2"),
        (NAMES + 'o1,paid,2021-06-14,"\n', "line 2"),
    ],
)
def test_what_cannot_be_read_names_its_line(text: str, wrong: str) -> None:
    with pytest.raises(Invalid) as invalid:
        bank_file.read(text, TODAY)
    assert invalid.value.errors[0].field == wrong


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(Invalid) as invalid:
        bank_file.read(NAMES + "o1,perhaps,2021-06-16,\no2,refused,2021-06-14,\n", TODAY)
    assert [error.field for error in invalid.value.errors] == ["line 2", "line 2", "line 3"]
