# SPDX-License-Identifier: EUPL-1.2
"""What an official asks about somebody: the bodies of HTTP requests, so that no URL holds an address."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.contracts.commands import Command
from shared.contracts.envelope import Data, OpaqueId
from shared.contracts.mail import MailAddress


class FindPerson(Data, extra="forbid"):
    """Somebody, by exactly one of these; who gave no e-mail address is found by what they asked."""

    email: MailAddress | None = None
    initiative_id: OpaqueId | None = None
    contact_id: OpaqueId | None = None

    @model_validator(mode="after")
    def _by_one(self) -> Self:
        if [self.email, self.initiative_id, self.contact_id].count(None) != 2:
            raise ValueError("give one of email, initiativeId and contactId")
        return self


class ErasePerson(Command):
    """Erase somebody, who asked for it and is who they say they are."""

    person: FindPerson


class ProposeDestruction(Command):
    """List what has been kept as long as the municipality's terms say."""


class ApproveDestruction(Command):
    """Destroy what is on a list, but for what is to be kept after all. `approved_by` is no name."""

    approved_by: OpaqueId
    keep: Annotated[tuple[OpaqueId, ...], Field(max_length=1_000)] = ()
