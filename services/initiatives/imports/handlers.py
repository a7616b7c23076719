# SPDX-License-Identifier: EUPL-1.2
"""Goes on with an import, a part in each transaction: first all is tried and undone, then all is written."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import Row

from services.initiatives.imports import store
from services.initiatives.imports.history_file import MOST_FAULTS, PastInitiative, commands
from services.initiatives.initiative.handlers import TRANSITIONS, Handler, submit
from shared.access.rules import may
from shared.contracts.envelope import NewEvent, Origin
from shared.contracts.refusals import Invalid, NotFound, Refused
from shared.messaging.items import ForEach
from shared.messaging.transaction import Transaction
from shared.outage import is_outage

AT_ONCE = 50  # lines in one transaction: other commands wait no longer than for those
PART = "~"  # between the id of an import and the line that its next part begins with
HANDLERS: Mapping[str, Handler] = {"submission": submit, **TRANSITIONS}


log = structlog.get_logger()


@may("import")
def receive(
    import_id: str, origin: Origin, history: Sequence[tuple[int, PastInitiative]], tx: Transaction
) -> list[NewEvent]:
    """Take a file in, to be checked and written in parts."""
    store.add(tx.connection, import_id, origin, history, tx.now)
    return []


def _parts(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    """The next part of the import that waits longest."""
    for row in store.open_ones(tx.connection):
        if (part := f"{row.id}{PART}{_place(row)}") not in but:
            return [part]
    return []


def _place(row: Row[Any]) -> int:
    """How many lines are dealt with: each is checked first, then written, known or at fault."""
    if row.state == "checking":
        return int(row.checked)
    return int(row.written + row.known + len(row.faults))


def _go_on(part: str, tx: Transaction) -> list[NewEvent]:
    waiting = store.hold(tx.connection, part.partition(PART)[0])
    if waiting.state == "checking":
        _check(waiting, tx)
        return []
    return _write(waiting, tx)


go_on = ForEach("imports", _parts, _go_on)


def _check(waiting: Row[Any], tx: Transaction) -> None:
    lines = store.part(tx.connection, waiting.id, waiting.checked, AT_ONCE)
    faults = list(waiting.faults)
    for each in lines:
        trial = tx.connection.begin_nested()
        try:
            _take(each, waiting.origin, tx)
        except Exception as error:
            faults.append(_fault(waiting, each, error))
        finally:
            trial.rollback()
    checked = waiting.checked + len(lines)
    facts: dict[str, object] = {"checked": checked, "faults": faults}
    if checked == waiting.lines or len(faults) >= MOST_FAULTS:
        facts["state"] = "refused" if faults else "writing"
    store.go_on(tx.connection, waiting.id, **facts)
    if facts.get("state") == "refused":
        store.drop_lines(tx.connection, waiting.id)


def _write(waiting: Row[Any], tx: Transaction) -> list[NewEvent]:
    """What fails now, though it was checked, is left out with the reason: the file can be sent again."""
    done, faults = _place(waiting), list(waiting.faults)
    lines = store.part(tx.connection, waiting.id, done, AT_ONCE)
    written, known = waiting.written, waiting.known
    events: list[NewEvent] = []
    for each in lines:
        try:
            with tx.connection.begin_nested():
                taken = _take(each, waiting.origin, tx)
        except Exception as error:
            faults.append(_fault(waiting, each, error))
        else:
            written, known = written + bool(taken), known + (not taken)
            events += taken
    done += len(lines)
    facts: dict[str, object] = {"written": written, "known": known, "faults": faults}
    if done == waiting.lines:
        facts["state"] = "done"
    store.go_on(tx.connection, waiting.id, **facts)
    store.drop_lines(tx.connection, waiting.id, before=done)
    return events


def _fault(waiting: Row[Any], each: Row[Any], error: Exception) -> dict[str, object]:
    """What is wrong with one line. A fault of ours costs that line, and not those behind it."""
    if isinstance(error, Invalid | Refused | NotFound | ValidationError):
        return {"line": each.number, "told": str(error)[:600]}
    if is_outage(error):
        raise error
    log.exception("imports.failed", item=waiting.id, line=each.number)
    return {"line": each.number, "told": f"cannot be taken in ({type(error).__name__}); report it to us"}


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
