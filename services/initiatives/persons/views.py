# SPDX-License-Identifier: EUPL-1.2
"""What is answered about persons, erasures and destructions."""

from datetime import date
from typing import Any

from pydantic import Field

from services.initiatives.initiative.views import InitiativeView
from shared.contracts.envelope import Data
from shared.municipality.taking_part import Result


class ContactView(Data):
    """How somebody can be reached, and what they gave it for."""

    contact_id: str
    about: str
    name: str
    email: str | None
    phone: str | None
    address: str | None


class LockedView(Data):
    """What is kept by law although it was asked to be erased. `kept_until` is None while it is open."""

    initiative_id: str
    what: tuple[str, ...]
    result: Result | None
    locked_date: date
    kept_until_date: date | None
    basis: str


class LockedWords(LockedView):
    """The same with the words, for whom they are about."""

    words: list[dict[str, Any]]


class PersonView(Data):
    """All that is known of somebody here. `words` has for each initiative all that was written, by table."""

    contacts: tuple[ContactView, ...]
    initiatives: tuple[InitiativeView, ...]
    words: tuple[list[dict[str, Any]], ...]
    locked: tuple[LockedWords, ...]
    elsewhere: tuple[str, ...]


class ErasureView(Data):
    """What was done. `told` has what the person is to read, in Dutch; it holds no name."""

    contact_ids: tuple[str, ...]
    sentences: tuple[str, ...] = Field(alias="told")
    locked: tuple[LockedView, ...]


class ErasureSummary(Data):
    """One line of the journal: ids only."""

    contact_id: str
    about: str
    erased_date: date


class DestructionItem(Data):
    """One initiative on the list; `destroyed` is False while it is proposed, and if it was kept after all."""

    initiative_id: str
    result: Result | None
    kept_until_date: date | None
    destroyed: bool


class DestructionSummary(Data):
    """A list; without `approved_date` it is a proposal, with it a declaration."""

    id: str
    proposed_date: date
    approved_date: date | None
    approved_by: str | None
    declaration: str | None


class DestructionView(DestructionSummary):
    """A list with what is on it."""

    items: tuple[DestructionItem, ...]
