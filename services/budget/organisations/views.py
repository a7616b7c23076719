# SPDX-License-Identifier: EUPL-1.2
"""What is shown of the register."""

from datetime import date

from pydantic import Field

from shared.contracts.budget import OrganisationKind
from shared.contracts.envelope import Data, Origin


class OrganisationView(Data):
    """An organisation in the register; a natural person has no name here."""

    id: str
    number: int = Field(description="Its place in the order of registration")
    kind: OrganisationKind
    kernen: tuple[str, ...]
    name: str | None
    creditor_number: str | None
    active_from: date
    active_until: date | None
    origin: Origin
