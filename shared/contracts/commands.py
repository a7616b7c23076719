# SPDX-License-Identifier: EUPL-1.2
"""The base of every command, what a person or system asks a service to do; and the act that it becomes."""

from dataclasses import dataclass
from datetime import date

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from shared.contracts.envelope import Data, Origin, Role
from shared.contracts.fields import CalendarDate


class Command(Data):
    """Unknown fields are refused: a misspelt field must not be a silent loss.

    `happened_on` is when it happened in the world, today if left out, never in the future;
    history is imported with it. `origin` says whether messages are sent and terms run.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
        frozen=True,
        extra="forbid",
    )

    happened_on: CalendarDate | None = None
    origin: Origin = "live"


@dataclass(frozen=True)
class Act:
    """Who acts, when in the world, and whether it is live, imported or an example.

    `officer_id` is which kernambtenaar, by the id that appointments have, if one does.
    """

    actor: Role
    happened_on: date
    origin: Origin
    officer_id: str | None = None
