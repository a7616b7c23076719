# SPDX-License-Identifier: EUPL-1.2
"""What a municipality's file is made of: one class for each of its tables."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.budget import OrganisationKind
from shared.contracts.envelope import Cents, Slug
from shared.contracts.mail import MailAddress
from shared.contracts.surveys import Instrument, Unit

Positive = Annotated[int, Field(strict=True, gt=0)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kern(Part):
    slug: Slug
    name: str


class EquatedDays(Part):
    """Days that a royal decree equates with the holidays of the Algemene termijnenwet (article 3, third
    paragraph); `source` is where the decree was published.
    """

    source: str
    days: tuple[date, ...]


class Theme(Part):
    slug: Slug
    name: str


class Contact(Part):
    """Where people and programs reach the municipality: a functional address, never an official's."""

    name: str
    email: MailAddress
    url: str


class Destination(Part):
    """Where people can go with a matter of their own; `where` is read out in a letter."""

    slug: Slug
    name: str
    where: str


class Criterion(Part):
    """A question of the guide; `line` limits it to requests for money from that line.

    `no_leads_to` is where an initiative goes that is answered no; the criteria of a line are judged
    with the money, not here.
    """

    id: Slug
    question: str
    help: str = ""
    line: Slug | None = None
    no_leads_to: Literal["decline", "redirect"] = "decline"


class Guide(Part):
    """A version of the guide (handreiking) by which initiatives are weighed."""

    version: str
    criteria: tuple[Criterion, ...]

    def criteria_for(self, line: str | None) -> tuple[Criterion, ...]:
        return tuple(c for c in self.criteria if c.line is None or c.line == line)


class Line(Part):
    """A line of the yearly budget and the rules by which money leaves it.

    `over_years_cents` is the most that all years together get: money that is given once.
    """

    id: Slug
    name: str
    purpose: Literal["grants", "contributions", "expenses"]
    yearly_cents: Cents
    within_total: bool = True
    legal_basis: str
    automatic_limit_cents: Cents = 0
    max_per_kern_cents: Cents | None = None
    over_years_cents: Cents | None = None


class Contribution(Part):
    """The fixed yearly amount of one kind of organisation."""

    kind: OrganisationKind
    name: str
    line: Slug
    amount_cents: Cents
    natural_person: bool = False


class Goal(Part):
    number: Positive
    text: str


class Indicator(Part):
    """Something that surveys measure, under a name that people read."""

    slug: Slug
    name: str
    unit: Unit


class Target(Part):
    """What is wanted of one indicator, and in which year. Only what this instrument measures in the whole
    municipality tells whether it is reached."""

    indicator: Slug
    instrument: Instrument = "burgerpeiling"
    name: str
    year: int
    value: float
    source: str
