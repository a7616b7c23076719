# SPDX-License-Identifier: EUPL-1.2
"""The example of a municipality: one TOML file beside its own, read and checked before it is played."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from services.suite.bus import SuiteError
from services.suite.example_participation import Met, Process
from shared.contracts.budget import OrganisationKind
from shared.contracts.envelope import Cents, Slug
from shared.contracts.initiatives import Channel, SubmitterKind, SupportKind
from shared.contracts.initiatives.life import ExtensionReason, Result
from shared.municipality.parts import Part


class Budget(Part):
    """What the council set aside for a year, by line."""

    year: int
    adopted: date
    decision: str
    total_cents: Cents
    lines: dict[Slug, Cents]
    closed: date | None = None


class Move(Part):
    """Money that went from one line of a year to another."""

    year: int
    on: date
    source: Slug = Field(alias="from")
    line: Slug = Field(alias="to")
    amount_cents: Cents
    reason: str


class Kernambtenaar(Part):
    officer: str
    kernen: tuple[Slug, ...]
    since: date = Field(alias="from")
    address: str


class Organisation(Part):
    """An organisation in the register; a natural person has no name."""

    kind: OrganisationKind
    name: str | None = None
    kernen: tuple[Slug, ...]
    registered: date
    active_from: date
    creditor_number: str


class Contributions(Part):
    """One run of a year's contributions."""

    year: int
    on: date


class Invoice(Part):
    on: date
    amount_cents: Cents
    reference: str


class Expense(Part):
    """What the municipality buys itself, and the invoices that came for it."""

    year: int
    line: Slug
    description: str
    on: date
    amount_cents: Cents
    creditor_number: str
    invoices: tuple[Invoice, ...]


class Payments(Part):
    """One file of payment orders, and the day on which the financial system answered: it paid them all, but
    for the creditors that it refused, with its reason."""

    on: date
    answered: date
    refused: dict[str, str] = Field(default_factory=dict)


class Submitter(Part):
    """Whom the letters about a live initiative go to; invented, as all of it."""

    name: str
    email: str


class Story(Part):
    """One initiative and what came of it; a step without a date was not taken.

    A live one has no dates: it is submitted, assessed and started today.
    """

    title: str
    summary: str
    kernen: tuple[Slug, ...]
    theme: Slug
    by: SubmitterKind
    channel: Channel = "web"
    submitter: Submitter | None = None
    live: bool = False
    received: date | None = None
    assessed: date | None = None
    no: dict[Slug, str] = Field(default_factory=dict)
    destination: Slug | None = None
    supplement_asked: date | None = None
    supplement: str | None = None
    supplemented: date | None = None
    extended: date | None = None
    extended_until: date | None = None
    because: ExtensionReason | None = None
    goals: tuple[int, ...] = ()
    support: tuple[SupportKind, ...] = ()
    line: Slug | None = None
    amount_cents: Cents | None = None
    decided: date | None = None
    refused: date | None = None
    granted_cents: Cents | None = None
    withdrawn: date | None = None
    started: date | None = None
    realised: date | None = None
    settled: date | None = None
    cost_cents: Cents | None = None
    creditor_number: str | None = None
    evaluated: date | None = None
    result: Result | None = None
    lesson: str | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.live == (self.received is not None):
            raise ValueError(f"{self.title}: needs a date of receipt, unless it is live")
        return self

    @property
    def name(self) -> str:
        """The title as a key: the same story is the same steps, wherever it stands in the file."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


class Rounds(Part):
    """What was measured, as the CSV that stands beside the example; `text` is what is in it."""

    imported: date
    file: str
    text: str = ""


class ResidentStory(Part):
    """The story that a resident sent, and when an official published it."""

    kern: Slug
    theme: Slug | None = None
    sent: date
    published: date
    text: str


class Example(Part):
    budgets: tuple[Budget, ...]
    kernambtenaren: tuple[Kernambtenaar, ...]
    organisations: tuple[Organisation, ...]
    contributions: tuple[Contributions, ...]
    moves: tuple[Move, ...] = ()
    expenses: tuple[Expense, ...] = ()
    payments: tuple[Payments, ...] = ()
    initiatives: tuple[Story, ...]
    rounds: Rounds | None = None
    stories: tuple[ResidentStory, ...] = ()
    participation: tuple[Process, ...] = ()
    milestones: tuple[Met, ...] = ()


def load_example(municipality: Path) -> Example:
    """The example of the municipality in this file: `buren.toml` has `buren-example.toml` beside it."""
    path = municipality.with_name(f"{municipality.stem}-example.toml")
    try:
        found = tomllib.loads(path.read_text())
        if "rounds" in found:
            path = path.with_name(found["rounds"]["file"])
            found["rounds"]["text"] = path.read_text()
        return Example.model_validate(found)
    except OSError as error:
        raise SuiteError(
            f"There is no example of this municipality: {path} cannot be read ({error.strerror}). "
            "Use kernpuls up, or another KERNPULS_MUNICIPALITY."
        ) from None
    except (ValidationError, ValueError) as error:
        raise SuiteError(f"{path} is no example: {error}") from None
