# SPDX-License-Identifier: EUPL-1.2
"""Kernen without a kernambtenaar: told once when it begins, and noted when it ends."""

from collections.abc import Iterable
from datetime import timedelta

from services.initiatives.kernambtenaren import model
from services.initiatives.kernambtenaren import store as duty
from services.initiatives.life import Act
from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Transaction


def tell_uncovered(kernen: Iterable[str], tx: Transaction) -> list[NewEvent]:
    """Of these kernen, whose rows are held, say which have nobody on duty today, unless that was said."""
    untold = set(kernen) - duty.uncovered_since(tx.connection).keys()
    bare = untold - duty.covered(tx.connection, tx.today) if untold else untold
    events = []
    for kern in sorted(bare):
        since = duty.last_day_on_duty(tx.connection, kern, tx.today)
        first_day = since + timedelta(days=1) if since else tx.today
        duty.set_uncovered(tx.connection, kern, first_day)
        events.append(model.uncover(tx.municipality.code, kern, first_day, Act("system", tx.today, "live")))
    return events


def note_covered(kernen: Iterable[str], tx: Transaction) -> None:
    """Somebody is on duty again: the next time that nobody is will be told anew."""
    for kern in set(kernen) & duty.covered(tx.connection, tx.today):
        duty.set_uncovered(tx.connection, kern, None)
