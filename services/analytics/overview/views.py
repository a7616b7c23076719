# SPDX-License-Identifier: EUPL-1.2
"""What the overview's API answers; the pages show the same. The parts are in the files of their topics."""

from datetime import datetime

from pydantic import Field

from services.analytics.overview.definitions import Definition
from services.analytics.overview.initiative_views import InitiativeCounts, InitiativeView
from services.analytics.overview.money_views import GrantCounts, LineYear
from services.analytics.overview.participation_views import MilestoneView, ParticipationView
from services.analytics.overview.partner_views import (
    KernambtenaarView,
    NetworkView,
    OrganisationCounts,
    OrganisationView,
)
from services.analytics.overview.scope import KernName
from services.analytics.overview.survey_views import Measure, OpenSurvey
from shared.contracts.envelope import Data
from shared.http.paging import SelfLink


class OverviewAnswer(Data):
    """What every answer says about its figures.

    `as_of` is when the last event they rest on was recorded; null if there is none yet. `fictional`
    means that something invented is among them. `year` is null for all years together.
    """

    municipality: str
    year: int | None
    as_of: datetime | None
    fictional: bool
    definitions: tuple[Definition, ...]
    links: SelfLink = Field(alias="_links")


class Overview(OverviewAnswer):
    """Everything known about the municipality. `closed_years` are the budget years that are over, and
    `measures` holds all years, whichever is asked for.
    The texts of stories are with the surveys service; `story_ids` are the latest, at most 6."""

    years: tuple[int, ...]
    closed_years: tuple[int, ...]
    initiatives: InitiativeCounts
    grants: GrantCounts
    money: tuple[LineYear, ...]
    organisations: OrganisationCounts
    kernambtenaar: KernambtenaarView
    measures: tuple[Measure, ...]
    open_surveys: tuple[OpenSurvey, ...]
    story_ids: tuple[str, ...]
    participation: ParticipationView
    milestones: tuple[MilestoneView, ...]


class KernOverview(Overview):
    """Everything known about one kern. `latest` are the initiatives received last, at most 50;
    `listed` its organisations, at most 100."""

    kern: KernName
    network: NetworkView | None
    latest: tuple[InitiativeView, ...]
    listed: tuple[OrganisationView, ...]


class KernSummary(Data):
    """One kern beside the others."""

    slug: str
    name: str
    initiatives: InitiativeCounts
    committed_cents: int
    organisations: int
    kernambtenaar: bool
    links: SelfLink = Field(alias="_links")


class Kernen(OverviewAnswer):
    """All kernen of the municipality; they fit one page."""

    items: tuple[KernSummary, ...]
