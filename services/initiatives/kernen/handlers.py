# SPDX-License-Identifier: EUPL-1.2
"""Whose work a kern is; and that it is nobody's: published once when that begins, and noted when it ends."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from services.initiatives.kernen import model, store
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import NotAllowed
from shared.messaging.items import ForEach
from shared.messaging.transaction import Transaction

EVERY_KERN = frozenset({"coordinator"})  # to whom every kern is their own


def report_uncovered(kernen: Iterable[str], tx: Transaction) -> list[NewEvent]:
    """Of these kernen, whose rows are held, those with nobody on duty today, unless that was published."""
    unreported = set(kernen) - store.uncovered_since(tx.connection).keys()
    bare = unreported - store.covered(tx.connection, tx.today) if unreported else unreported
    events = []
    for kern in sorted(bare):
        since = store.last_day_on_duty(tx.connection, kern, tx.today)
        first_day = since + timedelta(days=1) if since else tx.today
        store.set_uncovered(tx.connection, kern, first_day)
        events.append(model.uncover(tx.municipality.code, kern, first_day, Act("system", tx.today, "live")))
    return events


def note_covered(kernen: Iterable[str], tx: Transaction) -> None:
    """Somebody is on duty again: the next time that nobody is will be published too."""
    for kern in set(kernen) & store.covered(tx.connection, tx.today):
        store.set_uncovered(tx.connection, kern, None)


def _changed(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    """The kernen that lost their kernambtenaar since, or have one again."""
    covered, reported = store.covered(tx.connection, tx.today), store.uncovered_since(tx.connection)
    known = {*store.kernen_once_covered(tx.connection, tx.today), *reported} - but
    return sorted(kern for kern in known if (kern in covered) == (kern in reported))


def _look_after(kern: str, tx: Transaction) -> list[NewEvent]:
    store.hold_kernen(tx.connection, [kern])
    note_covered([kern], tx)
    return report_uncovered([kern], tx)


look_after_kernen = ForEach("look_after_kernen", _changed, _look_after)


def require_own(
    kernen: Iterable[str], tx: Transaction, officer_id: str | None = None, but: frozenset[str] = EVERY_KERN
) -> None:
    """May raise NotAllowed, for a kernambtenaar of other kernen who was not given it either (`officer_id`).

    By the appointments as they are now: an absence, a deputy and an end count at once.
    """
    actor = tx.actor
    if actor.kind == "system" or actor.roles & but:
        return
    if mine := actor.officer_id:
        here = store.kernen_of(tx.connection, mine, tx.today)
        if mine == officer_id or not set(kernen).isdisjoint(here):
            return
    raise NotAllowed("This is for the kernambtenaar of its kernen, their deputy, or the coordinator.")
