# SPDX-License-Identifier: EUPL-1.2
"""From an order to the answer of the financial system, over HTTP and on both databases."""

import csv
import io
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.budget.contributions.tables import contributions
from services.budget.ledger.model import Balance
from shared.contracts.refusals import Refused
from tests.services.budget.acts import adopt, change, contribute, enter, withdraw
from tests.services.budget.books import Books, assessed

NAMES = "order,outcome,date,reason\n"


@pytest.fixture(autouse=True)
def adopted(books: Books) -> None:
    books.adopt(small_help=1_000_00, ferry=5_000_00)
    books.assess(assessed("i1", 400_00))


async def post(api: httpx.AsyncClient, path: str, status: int = 201, **body: Any) -> Any:
    answer = await api.post(f"/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def order(api: httpx.AsyncClient, books: Books, name: str = "i1", **body: Any) -> str:
    path = f"grants/{books.grant(name)['id']}/payments"
    return str((await post(api, path, creditorNumber="0017", **body))["id"])


async def answer(api: httpx.AsyncClient, *lines: str, status: int = 200) -> Any:
    return await post(api, "payment-answers", status, csv=NAMES + "".join(f"{line}\n" for line in lines))


async def content(api: httpx.AsyncClient, file_id: str) -> list[list[str]]:
    found = await api.get(f"/v1/payment-files/{file_id}/content")
    assert found.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(found.text, newline="")))


async def test_a_grant_is_paid_in_parts(api: httpx.AsyncClient, books: Books) -> None:
    first = await order(api, books, amountCents=150_00)
    sent = await post(api, "payment-files")
    assert (sent["orders"], sent["totalCents"]) == (1, 150_00)
    reference = books.grant("i1")["id"]
    assert (await content(api, sent["id"]))[1:] == [
        [first, "0017", "150.00", "EUR", "Kleine hulp 2021", reference]
    ]
    assert await answer(api, f"{first},paid,2021-06-15,") == {"paid": 1, "refused": 0}
    assert books.balance("small-help") == Balance(1_000_00, committed=250_00, paid=150_00)
    rest = await order(api, books)
    assert (await api.get(f"/v1/payment-orders/{rest}")).json()["amountCents"] == 250_00
    assert books.differences() == []


async def test_nothing_is_paid_twice(api: httpx.AsyncClient, books: Books) -> None:
    only = await order(api, books)
    await post(api, f"grants/{books.grant('i1')['id']}/payments", 409, creditorNumber="0017")
    sent = await post(api, "payment-files")
    assert (await post(api, "payment-files", 409))["code"] == "nothing-to-pay"
    assert await content(api, sent["id"]) == await content(api, sent["id"])
    told = f"{only},paid,2021-06-15,"
    await answer(api, told, told)
    before = books.written()
    assert await answer(api, told) == {"paid": 0, "refused": 0}
    assert books.written() == before
    assert books.balance("small-help") == Balance(1_000_00, paid=400_00)


async def test_an_answer_is_checked_whole_before_anything_is_written(
    api: httpx.AsyncClient, books: Books
) -> None:
    one = await order(api, books, amountCents=100_00)
    await post(api, "payment-files")
    unsent = await order(api, books, amountCents=50_00)
    before = books.written()
    for wrong in (
        "nobody,paid,2021-06-15,",
        f"{unsent},paid,2021-06-15,",
        f"{one},refused,2021-06-15,closed",
        f"{one},paid,2021-06-14,",
    ):
        problem = await answer(api, f"{one},paid,2021-06-15,", wrong, status=400)
        assert problem["errors"][0]["field"] == "line 3"
        assert books.written() == before
    await answer(api, f"{one},paid,2021-06-15,")
    problem = await answer(api, f"{one},refused,2021-06-15,closed", status=400)
    assert "paid already" in problem["detail"]


async def test_what_was_refused_is_ordered_again_with_its_reason_kept(
    api: httpx.AsyncClient, books: Books
) -> None:
    failed = await order(api, books)
    await post(api, "payment-files")
    assert await answer(api, f"{failed},refused,2021-06-15,rekening opgeheven") == {"paid": 0, "refused": 1}
    kept = (await api.get(f"/v1/payment-orders/{failed}")).json()
    assert (kept["state"], kept["reason"]) == ("refused", "rekening opgeheven")
    again = await order(api, books)
    sent = await post(api, "payment-files")
    assert [row[0] for row in (await content(api, sent["id"]))[1:]] == [again]
    assert books.balance("small-help") == Balance(1_000_00, committed=400_00)


