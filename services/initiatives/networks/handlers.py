# SPDX-License-Identifier: EUPL-1.2
"""Changing the network of a kern: load, decide, save."""

from typing import Annotated

from services.initiatives.kernen.commands import Once, Perhaps
from services.initiatives.kernen.policy import check_kern
from services.initiatives.kernen.store import hold_kernen
from services.initiatives.networks import store
from shared.access.rules import may
from shared.contracts.commands import Command
from shared.contracts.envelope import NewEvent, OpaqueId, Slug
from shared.contracts.initiatives.participation import NetworkChanged
from shared.contracts.refusals import FieldError, Findings, Invalid, Refused
from shared.messaging.transaction import Transaction


class ChangeNetwork(Command):
    """Who takes part from now on: organisations by their id in the register, teams and roles by the file."""

    kern: Slug
    organisations: Annotated[tuple[OpaqueId, ...], Perhaps, Once] = ()
    teams: Annotated[tuple[Slug, ...], Perhaps, Once] = ()
    roles: Annotated[tuple[Slug, ...], Perhaps, Once] = ()


@may("coordinator")
def change(command: ChangeNetwork, tx: Transaction) -> list[NewEvent]:
    """Take the network of a kern as it is given now."""
    rules = tx.municipality.network
    if not rules.enabled:
        detail = "This municipality has no networks; its file says so ([network] enabled)."
        raise Refused("networks-are-off", detail)
    findings = Findings()
    act = tx.act(command, "official", findings)
    check_kern(command.kern, "kern", tx.municipality, findings)
    for field, given, known in (
        ("teams", command.teams, [team.slug for team in rules.teams]),
        ("roles", command.roles, [role.slug for role in rules.roles]),
    ):
        for place, slug in enumerate(given):
            message = f"{slug} is not known here; choose from {', '.join(known) or 'none'}"
            findings.require(slug in known, f"{field}.{place}", message)
    findings.settle()
    hold_kernen(tx.connection, [command.kern])
    before = store.find(tx.connection, command.kern)
    if before and act.happened_on < before.changed_on:
        message = f"{act.happened_on} is before its last change ({before.changed_on}); give a later date"
        raise Invalid(FieldError("happenedOn", message))
    changed = NetworkChanged(
        kernen=(command.kern,),
        happened_on=act.happened_on,
        actor=act.actor,
        origin=act.origin,
        organisations=command.organisations,
        teams=command.teams,
        roles=command.roles,
    )
    network_id = before.id if before else tx.new_id()
    store.save(tx.connection, network_id, changed, is_new=before is None)
    return [NewEvent(network_id, changed)]
