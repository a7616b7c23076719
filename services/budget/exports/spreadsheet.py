# SPDX-License-Identifier: EUPL-1.2
"""Rows as a spreadsheet for people: Dutch titles, euros and dates that are numbers, and no cell a formula."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]

from services.budget.exports.columns import WORDS, Column, Kind
from shared.municipality import Municipality

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# As the format of the file has them; a Dutch Excel shows € 1.234,50 and 15-06-2021.
NUMBER_FORMATS: Mapping[Kind, str] = {
    "number": "0",
    "euro": '"€" #,##0.00',
    "date": "dd-mm-yyyy",
    "moment": "dd-mm-yyyy hh:mm",
}


def write(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], rules: Municipality) -> bytes:
    """The whole file; the first row has the titles, and stays in sight."""
    written = io.BytesIO()
    # A text is written as a text, whatever it begins with: never as a formula, a link or a number.
    book = xlsxwriter.Workbook(written, {"constant_memory": True, "remove_timezone": True})
    sheet = book.add_worksheet("Gegevens")
    formats = {kind: book.add_format({"num_format": form}) for kind, form in NUMBER_FORMATS.items()}
    title = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats.get(column.kind))
        sheet.write_string(0, place, column.title, title)
    last = 0
    for last, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            _write(sheet, last, place, column.kind, row[column.name], rules, formats.get(column.kind))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    book.close()
    return written.getvalue()


def _write(
    sheet: Any, row: int, place: int, kind: Kind, value: Any, rules: Municipality, number_format: Any
) -> None:
    if value is None:
        return
    match kind:
        case "euro":
            sheet.write_number(row, place, value / 100, number_format)
        case "number":
            sheet.write_number(row, place, value, number_format)
        case "date":
            sheet.write_datetime(row, place, value, number_format)
        case "moment":
            sheet.write_datetime(row, place, _local(value, rules), number_format)
        case _:
            sheet.write_string(row, place, _words(kind, value, rules))


def _local(moment: datetime, rules: Municipality) -> datetime:
    return moment.astimezone(ZoneInfo(rules.timezone))


def _words(kind: Kind, value: Any, rules: Municipality) -> str:
    """A code in the words of people; what the municipality's file does not have stays as it is."""
    if kind == "line":
        line = rules.line(value)
        return line.name if line else str(value)
    if kind == "kern":
        names = {kern.slug: kern.name for kern in rules.kernen}
        slugs = [value] if isinstance(value, str) else value
        return ", ".join(names.get(slug, slug) for slug in slugs)
    return WORDS.get(value, value) if kind == "code" else str(value)
