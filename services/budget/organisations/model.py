# SPDX-License-Identifier: EUPL-1.2
"""Decisions about the register: what is asked in; the organisation and what to tell, or a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.budget.model import Act
from services.budget.organisations.commands import (
    ChangeOrganisation,
    EndOrganisation,
    RegisterOrganisation,
)
from services.budget.policy import Organisation
from shared.contracts.budget import (
    OrganisationChanged,
    OrganisationEnded,
    OrganisationKind,
    OrganisationRegistered,
)
from shared.contracts.envelope import EventData, Origin
from shared.contracts.refusals import Findings, Refused
from shared.municipality import Municipality


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
        findings.require(kern in rules.kern_slugs, field, f"{kern!r} is no kern; choose one of {known}")
        findings.require(kern not in kernen[:place], field, f"{kern!r} stands here twice; keep one")
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
    contribution = rules.contribution(kind)
    return contribution is not None and contribution.natural_person


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
    """Nothing is told of a creditor number."""
    if before == replace(it, creditor_number=before.creditor_number):
        return []
    told = OrganisationChanged(
        **_facts(it, act), name=it.name, active_from=it.active_from, active_until=it.active_until
    )
    return [told]


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
