# SPDX-License-Identifier: EUPL-1.2
"""What the municipality buys itself: set aside, invoiced, paid; over HTTP and on both databases."""

from typing import Any

import httpx
import pytest

from services.budget.ledger.model import Balance
from tests.services.budget.books import Books

ORDERED = {"year": 2021, "line": "ferry", "description": "Onderhoud van het pontje", "amountCents": 2_000_00}
INVOICE = {"amountCents": 800_00, "creditorNumber": "42", "reference": "F-1"}


@pytest.fixture(autouse=True)
def adopted(books: Books) -> None:
    books.adopt(small_help=1_000_00, ferry=5_000_00)


async def post(api: httpx.AsyncClient, path: str, body: dict[str, Any], status: int = 201) -> Any:
    answer = await api.post(f"/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_an_expense_is_committed_and_paid_by_invoice(api: httpx.AsyncClient, books: Books) -> None:
    made = await post(api, "expenses", ORDERED)
    assert books.balance("ferry") == Balance(5_000_00, committed=2_000_00)
    order = await post(api, f"expenses/{made['id']}/invoices", INVOICE)
    assert (order["kind"], order["reference"]) == ("expense", "F-1")
    await post(api, "payment-files", {})
    text = f"order,outcome,date,reason\n{order['id']},paid,2021-06-15,\n"
    await post(api, "payment-answers", {"csv": text}, 200)
    assert books.balance("ferry") == Balance(5_000_00, committed=1_200_00, paid=800_00)
    shown = (await api.get(f"/v1/expenses/{made['id']}")).json()
    assert (shown["amountCents"], shown["orderedCents"], shown["paidCents"]) == (2_000_00, 800_00, 800_00)
    assert (await api.get("/v1/expenses", params={"line": "ferry", "year": 2021})).json()["items"] == [shown]
    assert books.differences() == []


async def test_no_more_is_invoiced_than_is_set_aside(api: httpx.AsyncClient, books: Books) -> None:
    made = await post(api, "expenses", ORDERED)
    path = f"expenses/{made['id']}"
    await post(api, f"{path}/invoices", INVOICE | {"amountCents": 1_500_00})
    before = books.written()
    told = await post(api, f"{path}/invoices", INVOICE | {"amountCents": 500_01}, 409)
    assert told["code"] == "above-committed"
    told = await post(api, f"{path}/amendments", {"amountCents": 1_499_99}, 409)
    assert told["code"] == "below-ordered"
    told = await post(api, f"{path}/amendments", {"amountCents": 5_000_01}, 409)
    assert told["code"] == "no-room"
    assert books.written() == before
    await post(api, f"{path}/amendments", {"amountCents": 1_500_00})
    assert books.balance("ferry") == Balance(5_000_00, committed=1_500_00)
    await post(api, f"{path}/amendments", {"amountCents": 5_000_00})
    assert books.balance("ferry").available == 0


async def test_an_invoice_that_was_refused_is_ordered_again(api: httpx.AsyncClient, books: Books) -> None:
    made = await post(api, "expenses", ORDERED)
    order = await post(api, f"expenses/{made['id']}/invoices", INVOICE)
    await post(api, "payment-files", {})
    text = f"order,outcome,date,reason\n{order['id']},refused,2021-06-15,onbekend nummer\n"
    await post(api, "payment-answers", {"csv": text}, 200)
    await post(api, f"expenses/{made['id']}/invoices", INVOICE | {"amountCents": 2_000_00})
    assert books.balance("ferry") == Balance(5_000_00, committed=2_000_00)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"line": "small-help"}, 400),  # grants
        ({"line": "bridge"}, 400),
        ({"year": 2022}, 409),  # not adopted
        ({"amountCents": 5_000_01}, 409),
        ({"amountCents": 0}, 400),
        ({"amountCents": -1}, 400),
        ({"amountCents": 1.5}, 400),
        ({"amountCents": "1"}, 400),
        ({"amountCents": 10**18}, 400),
        ({"description": " "}, 400),
        ({"happenedOn": "2021-06-16"}, 400),
        ({"surprise": 1}, 400),
    ],
)
async def test_what_cannot_be_committed_writes_nothing(
    api: httpx.AsyncClient, books: Books, wrong: dict[str, Any], status: int
) -> None:
    before = books.written()
    problem = await post(api, "expenses", ORDERED | wrong, status)
    assert problem["detail"]
    assert books.written() == before


async def test_an_expense_that_is_not_there_is_not_found(api: httpx.AsyncClient) -> None:
    assert (await api.get("/v1/expenses/none")).status_code == 404
    await post(api, "expenses/none/invoices", INVOICE, 404)
    await post(api, "expenses/none/amendments", {"amountCents": 1}, 404)
