# SPDX-License-Identifier: EUPL-1.2
"""What officials ask of the register."""

from typing import Annotated

from pydantic import Field

from shared.contracts.budget import OrganisationKind
from shared.contracts.commands import Command
from shared.contracts.envelope import Slug
from shared.contracts.fields import CalendarDate, Text

Kernen = Annotated[tuple[Slug, ...], Field(max_length=100, json_schema_extra={"uniqueItems": True})]
Name = Annotated[str, Text(200)]
CreditorNumber = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{1,10}$",
        description="Its number in the municipality's financial system: 1 to 10 digits. It is in no event.",
    ),
]


class RegisterOrganisation(Command):
    """Enter an organisation of one or more kernen (none: the whole municipality) into the register.

    A natural person has no `name` here; an organisation has one. `active_until` is its last day.
    """

    kind: OrganisationKind
    kernen: Kernen
    name: Name | None = None
    creditor_number: CreditorNumber | None = None
    active_from: CalendarDate
    active_until: CalendarDate | None = None


class ChangeOrganisation(Command):
    """Correct what is registered; what is left out stays as it is. The first kern and the kind never change:
    that is another organisation."""

    kernen: Kernen | None = None
    name: Name | None = None
    creditor_number: CreditorNumber | None = None
    active_from: CalendarDate | None = None


class EndOrganisation(Command):
    """It ends; `active_until` is its last day."""

    active_until: CalendarDate
