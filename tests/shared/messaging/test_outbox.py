# SPDX-License-Identifier: EUPL-1.2
"""New events: numbered per subject without gaps, all or nothing, none that could not be published."""

import asyncio
import threading
from collections import defaultdict
from datetime import date

import pytest
from sqlalchemy import Connection, select, text

from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives import InitiativeAssessed
from shared.messaging.outbox import TooLarge, aggregates, outbox
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.conftest import PATIENCE
from tests.shared.messaging.conftest import record
from tests.shared.messaging.probe import started

CAUSE = Cause("said-in-a-test")


@pytest.fixture
def transactions(database: Database, municipality: Municipality) -> Transactions:
    migrate(database, "tests.shared.messaging.probe")
    return Transactions(database, municipality)


def written(connection: Connection) -> dict[str, list[int]]:
    """Sequences by subject, in the order in which the relay would publish them."""
    found = defaultdict(list)
    for subject, sequence in connection.execute(
        select(outbox.c.subject, outbox.c.sequence).order_by(outbox.c.id)
    ):
        found[subject].append(sequence)
    return dict(found)


async def test_every_subject_counts_from_one_without_gaps_however_many_write_at_once(
    database: Database, transactions: Transactions
) -> None:
    commands = [
        transactions.run(record(*(started(f"s{(n + k) % 3}") for k in range(1 + n % 3))), CAUSE)
        for n in range(120)
    ]
    await asyncio.gather(*commands)
    found = await database.read(written)
    assert sum(map(len, found.values())) == 240
    for sequences in found.values():
        assert sequences == list(range(1, len(sequences) + 1))


async def test_two_events_of_one_command_follow_each_other(
    database: Database, transactions: Transactions
) -> None:
    await transactions.run(record(started("a"), started("b"), started("a")), CAUSE)
    assert await database.read(written) == {"a": [1, 2], "b": [1]}


async def test_what_fails_leaves_nothing_and_takes_no_number(
    database: Database, municipality: Municipality, transactions: Transactions
) -> None:
    woken = []
    transactions.committed = lambda: woken.append("woken")

    def fails(tx: Transaction) -> None:
        tx.record([started("a")])
        transactions.save([tx])
        raise ValueError("after everything was written")

    with pytest.raises(ValueError, match="after everything"):
        await transactions.run(fails, CAUSE)
    assert await database.read(written) == {}
    assert woken == []
    await transactions.run(record(started("a")), CAUSE)
    assert await database.read(written) == {"a": [1]}
    assert woken == ["woken"]


def long_winded(size: int) -> NewEvent:
    return NewEvent(
        "a",
        InitiativeAssessed(
            happened_on=date(2021, 7, 1),
            kernen=("de-plaat",),
            actor="official",
            origin="live",
            guide_version="2019-1",
            answers=(),
            outcome="support",
            overruled=False,
            goals=(1,),
            support_kinds=("knowledge",),
            submitter_kind="resident",
            line=None,
            amount_asked_cents=None,
            public_title="Bankjes",
            public_summary="x" * size,
        ),
    )


async def test_an_event_above_64_kilobytes_is_refused_before_the_commit(
    database: Database, transactions: Transactions
) -> None:
    await transactions.run(record(long_winded(63_000)), CAUSE)
    with pytest.raises(TooLarge):
        await transactions.run(record(started("b"), long_winded(65_000)), CAUSE)
    assert await database.read(written) == {"a": [1]}
    assert await database.read(lambda c: c.execute(select(aggregates.c.subject)).scalars().all()) == ["a"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_of_two_commands_that_wait_for_each_other_one_runs_again(
    database: Database, transactions: Transactions
) -> None:
    await transactions.run(record(started("a"), started("b")), CAUSE)
    both_hold_one, runs = threading.Barrier(2), []

    def locks(first: str, second: str, tx: Transaction) -> None:
        runs.append(first)
        lock = text("SELECT version FROM aggregate WHERE subject = :subject FOR UPDATE")
        tx.connection.execute(lock, {"subject": first})
        if len(runs) <= 2:
            both_hold_one.wait(PATIENCE)
        tx.connection.execute(lock, {"subject": second})
        tx.record([started(first)])

    await asyncio.gather(
        transactions.run(lambda tx: locks("a", "b", tx), CAUSE),
        transactions.run(lambda tx: locks("b", "a", tx), CAUSE),
    )
    assert len(runs) > 2
    assert await database.read(written) == {"a": [1, 2], "b": [1, 2]}
