# SPDX-License-Identifier: EUPL-1.2
"""What is published of a kern when nobody is on duty there any more."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives.life import KernUncovered


def uncover(gemeente: str, kern: str, since: date, act: Act) -> NewEvent:
    """Nobody is on duty in a kern; its id is the same each time."""
    event = KernUncovered(
        kernen=(kern,), happened_on=act.happened_on, actor=act.actor, origin=act.origin, since=since
    )
    return NewEvent(str(uuid5(NAMESPACE_URL, f"kern:{gemeente}:{kern}")), event)
