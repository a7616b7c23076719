# SPDX-License-Identifier: EUPL-1.2
"""Ticking off a commitment, once."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from services.initiatives.acting import settled_act
from services.initiatives.milestones.tables import milestone
from shared.contracts.commands import Command
from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives.participation import MilestoneReached
from shared.contracts.refusals import NotFound, Refused
from shared.messaging.transaction import Transaction


class ReachMilestone(Command):
    """The commitment was met on `happened_on`."""


def reach(slug: str, command: ReachMilestone, tx: Transaction) -> list[NewEvent]:
    """May raise NotFound, for what the municipality did not commit itself to."""
    act = settled_act(command, "official", tx)
    if slug not in (known := [m.slug for m in tx.municipality.milestones]):
        raise NotFound(f"There is no commitment {slug}; there are {', '.join(known) or 'none'}.")
    dialect = postgresql if tx.connection.dialect.name == "postgresql" else sqlite
    row = {"slug": slug, "id": tx.new_id(), "reached_on": act.happened_on, "origin": act.origin}
    tx.connection.execute(dialect.insert(milestone).values(row).on_conflict_do_nothing())
    stored = tx.connection.execute(select(milestone).where(milestone.c.slug == slug)).one()
    if stored.id != row["id"]:
        raise Refused("already-reached", f"This commitment was met on {stored.reached_on}.")
    said = MilestoneReached(
        kernen=(), happened_on=act.happened_on, actor=act.actor, origin=act.origin, milestone=slug
    )
    return [NewEvent(stored.id, said)]
