# SPDX-License-Identifier: EUPL-1.2
"""With whom the municipality works in a kern: kernambtenaren, organisations and networks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.analytics.fold.model import changed, is_example
from shared.contracts import budget as b
from shared.contracts import initiatives as i
from shared.contracts.envelope import EventData
from shared.contracts.initiatives.participation import NetworkChanged


@dataclass(frozen=True)
class Appointment:
    """These kernen have a kernambtenaar from the first up to and including the last day."""

    kernen: tuple[str, ...]
    example: bool
    first: date
    last: date | None
    kind: Literal["appointment"] = "appointment"


@dataclass(frozen=True)
class Organisation:
    """`name` is absent for a natural person, who is never listed or counted."""

    kernen: tuple[str, ...]
    example: bool
    sort: str
    name: str | None
    active_from: date
    active_until: date | None
    kind: Literal["organisation"] = "organisation"


@dataclass(frozen=True)
class Network:
    """Who takes part in a kern's network, by ids and slugs."""

    kernen: tuple[str, ...]
    example: bool
    since: date
    organisations: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]
    kind: Literal["network"] = "network"


def appointed(_: object, data: i.KernambtenaarAppointed) -> Appointment:
    return Appointment(data.kernen, is_example(data), data.valid_from, data.valid_until)


def relieved(before: object, data: i.KernambtenaarRelieved) -> Appointment:
    if isinstance(before, Appointment):
        return changed(before, last=data.valid_until)
    return Appointment(data.kernen, is_example(data), data.valid_until, data.valid_until)


def registered(_: object, data: b.OrganisationRegistered | b.OrganisationChanged) -> Organisation:
    return Organisation(
        data.kernen, is_example(data), data.kind, data.name, data.active_from, data.active_until
    )


def ended(before: object, data: b.OrganisationEnded) -> Organisation:
    if isinstance(before, Organisation):
        return changed(before, active_until=data.active_until)
    last = data.active_until
    return Organisation(data.kernen, is_example(data), data.kind, None, last, last)


def linked(_: object, data: NetworkChanged) -> Network:
    return Network(
        data.kernen, is_example(data), data.happened_on, data.organisations, data.teams, data.roles
    )


FOLDS: dict[type[EventData], Callable[[Any, Any], Appointment | Organisation | Network]] = {
    i.KernambtenaarAppointed: appointed,
    i.KernambtenaarRelieved: relieved,
    b.OrganisationRegistered: registered,
    b.OrganisationChanged: registered,
    b.OrganisationEnded: ended,
    NetworkChanged: linked,
}
