# SPDX-License-Identifier: EUPL-1.2
"""Every export, opened by LibreOffice as a Dutch desk has it: what people see, and that no cell is a formula.

Run with `make slow`, or `pytest tests/standards`: it needs soffice (libreoffice-calc).
"""

import asyncio
import csv
import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.budget.__main__ import SERVICE
from services.budget.exports.columns import Column
from services.budget.exports.queries import EXPORTS
from shared.http.app import create_app
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.sqlite import sqlite_url
from shared.store import Database
from tests.access import AS_ANYBODY, DOOR
from tests.services.budget.acts import contribute, withdraw
from tests.services.budget.books import Books, assessed

pytestmark = pytest.mark.timeout(300)  # the first start of soffice makes its profile
DUTCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale"><value>nl-NL</value></prop>
</item>
</oor:items>
"""
# Semicolons, quotes, UTF-8, from the first line, Dutch, each cell as it is shown.
AS_SHOWN = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1043,false,true,true"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TRAPS = ["=1+1", "+31", "-2026/14", "@SUM(A1)", 'Zoë; "Café", Curaçao']
Table = list[list[str]]


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spreadsheets")


@pytest.fixture(scope="module")
def files(folder: Path, municipality: Municipality) -> Mapping[str, bytes]:
    """What the API answers, by export."""
    database = Database(sqlite_url(folder, "budget"), "budget")
    migrate(database, SERVICE.package)
    found = asyncio.run(exported(Books(database, municipality)))
    for export, content in found.items():
        (folder / f"{export}.xlsx").write_bytes(content)
    database.close()
    return found


async def exported(books: Books) -> dict[str, bytes]:
    """A year with every kind of row, and names that a spreadsheet would take for formulas."""
    app = create_app(SERVICE, books.transactions, _ready, CollectorRegistry(), DOOR)
    transport = httpx.ASGITransport(app=app)
    books.adopt(clubs=9_000_00, small_help=3_000_00, shore=5_000_00)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=AS_ANYBODY
    ) as client:
        for name in TRAPS:
            club = {"kind": "village-interests", "kernen": ["noordoever"], "activeFrom": "2020-01-01"}
            assert (await client.post("/v1/organisations", json=club | {"name": name})).status_code == 201
        (first, *_) = contribute(books)[1]
        books.assess(assessed("i1", 300_50))
        books.assess(assessed("i2", 1_234_56, kernen=("noordoever", "zuidoever")))
        books.withdraw("i1")
        own = await client.get("/v1/contributions", params={"organisationId": first})
        withdraw(books, own.json()["items"][0]["id"])
        answers = {e: await client.get(f"/v1/exports/{e}?year=2021&format=xlsx") for e in EXPORTS}
    return {export: answer.content for export, answer in answers.items()}


def converted(folder: Path, form: str) -> None:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(DUTCH)
    soffice = shutil.which("soffice") or pytest.fail("soffice is missing: install libreoffice-calc")
    books = [str(folder / f"{export}.xlsx") for export in EXPORTS]
    command = [soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", form]
    done = subprocess.run([*command, "--outdir", str(folder), *books], capture_output=True, timeout=240)
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def shown(files: Mapping[str, bytes], folder: Path) -> Mapping[str, Table]:
    """What people see, by export."""
    converted(folder, AS_SHOWN)
    texts = {export: (folder / f"{export}.csv").read_text("utf-8") for export in files}
    return {e: list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) for e, text in texts.items()}


@pytest.mark.parametrize("export", EXPORTS)
def test_the_columns_have_dutch_titles(shown: Mapping[str, Table], export: str) -> None:
    titles, *rows = shown[export]
    assert titles == [column.title for column in EXPORTS[export].columns]  # type: ignore[index]
    assert rows
    assert {len(row) for row in rows} == {len(titles)}


def column(shown: Mapping[str, Table], export: str, title: str) -> list[str]:
    titles, *rows = shown[export]
    return [row[titles.index(title)].replace("\u00a0", " ") for row in rows]


def test_amounts_and_dates_are_shown_as_the_dutch_write_them(shown: Mapping[str, Table]) -> None:
    assert column(shown, "grants", "Gevraagd") == ["€ 300,50", "€ 1.234,56"]
    assert column(shown, "grants", "Sinds") == ["15-06-2021"] * 2
    assert column(shown, "grants", "Kernen") == ["Noordoever", "Noordoever, Zuidoever"]
    assert column(shown, "grants", "Begrotingsregel") == ["Kleine hulp"] * 2
    assert column(shown, "postings", "Vastgelegd")[0] == "15-06-2021 12:00"
    assert column(shown, "postings", "Datum")[0] == "10-11-2020"


def test_names_are_what_they_were(shown: Mapping[str, Table]) -> None:
    assert sorted(column(shown, "contributions", "Naam")) == sorted(TRAPS)
    clubs = [name for name in column(shown, "subsidies", "Ontvanger") if name != "Groep inwoners"]
    assert set(clubs) == set(TRAPS)


def test_the_woo_has_a_row_for_each_change(shown: Mapping[str, Table]) -> None:
    changes = [row[4:6] for row in shown["subsidies"][1:] if row[2] in ("Groep inwoners", TRAPS[0])]
    assert [[change, amount.replace("\u00a0", " ")] for change, amount in changes] == [
        ["Verleend", "€ 300,50"],
        ["Ingetrokken", "€ 300,50"],
        ["Verleend", "€ 600,00"],
        ["Ingetrokken", "€ 600,00"],
    ]


@pytest.fixture(scope="module")
def typed(files: Mapping[str, bytes], folder: Path) -> Mapping[str, ElementTree.Element]:
    converted(folder, "fods")
    return {export: ElementTree.parse(folder / f"{export}.fods").getroot() for export in files}


@pytest.mark.parametrize("export", EXPORTS)
def test_every_cell_is_what_it_shows_and_none_a_formula(
    typed: Mapping[str, ElementTree.Element], export: str
) -> None:
    kinds = {"euro": {"currency", "float"}, "number": {"float"}, "date": {"date"}, "moment": {"date"}}
    (table,) = typed[export].iter(f"{{{TABLE}}}table")
    _, *rows = table.iter(f"{{{TABLE}}}table-row")
    columns: tuple[Column, ...] = EXPORTS[export].columns  # type: ignore[index]
    seen = 0
    for row in rows:
        cells = [
            cell
            for cell in row.iter(f"{{{TABLE}}}table-cell")
            for _ in range(int(cell.get(f"{{{TABLE}}}number-columns-repeated", "1")) if len(cell) == 0 else 1)
        ]
        for place, cell in enumerate(cells[: len(columns)]):
            assert cell.get(f"{{{TABLE}}}formula") is None
            if kind := cell.get(f"{{{OFFICE}}}value-type"):
                assert kind in kinds.get(columns[place].kind, {"string"}), columns[place].name
                seen += 1
    assert seen >= len(columns)
