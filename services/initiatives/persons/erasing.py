# SPDX-License-Identifier: EUPL-1.2
"""Takes away what people wrote. Each function may run again on what it did before, and then does nothing:
that is how the journal mends a store that was put back from an older backup.
"""

from services.initiatives.initiative import queries
from services.initiatives.persons import store
from services.initiatives.persons.model import Record
from shared.contracts.envelope import NewEvent
from shared.http import idempotency
from shared.messaging.transaction import Transaction

AT_ONCE = 1_000


def erase(contact_id: str, about: str, tx: Transaction) -> Record | None:
    """Erase one contact, and of what it was given for all that may go now. None if that is no initiative."""
    record = store.record(tx.connection, about)
    if record is None:
        store.drop(tx.connection, contact_id)
    elif record.fate == "needed":
        store.strip(tx.connection, contact_id)
    else:
        name = store.drop(tx.connection, contact_id)
        words = store.take_words(tx.connection, about)
        if record.fate == "locked":
            named = [{"table": "contact", "name": name}] if name else []
            store.lock(tx.connection, about, [*named, *words], tx.today)
        forget_answers(about, tx)
    return record


def destroy(initiative_id: str, tx: Transaction) -> None:
    """Its term has ended: nothing that anybody wrote stays, asked to be erased or not."""
    if store.record(tx.connection, initiative_id):
        store.take_words(tx.connection, initiative_id)
        store.unlock(tx.connection, initiative_id)
        forget_answers(initiative_id, tx)


def forget_answers(initiative_id: str, tx: Transaction) -> None:
    """Answers to commands repeat what was written: from now on they answer what is there."""
    now = queries.one(tx.connection, tx.municipality, initiative_id).model_dump_json(by_alias=True)
    idempotency.replace(tx.connection, f"/v1/initiatives/{initiative_id}", now.encode())


def finish(tx: Transaction) -> list[NewEvent]:
    """A timer: what a decision still needed when somebody was erased, is locked after it."""
    for row in store.unfinished(tx.connection, AT_ONCE):
        erase(row.contact_id, row.about, tx)
    return []
