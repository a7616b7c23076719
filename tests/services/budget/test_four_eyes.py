# SPDX-License-Identifier: EUPL-1.2
"""Two persons where money is given: who weighs does not decide, and who orders a payment does not send it."""

from collections.abc import Mapping

import httpx

from tests.access import bearer
from tests.services.budget.books import Books, assessed

ABOVE = 600_00  # the automatic limit of the line


def budget_holder(officer: str) -> Mapping[str, str]:
    return bearer(["budget-holder"], subject=f"sub-{officer}", officer_id=officer)


async def test_who_weighed_an_initiative_does_not_decide_about_its_money(
    api: httpx.AsyncClient, books: Books
) -> None:
    books.adopt(2021)
    books.assess(assessed("i1", ABOVE, officer_id="o-1"))
    one = f"/v1/grants/{books.grant('i1')['id']}"
    body = {"decision": "allocate"}
    mine = await api.post(f"{one}/decisions", json=body, headers=budget_holder("o-1"))
    assert (mine.status_code, books.grant("i1")["state"]) == (403, "reserved")
    assert (await api.post(f"{one}/decisions", json=body, headers=budget_holder("o-2"))).status_code == 201
    less = {"amountCents": ABOVE - 100_00}
    assert (await api.post(f"{one}/amendments", json=less, headers=budget_holder("o-1"))).status_code == 403
    assert (await api.post(f"{one}/amendments", json=less, headers=budget_holder("o-2"))).status_code == 201


async def test_who_ordered_a_payment_does_not_make_its_file(api: httpx.AsyncClient, books: Books) -> None:
    books.adopt(2021)
    books.assess(assessed("i1", 100_00))
    order = f"/v1/grants/{books.grant('i1')['id']}/payments"
    both = bearer(["budget-holder", "controller"], subject="both")
    assert (await api.post(order, json={"creditorNumber": "0017"}, headers=both)).status_code == 201
    async with httpx.AsyncClient(transport=api._transport, base_url="http://localhost") as anybody:
        refused = await anybody.post("/v1/payment-files", json={}, headers=both)
        assert (refused.status_code, "another controller" in refused.text) == (403, True)
        other = bearer(["controller"], subject="other")
        assert (await anybody.post("/v1/payment-files", json={}, headers=other)).status_code == 201


async def test_who_gave_a_contribution_does_not_make_its_file(api: httpx.AsyncClient, books: Books) -> None:
    books.adopt(2021)
    both = bearer(["budget-holder", "controller"], subject="both")
    club = {"kind": "village-interests", "kernen": ["noordoever"], "activeFrom": "2020-01-01", "name": "Club"}
    made = await api.post("/v1/organisations", json=club | {"creditorNumber": "0666"}, headers=both)
    assert made.status_code == 201
    assert (await api.post("/v1/contribution-runs", json={"year": 2021}, headers=both)).status_code == 201
    async with httpx.AsyncClient(transport=api._transport, base_url="http://localhost") as anybody:
        assert (await anybody.post("/v1/payment-files", json={}, headers=both)).status_code == 403
        other = bearer(["controller"], subject="other")
        assert (await anybody.post("/v1/payment-files", json={}, headers=other)).status_code == 201
