# SPDX-License-Identifier: EUPL-1.2
"""A CSV of results: read strictly and checked whole. Each fault names its line and what to do.

One row is one indicator in one area: a kern, `municipality`, or for comparison `benchmark` or `netherlands`.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from services.surveys.imports.line import Line
from services.surveys.results import BEST_MARK, WORST_MARK, Measured
from shared.contracts.refusals import FieldError, Findings, Invalid
from shared.contracts.surveys import Audience, BenchmarkArea, Instrument, Unit

REQUIRED = ("area", "year", "instrument", "indicator", "mark", "percentage", "n", "source")
OPTIONAL = ("date", "audience", "invited", "spread", "distribution", "comparable")
WHOLE, UNKNOWN = "municipality", "unknown"
ELSEWHERE = frozenset(get_args(BenchmarkArea))
INSTRUMENTS, AUDIENCES = frozenset(get_args(Instrument)), frozenset(get_args(Audience))
FIRST_YEAR, MOST_PEOPLE, LONGEST_SOURCE = 1990, 10**7, 200
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Known:
    """What a row may refer to; nothing was measured after `last_day`."""

    kernen: frozenset[str]
    indicators: Mapping[str, Unit]
    last_day: date


@dataclass(frozen=True)
class Row:
    """One line; `measured.kern` is None for what is not about one kern."""

    line: int
    area: str
    year: int
    instrument: Instrument
    audience: Audience
    measured: Measured
    measured_on: date
    comparable_with: tuple[Instrument, ...]
    source: str


def decode(body: bytes) -> str:
    """The text of a file in UTF-8; in another encoding its letters could only be guessed."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        told = f"is not UTF-8 (byte {error.start} of the file); save the file as CSV UTF-8"
        raise Invalid(FieldError(f"line {line}", told)) from None


def read(text: str, known: Known) -> list[Row]:
    """All rows; Invalid, with everything that is wrong, if anything is."""
    findings = Findings()
    rows = [_row(line, known) for line in _lines(text, findings)]
    findings.settle()
    _check_once(rows, findings)
    findings.require(bool(rows), "line 2", "there is no result; add a line below the names of the columns")
    findings.settle()
    return rows


def _lines(text: str, findings: Findings) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_names(names)
        for values in reader:
            if len(values) == len(names):
                yield Line(reader.line_num, dict(zip(names, map(str.strip, values), strict=True)), findings)
            elif any(value.strip() for value in values):
                told = f"has {len(values)} columns, and line 1 has {len(names)}; "
                told += "put quotes around a value that has a comma in it"
                findings.require(False, f"line {reader.line_num}", told)
    except csv.Error as error:
        findings.require(False, f"line {reader.line_num}", f"is not CSV ({error}); correct the quotes")


def _check_names(names: list[str]) -> None:
    findings, first = Findings(), "line 1"
    for delimiter, what in DELIMITERS.items():
        if len(names) == 1 and delimiter in names[0]:
            told = f"the columns are separated by {what}; separate them by commas, and decimals by a point"
            raise Invalid(FieldError(first, told))
    for name in REQUIRED:
        findings.require(name in names, first, f"the column {name} is missing; add it")
    for name in dict.fromkeys(names):
        told = f"{name[:60]!r} is no column here; use {', '.join(REQUIRED + OPTIONAL)}"
        findings.require(name in REQUIRED + OPTIONAL, first, told)
        findings.require(
            names.count(name) == 1, first, f"the column {name[:60]!r} stands there twice; keep one"
        )
    findings.settle()


def _row(line: Line, known: Known) -> Row:
    area = line.choice("area", known.kernen | {WHOLE} | ELSEWHERE)
    audience = line.choice("audience", AUDIENCES, default="residents")
    if area in ELSEWHERE and audience != "residents":
        line.wrong("audience", "of a benchmark is residents; leave it out")
    last = known.last_day
    year = line.whole("year", FIRST_YEAR, last.year)
    if not line.value("year"):
        line.wrong("year", "is empty; add it")
    year = year or FIRST_YEAR
    comparable_with = line.choices("comparable", INSTRUMENTS)
    measured_on = line.day("date", date(year, 1, 1), last)
    return Row(
        line=line.number,
        area=area,
        year=year,
        instrument=cast(Instrument, line.choice("instrument", INSTRUMENTS)),
        audience=cast(Audience, audience),
        measured=_measured(line, area if area in known.kernen else None, known),
        measured_on=measured_on or min(date(year, 12, 31), last),
        comparable_with=cast(tuple[Instrument, ...], comparable_with),
        source=line.text("source", LONGEST_SOURCE),
    )


def _measured(line: Line, kern: str | None, known: Known) -> Measured:
    indicator = line.choice("indicator", known.indicators)
    unit = known.indicators.get(indicator, "mark")
    mark, percentage = line.tenths("mark", WORST_MARK, BEST_MARK), line.tenths("percentage", 0, 100)
    other = "percentage" if unit == "mark" else "mark"
    if indicator in known.indicators and (not line.value(unit) or line.value(other)):
        line.wrong(unit, f"is what {indicator} is measured in; fill it in, and leave {other} empty")
    if not line.value("n"):
        line.wrong("n", f"is empty; give the number of answers, or {UNKNOWN}")
    n = None if line.value("n") == UNKNOWN else line.whole("n", 1, MOST_PEOPLE)
    invited = line.whole("invited", 1, MOST_PEOPLE)
    if n and invited and n > invited:
        line.wrong("invited", f"{invited} is fewer than the {n} who answered; correct one of them")
    value = mark if unit == "mark" else percentage
    spread = line.tenths("spread", 0, 5) if unit == "mark" else None
    return Measured(kern, indicator, unit, n, value, spread, _distribution(line, unit, n), invited)


def _distribution(line: Line, unit: Unit, n: int | None) -> tuple[tuple[str, int], ...]:
    found = line.counts("distribution")
    answered = sum(count for _answer, count in found)
    if found and answered > (n or 0):
        line.wrong("distribution", f"has {answered} answers where n is {n or UNKNOWN}; correct one of them")
    marks = {str(mark) for mark in range(WORST_MARK, BEST_MARK + 1)}
    for answer, _count in found if unit == "mark" else ():
        if answer not in marks:
            line.wrong("distribution", f"has {answer!r}, which is no mark from 1 to 10; correct it")
    return found


def _check_once(rows: list[Row], findings: Findings) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        key = (row.area, row.year, row.instrument, row.audience, row.measured.indicator)
        told = f"repeats line {seen.get(key)}: the same area, year, instrument and indicator; keep one"
        findings.require(key not in seen, f"line {row.line}", told)
        seen.setdefault(key, row.line)