async def test_contributions_are_paid_with_the_next_file_once_their_creditor_is_known(
    api: httpx.AsyncClient, books: Books
) -> None:
    adopt(books, year=2022, lines=[{"line": "clubs", "amountCents": 1_800_00}])
    known = enter(books, "a", creditorNumber="1")
    unknown = enter(books, "b")
    contribute(books, year=2022)
    sent = await post(api, "payment-files")
    assert (sent["orders"], sent["totalCents"]) == (1, 600_00)
    [[paid, number, *_]] = (await content(api, sent["id"]))[1:]
    assert number == "1"
    with pytest.raises(Refused) as refusal:
        withdraw(books, contribution_of(books, known))
    assert refusal.value.code == "contribution-ordered"
    assert await answer(api, f"{paid},paid,2021-06-15,") == {"paid": 1, "refused": 0}
    assert books.balance("clubs", 2022) == Balance(1_800_00, committed=600_00, paid=600_00)
    change(books, unknown, creditorNumber="2")
    [[refused, *_]] = (await content(api, (await post(api, "payment-files"))["id"]))[1:]
    await answer(api, f"{refused},refused,2021-06-15,onbekend")
    [[again, *_]] = (await content(api, (await post(api, "payment-files"))["id"]))[1:]
    assert again != refused
    assert books.differences() == []


def contribution_of(books: Books, organisation_id: str) -> str:
    c = contributions.c
    wanted = select(c.id).where(c.organisation_id == organisation_id)
    return books.run(lambda tx: str(tx.connection.execute(wanted).scalar_one()))


async def test_an_example_is_never_in_a_file_of_what_is_real(api: httpx.AsyncClient, books: Books) -> None:
    books.adopt(2020, "example", small_help=1_000_00)
    books.assess(assessed("invented", 400_00, on=date(2020, 3, 8), origin="example"))
    await order(api, books, "invented", amountCents=100_00, origin="example")
    assert (await post(api, "payment-files", 409))["code"] == "nothing-to-pay"
    sent = await post(api, "payment-files", origin="example")
    assert sent["orders"] == 1
    (_, paid) = await content(api, sent["id"])
    assert paid[4] == "VOORBEELD Kleine hulp 2020"


async def test_what_comes_back_is_given_to_who_waits(api: httpx.AsyncClient, books: Books) -> None:
    books.assess(assessed("i2", 400_00))
    books.assess(assessed("i3", 250_00))
    only = await order(api, books)
    await post(api, "payment-files")
    await answer(api, f"{only},paid,2021-06-15,")
    grant = f"grants/{books.grant('i1')['id']}"
    settled = await post(api, f"{grant}/settlements", actualCostCents=300_00)
    assert (settled["heldCents"], settled["settledCents"]) == (400_00, 300_00)
    assert books.grant("i3")["state"] == "refusal-proposed"
    back = await post(api, f"{grant}/refunds", amountCents=100_00)
    assert (back["heldCents"], back["paidCents"]) == (300_00, 300_00)
    assert books.grant("i3")["state"] == "allocated"
    assert books.balance("small-help") == Balance(1_000_00, committed=650_00, paid=300_00)
    assert books.differences() == []


NUMBERS = ["", "12a", "١٢", "12345678901", " 12", "=1", 17, None]


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_creditor_number_that_is_none_is_refused(
    api: httpx.AsyncClient, books: Books, number: object
) -> None:
    before = books.written()
    problem = await post(api, f"grants/{books.grant('i1')['id']}/payments", 400, creditorNumber=number)
    assert problem["errors"][0]["field"] == "creditorNumber"
    assert books.written() == before


async def test_no_event_tells_a_creditor(api: httpx.AsyncClient, books: Books) -> None:
    only = await order(api, books)
    await post(api, "payment-files")
    await answer(api, f"{only},refused,2021-06-15,van Jansen")
    told = books.run(lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one())
    assert told == 3  # adopted, reserved, allocated: an order and a refusal are nobody else's
