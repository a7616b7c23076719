# SPDX-License-Identifier: EUPL-1.2
"""Rows as CSV or as JSON Lines, for as long as there are any; safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

Format = Literal["csv", "jsonl"]
Row = Mapping[str, Any]
MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def head(columns: Sequence[str], form: Format) -> str:
    return _csv([columns]) if form == "csv" else ""


def body(columns: Sequence[str], rows: Iterable[Row], form: Format) -> str:
    """A line for each row, with exactly these columns."""
    if form == "csv":
        return _csv([_cell(row[column]) for column in columns] for row in rows)
    return "".join(json.dumps({c: row[c] for c in columns}, ensure_ascii=False) + "\n" for row in rows)


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula becomes a text again; a number stays one."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
