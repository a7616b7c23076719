# SPDX-License-Identifier: EUPL-1.2
"""Many at once, on SQLite and on PostgreSQL: never over, nobody twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import zip_longest

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from services.budget.contributions import handlers as contributions
from services.budget.contributions.commands import RunContributions
from services.budget.grants import handlers
from services.budget.grants.commands import DecideGrant, SettleGrant
from services.budget.grants.tables import grants
from services.budget.ledger import queries
from services.budget.ledger.model import Balance
from services.budget.years import handlers as years
from services.budget.years.commands import AdoptBudget
from shared.contracts.envelope import Event, EventData, NewEvent
from shared.contracts.initiatives import InitiativeAssessed
from shared.contracts.refusals import Refused
from shared.messaging.transaction import Cause, Transaction
from shared.outage import is_outage
from tests.services.budget.acts import enter
from tests.services.budget.books import Books, assessed

Work = Callable[[Transaction], Sequence[NewEvent]]
CLIENTS = 64


async def at_once(books: Books, work: Sequence[Work]) -> list[list[str] | str]:
    """What each client hears: the types of the events, or the code of the refusal."""

    async def one(handler: Work, number: int) -> list[str] | str:
        def recording(tx: Transaction) -> Sequence[NewEvent]:
            events = handler(tx)
            tx.record(events)
            return events

        while True:
            try:
                events = await books.transactions.run(recording, Cause(f"client-{number}"))
                break
            except Refused as refusal:
                return refusal.code
            except DBAPIError as error:  # no lock within five seconds: 503, and the client comes back
                if not is_outage(error):
                    raise
        return [event.data.TYPE.removesuffix(".v1") for event in events]

    return await asyncio.gather(*(one(handler, number) for number, handler in enumerate(work)))


def assessing(*events: Event[InitiativeAssessed]) -> list[Work]:
    return [partial(handlers.assessed, event) for event in events]


async def test_of_many_decisions_exactly_those_with_room_are_allocated(books: Books) -> None:
    books.adopt(small_help=3_000_00)
    kernen = ("noordoever", "zuidoever", "de-plaat")
    events = [assessed(f"i{n}", 300_00, kernen=(kernen[n % 3],)) for n in range(CLIENTS)]
    heard = Counter(tuple(h) for h in await at_once(books, assessing(*events)))
    assert heard == {("grant.reserved", "grant.allocated"): 10, (): CLIENTS - 10}
    assert books.balance("small-help") == Balance(3_000_00, committed=3_000_00)
    assert books.differences() == []


async def test_no_kern_passes_its_maximum(books: Books) -> None:
    books.adopt(shore=9_000_00)
    events = [
        assessed(f"i{n}", 1_000_00, line="shore", kernen=(("noordoever", "zuidoever")[n % 2],))
        for n in range(CLIENTS)
    ]
    heard = Counter(tuple(h) for h in await at_once(books, assessing(*events)))
    assert heard == {("grant.reserved",): 8, (): CLIENTS - 8}
    held = books.run(lambda tx: queries.held_by_kern(tx.connection))
    assert set(held.values()) == {4_000_00}
    assert books.differences() == []


async def test_one_decision_counts_however_many_decide(books: Books) -> None:
    books.adopt(small_help=3_000_00)
    books.assess(assessed("i1", 1_000_00))
    grant_id = books.run(lambda tx: str(tx.connection.execute(grants.select()).mappings().one()["id"]))
    commands = [DecideGrant(decision="allocate", amount_cents=100 * (n + 1)) for n in range(8)]
    deciding = [partial(handlers.decide, grant_id, command) for command in commands]
    heard = await at_once(books, deciding)
    assert heard.count("grant-allocated") == 7
    assert heard.count(["grant.released", "grant.allocated"]) == 1
    assert books.balance("small-help").reserved == 0
    assert books.differences() == []


async def test_a_year_is_adopted_once_however_many_adopt(books: Books) -> None:
    command = AdoptBudget(year=2021, decision_reference="R20.7")
    adopting = [partial(years.adopt, f"y{n}", command) for n in range(8)]
    heard = await at_once(books, adopting)
    assert heard.count("already-adopted") == 7
    assert heard.count(["budget.adopted"]) == 1
    assert books.differences() == []


async def test_contributions_are_given_once_however_many_run(books: Books) -> None:
    books.adopt(clubs=6_000_00)
    for n in range(10):
        enter(books, f"club-{n}", kernen=[])
    asked = RunContributions(year=2021)
    running = [partial(contributions.run, f"r{n}", asked) for n in range(8)]
    heard = await at_once(books, running)
    assert sorted(map(len, heard)) == [0] * 7 + [10]
    assert books.balance("clubs") == Balance(6_000_00, committed=6_000_00)
    assert books.differences() == []


@pytest.mark.parametrize("seed", range(3))
async def test_asking_deciding_and_taking_back_cross_without_losing_a_cent(books: Books, seed: int) -> None:
    """Locks in one order, and what still deadlocks is run again."""
    books.adopt(small_help=3_000_00, shore=9_000_00)
    lines = ("small-help", "shore")
    for n in range(8):
        books.assess(assessed(f"i{n}", 401_00 + seed, line=lines[n % 2]))
    ids = books.run(lambda tx: [r.id for r in tx.connection.execute(grants.select())])
    mixed = assessing(*(assessed(f"j{n}", 350_00, line=lines[(n + seed) % 2]) for n in range(24)))
    for grant_id in ids:
        for command in (DecideGrant(decision="allocate"), DecideGrant(decision="decline")):
            mixed.append(partial(handlers.decide, grant_id, command))
    heard = await at_once(books, mixed[seed:] + mixed[:seed])
    refused = {h for h in heard if isinstance(h, str)}
    assert refused <= {"grant-allocated", "grant-declined"}
    assert books.differences() == []


@pytest.mark.parametrize("seed", range(3))
async def test_nobody_is_passed_by_when_money_returns_while_others_ask(books: Books, seed: int) -> None:
    """Whoever finds no money at the moment in which some returns gets it, or is told."""
    books.adopt(small_help=2_000_00)
    for n in range(8):
        books.assess(assessed(f"i{n}", 250_00))
    ids = [books.grant(f"i{n}")["id"] for n in range(8)]
    asking = assessing(*(assessed(f"j{n}", 100_00 + 10_00 * n) for n in range(24)))
    returning = [partial(handlers.settle, each, SettleGrant(actual_cost_cents=100_00)) for each in ids]
    refusing = [partial(refuse, f"j{n}") for n in range(24)]
    mixed = [work for three in zip_longest(asking, returning, refusing) for work in three if work]
    random.Random(seed).shuffle(mixed)
    await at_once(books, mixed)
    assert books.passed_by() == books.differences() == []


def test_who_finds_no_money_holds_it_that_returns_meanwhile(books: Books) -> None:
    """Without it the settlement looks for who is in line before the request can be seen, and both pass."""
    books.adopt(small_help=300_00)
    books.assess(assessed("first", 300_00))
    settling = partial(handlers.settle, books.grant("first")["id"], SettleGrant(actual_cost_cents=100_00))
    with ThreadPoolExecutor(1) as other:

        def asking(tx: Transaction) -> Future[list[EventData]]:
            tx.record(handlers.assessed(assessed("second", 150_00), tx))
            returned = other.submit(books.told, settling)
            with suppress(TimeoutError):
                returned.result(0.5)
            return returned

        books.run(asking).result(5)
    assert books.passed_by() == []
    assert books.grant("second")["state"] == "allocated"


def refuse(initiative_id: str, tx: Transaction) -> Sequence[NewEvent]:
    """Refuse a request that may not have come yet."""
    wanted = select(grants.c.id).where(grants.c.initiative_id == initiative_id)
    grant_id = tx.connection.execute(wanted).scalar_one_or_none()
    return handlers.decide(grant_id, DecideGrant(decision="decline"), tx) if grant_id else []
