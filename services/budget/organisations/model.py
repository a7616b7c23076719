# SPDX-License-Identifier: EUPL-1.2
"""Decisions about the register: what is asked in; the organisation and its events, or a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.budget.organisations.commands import (
    ChangeOrganisation,
    EndOrganisation,
    RegisterOrganisation,
)
from shared.contracts.budget import (
    OrganisationChanged,
    OrganisationEnded,
    OrganisationKind,
    OrganisationRegistered,
)
from shared.contracts.commands import Act
from shared.contracts.envelope import EventData, Origin
from shared.contracts.refusals import Findings, Refused
from shared.municipality import Municipality


@dataclass(frozen=True)
class Organisation:
    """Who is entitled to a contribution while active; the kernen are ordered, the first is its own."""

    id: str
    kind: OrganisationKind
    kernen: tuple[str, ...]
    active_from: date
    active_until: date | None

    @property
    def kern(self) -> str | None:
        """Where its money counts: the first kern."""
        return self.kernen[0] if self.kernen else None

    def is_active_in(self, year: int) -> bool:
        """For a day of that year at least."""
        ended = self.active_until is not None and self.active_until < date(year, 1, 1)
        return self.active_from <= date(year, 12, 31) and not ended


@dataclass(frozen=True)
class Registered(Organisation):
    """One organisation, with all that the register keeps. `name` is absent for a natural person."""

    name: str | None
    creditor_number: str | None
    origin: Origin


def register(organisation_id: str, command: RegisterOrganisation) -> Registered:
    return Registered(
        organisation_id,
        command.kind,
        command.kernen,
        command.active_from,
        command.active_until,
        command.name,
        command.creditor_number,
        command.origin,
    )


def change(known: Registered, command: ChangeOrganisation) -> Registered:
    fields = ("kernen", "name", "creditor_number", "active_from")
    given = {name: value for name in fields if (value := getattr(command, name)) is not None}
    return replace(known, **given)


def end(known: Registered, command: EndOrganisation) -> Registered:
    """Sooner or later than was known until now."""
    return replace(known, active_until=command.active_until)


def check(organisation: Registered, rules: Municipality, findings: Findings) -> None:
    """What is wrong with it as it would be."""
    known, kernen = ", ".join(sorted(rules.kern_slugs)), organisation.kernen
    for place, kern in enumerate(kernen):
        field = f"kernen.{place}"
        findings.require(kern in rules.kern_slugs, field, f"{kern!r} is not a kern; choose one of {known}")
        findings.require(kern not in kernen[:place], field, f"{kern!r} is here twice; keep one")
    person, name = is_person(organisation.kind, rules), organisation.name
    findings.require(not (person and name), "name", "is that of a natural person; leave it out here")
    findings.require(person or name is not None, "name", "is required; give the organisation's name")
    until = organisation.active_until
    findings.require(
        until is None or until >= organisation.active_from,
        "activeUntil",
        "is before activeFrom; correct one of them",
    )


def is_person(kind: OrganisationKind, rules: Municipality) -> bool:
    return kind in persons(rules)


def persons(rules: Municipality) -> frozenset[str]:
    """The kinds of organisations that are natural persons."""
    return frozenset(c.kind for c in rules.contributions if c.natural_person)


def require_one_at_a_time(organisation: Registered, others: Sequence[Registered]) -> None:
    """What one natural person does, nobody does beside them: their days may not overlap."""
    last = organisation.active_until or date.max
    for other in others:
        if organisation.active_from <= (other.active_until or date.max) and other.active_from <= last:
            until = f" until {other.active_until}" if other.active_until else ""
            detail = f"{other.id} is {other.kind} from {other.active_from}{until}; end that one first."
            raise Refused("one-at-a-time", detail, ("endings",))


def registered(it: Registered, act: Act) -> OrganisationRegistered:
    return OrganisationRegistered(
        **_facts(it, act), name=it.name, active_from=it.active_from, active_until=it.active_until
    )


def changed(before: Registered, it: Registered, act: Act) -> list[EventData]:
    """A creditor number is in no event."""
    if before == replace(it, creditor_number=before.creditor_number):
        return []
    data = OrganisationChanged(
        **_facts(it, act), name=it.name, active_from=it.active_from, active_until=it.active_until
    )
    return [data]


def ended(it: Registered, last: date, act: Act) -> OrganisationEnded:
    return OrganisationEnded(**_facts(it, act), active_until=last)


def _facts(it: Registered, act: Act) -> dict[str, Any]:
    return {
        "happened_on": act.happened_on,
        "kernen": it.kernen,
        "actor": act.actor,
        "origin": act.origin,
        "kind": it.kind,
    }
