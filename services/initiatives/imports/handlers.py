# SPDX-License-Identifier: EUPL-1.2
"""Goes on with an import, a part in each transaction: first all is tried and undone, then all is written."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row

from services.initiatives.imports import store
from services.initiatives.imports.history_file import MOST_FAULTS, PastInitiative, commands
from services.initiatives.initiative.handlers import TRANSITIONS, Handler, submit
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Invalid, NotFound, Refused
from shared.messaging.transaction import Transaction

AT_ONCE = 50  # lines in one transaction: other commands wait no longer than for those
HANDLERS: Mapping[str, Handler] = {"submission": submit, **TRANSITIONS}


def go_on(tx: Transaction) -> bool:
    """One part of the import that waits longest; False if none does. A crash costs one part."""
    waiting = store.next_open(tx.connection)
    if waiting is None:
        return False
    if waiting.state == "checking":
        _check(waiting, tx)
    else:
        _write(waiting, tx)
    return True


def _check(waiting: Row[Any], tx: Transaction) -> None:
    lines = store.part(tx.connection, waiting.id, waiting.checked, AT_ONCE)
    faults = list(waiting.faults)
    for each in lines:
        trial = tx.connection.begin_nested()
        try:
            _take(each, waiting.origin, tx)
        except (Invalid, Refused, NotFound, ValidationError) as refusal:
            faults.append({"line": each.number, "told": str(refusal)[:600]})
        finally:
            trial.rollback()
    checked = waiting.checked + len(lines)
    facts: dict[str, object] = {"checked": checked, "faults": faults}
    if checked == waiting.lines or len(faults) >= MOST_FAULTS:
        facts["state"] = "refused" if faults else "writing"
    store.go_on(tx.connection, waiting.id, **facts)
    if facts.get("state") == "refused":
        store.drop_lines(tx.connection, waiting.id)


def _write(waiting: Row[Any], tx: Transaction) -> None:
    done = waiting.written + waiting.known
    lines = store.part(tx.connection, waiting.id, done, AT_ONCE)
    written = known = 0
    for each in lines:
        events = _take(each, waiting.origin, tx)
        tx.record(events)
        written, known = written + bool(events), known + (not events)
    done += len(lines)
    facts: dict[str, object] = {"written": waiting.written + written, "known": waiting.known + known}
    if done == waiting.lines:
        facts["state"] = "done"
    store.go_on(tx.connection, waiting.id, **facts)
    store.drop_lines(tx.connection, waiting.id, before=done)


def _take(each: Row[Any], origin: str, tx: Transaction) -> list[NewEvent]:
    """One initiative with its steps; nothing if its key is known."""
    past = PastInitiative.model_validate(each.document)
    if store.is_known(tx.connection, past.key):
        return []
    initiative_id = tx.new_id()
    events: list[NewEvent] = []
    for name, command in commands(past, origin):
        try:
            events += HANDLERS[name](initiative_id, command, tx)
        except (Invalid, Refused) as refusal:
            raise Refused("import-step", f"{name}: {refusal}") from None
    store.keep_key(tx.connection, past.key, initiative_id)
    return events
