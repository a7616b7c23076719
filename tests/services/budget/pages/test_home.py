# SPDX-License-Identifier: EUPL-1.2
"""The page of a budget year, on both databases."""

import httpx

from tests.services.budget.acts import adopt, close
from tests.services.budget.books import Books, assessed


async def test_the_year_and_its_lines_are_shown(books: Books, api: httpx.AsyncClient) -> None:
    assert "nog geen begroting" in (await api.get("/begroting")).text
    books.adopt(2020)
    books.adopt(2021, small_help=1_000_00)
    books.assess(assessed("i1", 250_00))
    page = (await api.get("/begroting")).text
    assert "Kleine hulp" in page
    assert "€\u00a0750,00" in page
    assert 'width="25.0%"' in page
    assert "/budget/v1/exports/subsidies?year=2021&amp;format=csv" in page
    assert "nog niet afgesloten" not in page
    assert "nog niet afgesloten" in (await api.get("/begroting?year=2020")).text
    close(books, 2020)
    assert "afgesloten op 31 december 2020" in (await api.get("/begroting?year=2020")).text
    assert (await api.get("/begroting?year=2019")).status_code == 404


async def test_a_ceiling_is_shown_with_what_it_means(books: Books, api: httpx.AsyncClient) -> None:
    ceiling = {"publication": "Gemeenteblad 2020, 7", "distribution": "rounds"}
    adopt(books, lines=[{"line": "shore", "amountCents": 100_00, "ceiling": ceiling}], totalCents=100_00)
    page = (await api.get("/begroting?year=2021")).text
    assert "Oeverfonds heeft een subsidieplafond (Gemeenteblad 2020, 7)" in page
    assert "weigeren (Algemene wet bestuursrecht, artikel 4:25)" in page
