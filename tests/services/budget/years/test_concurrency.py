# SPDX-License-Identifier: EUPL-1.2
"""Years and the register when many act at once, on both databases."""

from functools import partial
from typing import Any

from services.budget.organisations import handlers as register
from services.budget.organisations.commands import RegisterOrganisation
from services.budget.years import handlers
from services.budget.years.commands import AdoptBudget, AmendBudget, CloseBudget
from tests.services.budget.acts import adopt
from tests.services.budget.books import Books, assessed
from tests.services.budget.grants.test_concurrency import assessing, at_once


async def test_of_one_persons_post_there_is_one_however_many_register(books: Books) -> None:
    command = RegisterOrganisation.model_validate(
        {"kind": "civil-society", "kernen": [], "activeFrom": "2020-01-01"}
    )
    heard = await at_once(books, [partial(register.register, f"o{n}", command) for n in range(16)])
    assert heard.count("one-at-a-time") == 15
    assert heard.count(["organisation.registered"]) == 1


async def test_money_given_once_is_never_over_however_many_years_are_adopted(books: Books) -> None:
    def adopting(year: int) -> Any:
        line = {"line": "ferry", "amountCents": 30_000_00}
        fields = {"year": year, "decisionReference": "R", "lines": [line], "happenedOn": "2021-06-01"}
        return partial(handlers.adopt, f"y{year}", AdoptBudget.model_validate(fields))

    heard = await at_once(books, [adopting(year) for year in range(2015, 2023)])
    assert heard.count("above-total-over-years") == 5
    assert heard.count(["budget.adopted"]) == 3
    assert books.differences() == []


async def test_moving_asking_and_closing_cross_and_nothing_is_reserved_in_a_closed_year(books: Books) -> None:
    books.adopt(2020)
    adopt(books)
    moved = {
        "cause": "moved",
        "line": "small-help",
        "fromLine": "shore",
        "amountCents": 900_00,
        "reason": "x",
    }
    command = AmendBudget.model_validate(moved)
    moving = [partial(handlers.amend, f"a{n}", 2020, command) for n in range(12)]
    asking = assessing(*(
        assessed(f"i{n}", 500_00, line="shore", on=books.transactions.clock().date().replace(year=2020))
        for n in range(12)
    ))  # fmt: skip
    closing = [partial(handlers.close, 2020, CloseBudget.model_validate({"happenedOn": "2020-12-31"}))]
    mixed = [work for pair in zip(moving, asking, strict=True) for work in pair]
    heard = await at_once(books, mixed[:12] + closing + mixed[12:])
    assert sum("budget.closed" in each for each in heard if isinstance(each, list)) == 1
    balance = books.balance("shore", 2020)
    assert (balance.reserved, balance.committed) == (0, 0)
    assert books.differences() == []
