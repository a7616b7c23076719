# SPDX-License-Identifier: EUPL-1.2
"""A table of results: checked whole. Each fault names its row and what to do, in Dutch.

One row is one indicator in one area: a kern, `municipality`, or for comparison `benchmark` or `netherlands`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from services.surveys.imports.csv_line import Line
from services.surveys.results.model import BEST_MARK, WORST_MARK, Measured
from shared.contracts.refusals import Findings, Invalid
from shared.contracts.surveys import Audience, BenchmarkArea, Instrument, Unit
from shared.csv_reader import fault, rows

REQUIRED = ("area", "year", "instrument", "indicator", "mark", "percentage", "n", "source")
OPTIONAL = ("date", "audience", "invited", "spread", "distribution", "comparable")
WHOLE, UNKNOWN = "municipality", "unknown"
ELSEWHERE = frozenset(get_args(BenchmarkArea))
INSTRUMENTS, AUDIENCES = frozenset(get_args(Instrument)), frozenset(get_args(Audience))
FIRST_YEAR, MOST_PEOPLE, LONGEST_SOURCE, MOST_FAULTS = 1990, 10**7, 200, 100


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
    findings, found = Findings(), []
    for number, values in rows(text, REQUIRED, OPTIONAL, findings):
        found.append(_row(Line(number, values, findings), known))
        if len(findings) >= MOST_FAULTS:
            break  # what is wrong in every row need not be said of every row
    findings.settle()
    _check_once(found, findings)
    if not found:
        raise Invalid(
            fault(2, "er staat geen uitkomst in. Zet er een rij bij, onder de namen van de kolommen.")
        )
    findings.settle()
    return found


def _row(line: Line, known: References) -> ResultRow:
    area = line.choice("area", known.kernen | {WHOLE} | ELSEWHERE)
    audience = line.choice("audience", AUDIENCES, default="residents")
    if area in ELSEWHERE and audience != "residents":
        line.wrong("audience", "is bij een vergelijking altijd residents. Laat het leeg.")
    last = known.last_day
    year = line.whole("year", FIRST_YEAR, last.year)
    if not line.value("year"):
        line.wrong("year", "is leeg. Vul het jaar in.")
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
    mark = line.decimal("mark", WORST_MARK, BEST_MARK, decimals=2)
    percentage = line.decimal("percentage", 0, 100, decimals=1)
    other = "percentage" if unit == "mark" else "mark"
    is_given = bool(line.value(unit)) or line.is_secret(unit)
    if indicator in known.indicators and (not is_given or line.value(other)):
        line.wrong(unit, f"is waarin {indicator} wordt gemeten. Vul het in, en laat {other} leeg.")
    if line.is_secret(unit):
        return Measured(kern, indicator, unit, n=None, value=None)
    value = mark if unit == "mark" else percentage
    spread = line.decimal("spread", 0, 5, decimals=2) if unit == "mark" else None
    n = _answered(line, kern)
    invited = line.whole("invited", 1, MOST_PEOPLE)
    if n and invited and n > invited:
        line.wrong("invited", f"{invited} is minder dan de {n} die antwoord gaven. Verbeter één van beide.")
    return Measured(kern, indicator, unit, n, value, spread, _distribution(line, unit, n), invited)


def _answered(line: Line, kern: str | None) -> int | None:
    """How many answered. Of a kern that must be known: of a few, nothing may be shown."""
    is_unknown = line.value("n") == UNKNOWN or line.is_secret("n")
    if is_unknown and kern is not None:
        line.wrong("n", "moet bij een kern het aantal antwoorden zijn. Vul het in, of zet x bij het cijfer.")
    if not line.value("n") and not is_unknown:
        line.wrong("n", f"is leeg. Vul het aantal antwoorden in, of {UNKNOWN}.")
    return None if is_unknown else line.whole("n", 1, MOST_PEOPLE)


def _distribution(line: Line, unit: Unit, n: int | None) -> tuple[tuple[str, int], ...]:
    found = line.counts("distribution")
    answered = sum(count for _answer, count in found)
    if found and answered > (n or 0):
        line.wrong(
            "distribution", f"heeft {answered} antwoorden, en n is {n or UNKNOWN}. Verbeter één van beide."
        )
    marks = {str(mark) for mark in range(WORST_MARK, BEST_MARK + 1)}
    for answer, _count in found if unit == "mark" else ():
        if answer not in marks:
            line.wrong("distribution", f"heeft {answer!r}. Dat is geen cijfer van 1 tot en met 10.")
    return found


def _check_once(found: list[ResultRow], findings: Findings) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for row in found:
        key = (row.area, row.year, row.instrument, row.audience, row.measured.indicator)
        if key in seen:
            same = "hetzelfde gebied, jaar en instrument, en dezelfde indicator"
            message = f"dit heeft {same} als rij {seen[key]}. Laat één van beide staan."
            error = fault(row.line, message)
            findings.require(False, error.field, error.message)
        seen.setdefault(key, row.line)
