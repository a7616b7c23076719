# SPDX-License-Identifier: EUPL-1.2
"""Rows as CSV or as JSON Lines for programs: every value as it is, with no guard for spreadsheets in it."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from services.budget.exports.columns import Column

Form = Literal["csv", "jsonl"]
Row = Mapping[str, Any]
MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


def head(columns: Sequence[Column], form: Form) -> str:
    return _csv([[column.name for column in columns]]) if form == "csv" else ""


def body(columns: Sequence[Column], rows: Iterable[Row], form: Form) -> str:
    """A line for each row, with exactly these columns."""
    plain = ({column.name: _plain(row[column.name]) for column in columns} for row in rows)
    if form == "csv":
        return _csv(list(row.values()) for row in plain)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in plain)


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def _plain(value: Any) -> Any:
    """Lists as words with spaces between them, dates as YYYY-MM-DD."""
    if isinstance(value, list | tuple):
        return " ".join(value)
    return value.isoformat() if isinstance(value, date) else value
