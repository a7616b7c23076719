# SPDX-License-Identifier: EUPL-1.2
"""One municipality's own facts: kernen, lines, amounts, criteria, terms. Read from one TOML file.

Nothing of a municipality stands in code; another municipality is another file.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator

from shared.contracts.envelope import WHOLE_MUNICIPALITY, Cents, Slug
from shared.errors import OperatorError
from shared.municipality.parts import (
    Contact,
    Contribution,
    Destination,
    EquatedDays,
    Goal,
    Guide,
    Indicator,
    Kern,
    Line,
    Part,
    Positive,
    Target,
    Theme,
)
from shared.municipality.taking_part import Milestone, Networking, Participation, Retention

__all__ = ["Municipality", "MunicipalityError", "load_municipality"]


class MunicipalityError(OperatorError):
    """The file cannot be used; the message names the file, the place and the remedy."""


class Municipality(Part):
    code: Annotated[str, Field(pattern=r"^gm[0-9]{4}$")]
    name: str
    oin: Annotated[str, Field(pattern=r"^[0-9]{20}$")]
    timezone: str
    schema_base: Annotated[str, Field(pattern=r"^https?://\S+/$")]
    decision_weeks: Positive
    objection_weeks: Positive
    supplement_weeks: Positive
    extension_weeks: Positive
    approaching_days: Positive
    default_line: Slug
    yearly_total_cents: Cents
    threshold_percents: tuple[Annotated[int, Field(strict=True, ge=1, le=100)], ...] = (80, 100)
    first_budget_year: Annotated[int, Field(strict=True, ge=2000, le=2100)] = 2000
    receipt_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,6}$")]
    equated_days: tuple[EquatedDays, ...] = ()
    contact: Contact
    kernen: tuple[Kern, ...]
    themes: tuple[Theme, ...]
    destinations: tuple[Destination, ...]
    guides: tuple[Guide, ...]
    lines: tuple[Line, ...]
    contributions: tuple[Contribution, ...]
    goals: tuple[Goal, ...]
    targets: tuple[Target, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    suppress_below: Positive = 10  # answers: a result of fewer could expose a person
    indicative_below: Positive = 30
    participation: Participation = Participation()
    network: Networking = Networking()
    milestones: tuple[Milestone, ...] = ()
    retention: tuple[Retention, ...] = ()
    record_years: Positive = 7  # for so long it is known who did what
    answers_kept_weeks: Positive = 12  # after a survey closed
    closing_weeks: Positive = 6  # after a budget year is over, to close it
    payment_answer_days: Positive = 14  # for the financial system, to say what became of a payment

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone; write one like 'Europe/Amsterdam'") from None
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        lines = [line.id for line in self.lines]
        listed: dict[str, list[str]] = {
            "kern": [k.slug for k in self.kernen],
            "theme": [t.slug for t in self.themes],
            "destination": [d.slug for d in self.destinations],
            "line": lines,
            "guide version": [g.version for g in self.guides],
            "contribution kind": [c.kind for c in self.contributions],
            "indicator": [i.slug for i in self.indicators],
            "milestone": [m.slug for m in self.milestones],
            "retention of": [r.result for r in self.retention],
        }
        for what, values in listed.items():
            if twice := sorted({v for v in values if values.count(v) > 1}):
                raise ValueError(f"{what} {twice[0]!r} stands in the file twice; keep one")
        if not self.kernen or not self.guides:
            raise ValueError("a municipality needs at least one kern and one guide")
        if any(k.slug == WHOLE_MUNICIPALITY for k in self.kernen):
            raise ValueError(f"{WHOLE_MUNICIPALITY!r} cannot be a kern: it means the whole municipality")
        if not 2 <= self.suppress_below <= self.indicative_below:
            raise ValueError("suppress_below is at least 2, and at most indicative_below")
        referred = {self.default_line, *(c.line for c in self.contributions)}
        referred |= {c.line for g in self.guides for c in g.criteria if c.line}
        if unknown := sorted(referred - set(lines)):
            raise ValueError(f"line {unknown[0]!r} is referred to but not listed under [[lines]]")
        within = sum(line.yearly_cents for line in self.lines if line.within_total)
        if within > self.yearly_total_cents:
            raise ValueError(f"the lines within the total add up to {within} cents, above yearly_total_cents")
        return self

    @property
    def guide(self) -> Guide:
        """The guide in force: the last one listed."""
        return self.guides[-1]

    @property
    def days_equated(self) -> frozenset[date]:
        """The days that count as holidays by decree."""
        return frozenset(day for decree in self.equated_days for day in decree.days)

    @property
    def kern_slugs(self) -> frozenset[str]:
        return frozenset(k.slug for k in self.kernen)

    def destination(self, slug: str) -> Destination | None:
        return next((d for d in self.destinations if d.slug == slug), None)

    def kern_name(self, slug: str) -> str:
        return next((k.name for k in self.kernen if k.slug == slug), slug)

    def question(self, criterion: str) -> str:
        """The text of a criterion, of whichever version of the guide has it last."""
        texts = {c.id: c.question for guide in self.guides for c in guide.criteria}
        return texts.get(criterion, criterion)

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def indicator(self, slug: str) -> Indicator | None:
        return next((i for i in self.indicators if i.slug == slug), None)

    def contribution(self, kind: str) -> Contribution | None:
        return next((c for c in self.contributions if c.kind == kind), None)


def load_municipality(path: Path) -> Municipality:
    """Read and check the file; every refusal says where it is wrong and what to do."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise MunicipalityError(
            f"The municipality file {path} cannot be read ({error.strerror}). "
            "Set KERNPULS_MUNICIPALITY to a readable TOML file."
        ) from error
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise MunicipalityError(
            f"{path}, line {line}, byte {error.start}: not UTF-8. Save the file as UTF-8."
        ) from error
    try:
        return Municipality.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise MunicipalityError(f"{path}: not valid TOML: {error}. Correct it there.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file as a whole"
        raise MunicipalityError(
            f"{path}: {error.error_count()} problem(s). First, at {place}: {first['msg']}. Correct the file."
        ) from error
