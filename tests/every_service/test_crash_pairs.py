# SPDX-License-Identifier: EUPL-1.2
"""A death amid the recovery from a death: every ordered pair of points, for one handler of each mechanism."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import Connection, delete, func, select

from services.analytics.read_model import tables as overview
from services.analytics.read_model.queries import fingerprint
from services.suite.discovery import named
from shared.contracts.envelope import Event, EventData
from shared.contracts.initiatives import InitiativeAssessed, InitiativeSubmitted
from shared.messaging import desk, parked, versions
from shared.messaging.decode import decode
from shared.municipality import Municipality
from shared.service import Service
from shared.store import Database
from tests.conftest import WATERRIJK, OpenDatabase
from tests.every_service.conftest import NOW, Follower, history, state
from tests.every_service.deaths import (
    OF_THE_CONSUMER,
    Fate,
    Run,
    as_message,
    nothing_lost_or_doubled,
    points_of,
    publish,
)

ANALYTICS, BUDGET = named("analytics"), named("budget")
OF_A_RETRY = ("CP1", "CP6", "CP16", "CP2", "CP2.2", "CP3", "CP4")
OF_A_REBUILD = ("CP13", "CP13.2")


def of(service: Service) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("service", [service], ids=[service.name])


def told(
    kind: type[EventData], service: Service, municipality: Municipality, subject: str, sequence: int = 1
) -> Event[Any]:
    """An event of this kind about another subject than in the examples."""
    example = next(event for event in history(service, municipality) if type(event.data) is kind)
    other = {"subject": subject, "id": f"{subject}-{sequence}", "subjectsequence": str(sequence)}
    return example.model_copy(update=other)


def asking(municipality: Municipality, subject: str, sequence: int = 1) -> Event[Any]:
    """A request for so little that there is room for all of them."""
    event = told(InitiativeAssessed, BUDGET, municipality, subject, sequence)
    little = event.data.model_copy(update={"amount_asked_cents": 100_00})
    return event.model_copy(update={"data": little})


@pytest.fixture
def undisturbed(open_database: OpenDatabase, municipality: Municipality, service: Service) -> Follower:
    return Follower(open_database(f"{service.name}-undisturbed"), service, municipality)


@pytest.fixture
async def sound(run: Run, client: Client, undisturbed: Follower) -> AsyncIterator[None]:
    """Afterwards all is as if nobody had died."""
    yield
    after = await run.database.read(lambda connection: state(connection, run.service))
    assert after == undisturbed.state()
    await nothing_lost_or_doubled(client, run)


async def until_taken(run: Run, event: Event[Any]) -> None:
    """The second point may lie before the first, and not be passed again."""
    await run.until_taken(event)
    assert len(run.fate.points) < 2, f"{run.fate.points[0]} was not passed"
    run.fate.points = []


@pytest.mark.parametrize("first", OF_THE_CONSUMER)
@of(ANALYTICS)
@pytest.mark.usefixtures("sound")
async def test_of_what_only_consumes(
    client: Client, fate: Fate, run: Run, undisturbed: Follower, municipality: Municipality, first: str
) -> None:
    for second in OF_THE_CONSUMER:
        event = told(InitiativeSubmitted, ANALYTICS, municipality, f"then-{second}")
        undisturbed.hear(event)
        fate.points = [first, second]
        await publish(client, event)
        await until_taken(run, event)


@pytest.mark.parametrize("first", points_of(BUDGET))
@of(BUDGET)
@pytest.mark.usefixtures("sound")
async def test_of_what_consumes_and_tells(
    client: Client, fate: Fate, run: Run, undisturbed: Follower, municipality: Municipality, first: str
) -> None:
    for second in points_of(BUDGET):
        event = asking(municipality, f"then-{second}")
        assert undisturbed.says(event)
        fate.points = [first, second]
        await publish(client, event)
        await until_taken(run, event)


@pytest.mark.parametrize("first", OF_A_RETRY)
@of(BUDGET)
@pytest.mark.usefixtures("sound")
async def test_of_what_was_put_aside(
    fate: Fate, run: Run, undisturbed: Follower, municipality: Municipality, first: str
) -> None:
    """The second event of a subject came before the first, and lies aside until a retry."""
    for second in OF_A_RETRY:
        one = told(InitiativeSubmitted, BUDGET, municipality, f"then-{second}")
        two = asking(municipality, f"then-{second}", 2)
        undisturbed.hear(one, two)
        await run.end()
        assert run.process
        batch = [decode(*as_message(event), WATERRIJK) for event in (two, one)]
        with run.database.engine.begin() as connection:
            run.process.consumer.intake.take(connection, batch, guarded=False)
            assert [row.reason for row in parked.listed(connection)] == ["gap"]
        fate.points = [first, second]
        await run.start()
        await until_taken(run, two)


@pytest.mark.parametrize("first", OF_A_REBUILD)
@of(ANALYTICS)
async def test_of_a_rebuild(
    client: Client, fate: Fate, run: Run, undisturbed: Follower, municipality: Municipality, first: str
) -> None:
    events = history(ANALYTICS, municipality)
    for event in events:
        undisturbed.hear(event)
        await publish(client, event)
    await run.until_taken(events[-1])
    for second in OF_A_REBUILD:
        fate.points = [first, second]
        await _rebuild(run)
        assert fate.points == []
    await run.database.write(_lose)  # it is made of nothing, and goes on with what comes after
    await _rebuild(run)
    last = events[-1]
    one_more = last.model_copy(update={"id": "one-more", "subjectsequence": str(last.number + 1)})
    undisturbed.hear(one_more)
    await publish(client, one_more)
    await run.until_taken(one_more)
    with undisturbed.database.reader.connect() as connection:
        assert await run.database.read(fingerprint) == fingerprint(connection)
    left = [
        await run.database.read(lambda c, t=table: c.execute(_generations(t)).scalar_one())  # type: ignore[misc]
        for table in (overview.entity, overview.place, overview.cell)
    ]
    assert left == [1, 1, 1]


def _lose(connection: Connection) -> None:
    for table in (overview.entity, overview.place, overview.cell, versions.versions):
        connection.execute(delete(table))


def _generations(table: Any) -> Any:
    return select(func.count(table.c.generation.distinct()))


async def _rebuild(run: Run) -> None:
    asked = await run.database.write(lambda c: desk.ask(c, "rebuild", {}, NOW))
    await run.until(lambda: _is_done(run.database, asked), "did not rebuild")


async def _is_done(database: Database, request: int) -> bool:
    row = await database.read(lambda c: desk.answer(c, request))
    assert row.succeeded != "no", row.report
    return row.done_at is not None
