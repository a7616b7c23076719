# SPDX-License-Identifier: EUPL-1.2
"""A CSV of results: read strictly and checked whole. Each fault names its line and what to do.

One row is one indicator in one area: a kern, `municipality`, or for comparison `benchmark` or `netherlands`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from services.surveys.imports.csv_line import Line
from services.surveys.results.model import BEST_MARK, WORST_MARK, Measured
from shared.contracts.refusals import Findings
from shared.contracts.surveys import Audience, BenchmarkArea, Instrument, Unit
from shared.csv_reader import rows

REQUIRED = ("area", "year", "instrument", "indicator", "mark", "percentage", "n", "source")
OPTIONAL = ("date", "audience", "invited", "spread", "distribution", "comparable")
WHOLE, UNKNOWN = "municipality", "unknown"
ELSEWHERE = frozenset(get_args(BenchmarkArea))
INSTRUMENTS, AUDIENCES = frozenset(get_args(Instrument)), frozenset(get_args(Audience))
FIRST_YEAR, MOST_PEOPLE, LONGEST_SOURCE = 1990, 10**7, 200


@dataclass(frozen=True)
class References:
    """What a row may refer to; nothing was measured after `last_day`."""

    kernen: frozenset[str]
    indicators: Mapping[str, Unit]
    last_day: date


@dataclass(frozen=True)
class ResultRow:
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

    @property
    def is_elsewhere(self) -> bool:
        """About the benchmark municipalities or the country, not about this municipality."""
        return self.area in ELSEWHERE


def read(text: str, known: References) -> list[ResultRow]:
    """All rows; Invalid, with everything that is wrong, if anything is."""
    findings = Findings()
    found = [_row(line, known) for line in _lines(text, findings)]
    findings.settle()
    _check_once(found, findings)
    findings.require(bool(found), "line 2", "there is no result; add a line below the names of the columns")
    findings.settle()
    return found


def _lines(text: str, findings: Findings) -> Iterator[Line]:
    for number, values in rows(text, REQUIRED, OPTIONAL, findings):
        yield Line(number, values, findings)


def _row(line: Line, known: References) -> ResultRow:
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
    return ResultRow(
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


def _measured(line: Line, kern: str | None, known: References) -> Measured:
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


def _check_once(rows: list[ResultRow], findings: Findings) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        key = (row.area, row.year, row.instrument, row.audience, row.measured.indicator)
        message = f"repeats line {seen.get(key)}: the same area, year, instrument and indicator; keep one"
        findings.require(key not in seen, f"line {row.line}", message)
        seen.setdefault(key, row.line)
