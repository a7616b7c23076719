# SPDX-License-Identifier: EUPL-1.2
"""Ticking off a commitment, once."""

from services.initiatives.milestones import store
from shared.access.rules import may
from shared.contracts.commands import Command
from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives.participation import MilestoneReached
from shared.contracts.refusals import NotFound, Refused
from shared.messaging.transaction import Transaction


class ReachMilestone(Command):
    """The commitment was met on `happened_on`."""


@may("coordinator")
def reach(slug: str, command: ReachMilestone, tx: Transaction) -> list[NewEvent]:
    """May raise NotFound, for what the municipality did not commit itself to."""
    act = tx.act(command, "official")
    if slug not in (known := [m.slug for m in tx.municipality.milestones]):
        raise NotFound(f"There is no commitment {slug}; there are {', '.join(known) or 'none'}.")
    milestone_id = tx.new_id()
    stored = store.reach(tx.connection, slug, milestone_id, act)
    if stored.id != milestone_id:
        raise Refused("already-reached", f"This commitment was met on {stored.reached_on}.")
    reached = MilestoneReached(
        kernen=(), happened_on=act.happened_on, actor=act.actor, origin=act.origin, milestone=slug
    )
    return [NewEvent(milestone_id, reached)]
