# SPDX-License-Identifier: EUPL-1.2
"""Changing the network of a kern: load, decide, save."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, insert, select, update

from services.initiatives.acting import act_of
from services.initiatives.fields import MOST_NAMED, Once
from services.initiatives.kernambtenaren.store import hold_kernen
from services.initiatives.known import check_kern
from services.initiatives.networks.tables import network
from shared.contracts.commands import Command
from shared.contracts.envelope import NewEvent, OpaqueId, Slug
from shared.contracts.initiatives.participation import NetworkChanged
from shared.contracts.refusals import FieldError, Findings, Invalid, Refused
from shared.messaging.transaction import Transaction

Few = Field(max_length=MOST_NAMED)


class ChangeNetwork(Command):
    """Who takes part from now on: organisations by their id in the register, teams and roles by the file."""

    kern: Slug
    organisations: Annotated[tuple[OpaqueId, ...], Few, Once] = ()
    teams: Annotated[tuple[Slug, ...], Few, Once] = ()
    roles: Annotated[tuple[Slug, ...], Few, Once] = ()


def change(command: ChangeNetwork, tx: Transaction) -> list[NewEvent]:
    """Take the network of a kern as it is told now."""
    rules = tx.municipality.network
    if not rules.enabled:
        detail = "This municipality has no networks; its file says so ([network] enabled)."
        raise Refused("networks-are-off", detail)
    findings = Findings()
    act = act_of(command, "official", tx, findings)
    check_kern(command.kern, "kern", tx.municipality, findings)
    for field, given, known in (
        ("teams", command.teams, [team.slug for team in rules.teams]),
        ("roles", command.roles, [role.slug for role in rules.roles]),
    ):
        for place, slug in enumerate(given):
            told = f"{slug} is not known here; choose from {', '.join(known) or 'none'}"
            findings.require(slug in known, f"{field}.{place}", told)
    findings.settle()
    hold_kernen(tx.connection, [command.kern])
    said = NetworkChanged(
        kernen=(command.kern,),
        happened_on=act.happened_on,
        actor=act.actor,
        origin=act.origin,
        organisations=command.organisations,
        teams=command.teams,
        roles=command.roles,
    )
    return [NewEvent(_save(tx.connection, tx.new_id(), said), said)]


def _save(connection: Connection, new_id: str, said: NetworkChanged) -> str:
    """Store it, and return the id under which the network of this kern is known."""
    kern = said.kernen[0]
    before = connection.execute(select(network).where(network.c.kern == kern)).one_or_none()
    row = {
        "organisations": list(said.organisations),
        "teams": list(said.teams),
        "roles": list(said.roles),
        "changed_on": said.happened_on,
        "origin": said.origin,
    }
    if before is None:
        connection.execute(insert(network), row | {"kern": kern, "id": new_id})
        return new_id
    if said.happened_on < before.changed_on:
        told = f"{said.happened_on} is before its last change ({before.changed_on}); give a later date"
        raise Invalid(FieldError("happenedOn", told))
    connection.execute(update(network).where(network.c.kern == kern).values(row))
    return str(before.id)
