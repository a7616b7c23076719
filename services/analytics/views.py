# SPDX-License-Identifier: EUPL-1.2
"""What the overview's API answers; the pages show the same. Amounts are integer cents."""

from datetime import date, datetime

from pydantic import Field

from services.analytics.participation_views import Counted, MilestoneView, NetworkView, ParticipationView
from shared.contracts.envelope import Data
from shared.contracts.surveys import Audience, BenchmarkArea, Instrument, Standing, Unit


class Definition(Data):
    """What the figures of one part mean: what is counted, out of what, and by which date (`counted_by`)."""

    figures: str
    name: str
    definition: str
    denominator: str
    counted_by: str


class Link(Data):
    href: str


class SelfLink(Data):
    self: Link


class Answer(Data):
    """What every answer says about its figures.

    `as_of` is when the last event they rest on was recorded; null if there is none yet. `fictional`
    means that example data is among them. `year` is null for all years together.
    """

    municipality: str
    year: int | None
    as_of: datetime | None
    fictional: bool
    definitions: tuple[Definition, ...]
    links: SelfLink = Field(alias="_links")


class Initiatives(Data):
    """`total` is the denominator of each count."""

    total: int
    by_state: tuple[Counted, ...]
    by_theme: tuple[Counted, ...]
    support: tuple[Counted, ...]
    terms: tuple[Counted, ...]
    results: tuple[Counted, ...]


class Grants(Data):
    """Requests for money, by what became of them; `declined_because` divides those without money."""

    total: int
    by_state: tuple[Counted, ...]
    declined_because: tuple[Counted, ...]


class Money(Data):
    """One line of one year. `budget_cents` and `reached_percent`, the highest threshold that was told, are
    for the whole municipality, null at a kern; where a kern has a maximum of its own, `kern_maximum_cents`
    is that. What is paid is part of what is committed."""

    line: str
    name: str
    purpose: str | None
    year: int
    budget_cents: int | None
    kern_maximum_cents: int | None
    reserved_cents: int
    committed_cents: int
    paid_cents: int
    settled_cents: int
    reached_percent: int | None


class KernName(Data):
    slug: str
    name: str


class Duty(Data):
    """Where there is a kernambtenaar, and where none; for one kern also since when, and until when."""

    uncovered: tuple[KernName, ...]
    present: int
    kernen: int
    since: date | None
    until: date | None


class Organisations(Data):
    """How many organisations, each counted once."""

    total: int
    by_kind: tuple[Counted, ...]


class Round(Data):
    """One result. Of a suppressed one every number is null; `n` and `spread` also where the source does not
    tell them. `value` is in the unit of its measure."""

    id: str
    instrument: Instrument
    name: str
    year: int
    standing: Standing
    value: float | None
    n: int | None
    spread: float | None
    source: str


class Other(Data):
    """What others scored in the same measurement."""

    area: BenchmarkArea
    name: str
    year: int
    value: float
    n: int | None
    source: str


class Goal(Data):
    """What is wanted; `reached` is null as long as its year was not measured."""

    year: int
    value: float
    source: str
    reached: bool | None


class Measure(Data):
    """One indicator in rounds that may be compared with each other, the oldest first. Rounds that may not
    are another measure, whatever their indicator. Goals and others are those of the same instrument, and
    only beside what was measured in the whole municipality."""

    indicator: str
    name: str
    definition: str
    unit: Unit
    audience: Audience
    rounds: tuple[Round, ...]
    others: tuple[Other, ...]
    goals: tuple[Goal, ...]


class OpenSurvey(Data):
    """It can be answered today."""

    id: str
    title: str
    audience: Audience
    closes_on: date


class Overview(Answer):
    """Everything known about the municipality. `closed_years` are the budget years that are over, and
    `measures` holds all years, whichever is asked for.
    The texts of stories are with the surveys service; `story_ids` are the latest, at most 6."""

    years: tuple[int, ...]
    closed_years: tuple[int, ...]
    initiatives: Initiatives
    grants: Grants
    money: tuple[Money, ...]
    organisations: Organisations
    kernambtenaar: Duty
    measures: tuple[Measure, ...]
    open_surveys: tuple[OpenSurvey, ...]
    story_ids: tuple[str, ...]
    participation: ParticipationView
    milestones: tuple[MilestoneView, ...]


class GrantView(Data):
    """What became of the money asked for an initiative; `reason` says in Dutch why there is none."""

    state: str
    label: str
    line: str
    year: int
    asked_cents: int
    committed_cents: int
    settled_cents: int | None
    reason: str | None


class InitiativeView(Data):
    """An initiative as the public may see it: its title once an official wrote one, `result` in Dutch."""

    id: str
    state: str
    label: str
    theme: str | None
    title: str | None
    summary: str | None
    received_on: date
    result: str | None
    grant: GrantView | None


class OrganisationView(Data):
    """An organisation; its name is that of a legal person."""

    kind: str
    label: str
    name: str
    kernen: tuple[KernName, ...]
    active_from: date
    active_until: date | None


class KernOverview(Overview):
    """Everything known about one kern. `latest` are the initiatives received last, at most 50;
    `listed` its organisations, at most 100."""

    kern: KernName
    network: NetworkView | None
    latest: tuple[InitiativeView, ...]
    listed: tuple[OrganisationView, ...]


class KernFigures(Data):
    """One kern beside the others."""

    slug: str
    name: str
    initiatives: Initiatives
    committed_cents: int
    organisations: int
    kernambtenaar: bool
    links: SelfLink = Field(alias="_links")


class Kernen(Answer):
    """All kernen of the municipality; they fit one page."""

    items: tuple[KernFigures, ...]
