# SPDX-License-Identifier: EUPL-1.2
"""Erasing somebody, and destroying what was kept long enough: load, decide, save."""

from services.initiatives.persons import erasing, queries, store
from services.initiatives.persons.commands import ApproveDestruction, ErasePerson, ProposeDestruction
from services.initiatives.persons.model import Record
from shared.access.rules import may
from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.contracts.refusals import FieldError, Invalid, Refused
from shared.messaging.transaction import Transaction


@may("privacy-officer")
def erase(command: ErasePerson, tx: Transaction) -> tuple[list[Record], list[NewEvent]]:
    """Erase every contact of somebody; the records that they were given for, and an event for each."""
    act = tx.act(command, "official")
    records, events = [], []
    for row in queries.contacts(tx.connection, command.person):
        if not store.add_erasure(tx.connection, row.id, row.about, act.happened_on):
            continue  # it was asked before, and its name waits for a decision
        if record := erasing.erase(row.id, row.about, tx):
            records.append(record)
        erased = PersonErased(
            happened_on=act.happened_on, kernen=(), actor=act.actor, origin=act.origin, about=row.about
        )
        events.append(NewEvent(row.id, erased))
    if not events:
        raise Refused("already-erased", "All that may go was erased before; the rest waits for a decision.")
    return records, events


@may("privacy-officer")
def propose(destruction_id: str, command: ProposeDestruction, tx: Transaction) -> list[NewEvent]:
    """Put on a list what has been kept long enough, the longest first; nothing is destroyed yet."""
    act = tx.act(command, "official")
    due = store.due_for_destruction(tx.connection, tx.municipality.retention, tx.today)
    if not due:
        raise Refused("nothing-to-destroy", "Nothing has been kept longer than its term.")
    store.add_list(tx.connection, destruction_id, due, tx.municipality.retention, act.happened_on)
    return []


@may("privacy-officer")
def approve(destruction_id: str, command: ApproveDestruction, tx: Transaction) -> list[NewEvent]:
    """Destroy what is on the list, but for what is kept after all; the list stays, as the declaration.

    One that could not be destroyed is kept too, and is on the next list.
    """
    act = tx.act(command, "official")
    proposed = store.load_list(tx.connection, destruction_id)
    if proposed.approved_on:
        raise Refused("already-approved", f"This list was approved on {proposed.approved_on}.")
    if unknown := sorted(set(command.keep) - set(proposed.initiative_ids)):
        raise Invalid(FieldError("keep", f"{unknown[0]} is not on this list; leave it out"))
    going = [each for each in proposed.initiative_ids if each not in command.keep]
    gone = erasing.destroy_each(going, tx)
    store.approve_list(tx.connection, destruction_id, gone, act.happened_on, command.approved_by)
    if not gone:
        return []
    destroyed = RecordsDestroyed(
        happened_on=act.happened_on, kernen=(), actor=act.actor, origin=act.origin, about=gone
    )
    return [NewEvent(destruction_id, destroyed)]
