# SPDX-License-Identifier: EUPL-1.2
"""Takes away what people wrote. Each function may run again on what it did before, and then does nothing:
that is how the journal mends a store that was put back from an older backup.
"""

from collections.abc import Sequence

from services.initiatives.initiative import queries
from services.initiatives.persons import store
from services.initiatives.persons.model import Record
from shared.contracts.envelope import NewEvent
from shared.http import idempotency
from shared.messaging.items import ForEach, each_alone
from shared.messaging.transaction import Transaction

AT_ONCE = 100


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


def destroy_each(initiative_ids: Sequence[str], tx: Transaction) -> tuple[str, ...]:
    """Those that are destroyed now. One that fails stays as it was, and keeps no other."""
    done: list[str] = []

    def one(initiative_id: str) -> list[NewEvent]:
        destroy(initiative_id, tx)
        done.append(initiative_id)
        return []

    each_alone(tx, "destroy", initiative_ids, str, one)
    return tuple(done)


def forget_answers(initiative_id: str, tx: Transaction) -> None:
    """Answers to commands repeat what was written: from now on they answer what is there."""
    now = queries.one(tx.connection, tx.municipality, initiative_id).model_dump_json(by_alias=True)
    idempotency.replace(tx.connection, f"/v1/initiatives/{initiative_id}", now.encode())


def _unfinished(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    return store.unfinished(tx.connection, but, AT_ONCE)


def _finish(contact_id: str, tx: Transaction) -> list[NewEvent]:
    """What a decision still needed when somebody was erased, is locked after it."""
    erase(contact_id, store.erased_for(tx.connection, contact_id), tx)
    return []


finish = ForEach("finish", _unfinished, _finish)
