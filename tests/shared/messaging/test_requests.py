# SPDX-License-Identifier: EUPL-1.2
"""Questions between services: every question has an answer, and that nobody is there is one too."""

import asyncio

import pytest
from faststream.nats import NatsBroker
from pydantic import BaseModel
from sqlalchemy import Connection

from shared.contracts.envelope import Data
from shared.contracts.refusals import NotFound
from shared.messaging import requests
from shared.messaging.requests import Answerer, NoAnswer, ask
from shared.process import Process
from tests.conftest import PATIENCE
from tests.shared.messaging.conftest import HOUR, OWNER, World, until

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SUBJECT = "owner.number"


class Question(Data):
    of_whom: str


class NumberAnswer(Data):
    number: int


class Loose(BaseModel):
    of_whom: int


class OtherAnswer(Data):
    colour: str


def look_up(connection: Connection, question: Question) -> NumberAnswer:
    if question.of_whom == "nobody":
        raise NotFound("there is no nobody")
    if question.of_whom == "fault":
        raise KeyError("a fault of ours")
    return NumberAnswer(number=len(question.of_whom))


REPLIES = (Answerer(SUBJECT, Question, look_up),)


@pytest.fixture
async def answering(world: World) -> Process:
    owner = await world.start(OWNER, questions=REPLIES)
    await owner.bus.connection()
    return owner


@pytest.fixture
async def asking(world: World) -> Process:
    follower = await world.follower()
    await follower.bus.connection()
    return follower


async def refused(
    process: Process, question: BaseModel, expected: type[BaseModel] = NumberAnswer, within: float = HOUR
) -> NoAnswer:
    """What was the matter, and no wait for it."""
    with pytest.raises(NoAnswer) as caught:
        await ask(process.bus.broker, SUBJECT, question, expected, within)
    return caught.value


@pytest.mark.usefixtures("answering")
async def test_a_question_is_answered(asking: Process) -> None:
    answer = await ask(asking.bus.broker, SUBJECT, Question(of_whom="Ingen"), NumberAnswer, PATIENCE)
    assert answer == NumberAnswer(number=5)


@pytest.mark.usefixtures("answering")
async def test_an_error_is_an_answer_at_once(asking: Process) -> None:
    assert (await refused(asking, Question(of_whom="nobody"))).code == "not-found"
    assert (await refused(asking, Loose(of_whom=7))).code == "invalid"
    assert (await refused(asking, Question(of_whom="fault"))).code == "away"
    assert (await refused(asking, Question(of_whom="Ingen"), OtherAnswer)).code == "invalid"


async def test_that_nobody_is_there_is_told_at_once(asking: Process) -> None:
    assert (await refused(asking, Question(of_whom="Ingen"))).code == "away"


async def test_that_the_bus_is_away_is_told_in_time(world: World, asking: Process) -> None:
    world.server.kill()
    await until(lambda: asyncio.sleep(0, not asking.bus.is_connected))
    assert (await refused(asking, Question(of_whom="Ingen"), within=1.0)).code == "away"
    late = await world.start("late")  # it never had a connection
    assert (await refused(late, Question(of_whom="Ingen"), within=1.0)).code == "away"


async def test_questions_are_answered_again_after_a_new_connection(
    world: World, answering: Process, asking: Process
) -> None:
    for process in (answering, asking):
        await process.bus.broker.connection.close()
    await until(lambda: asyncio.sleep(0, answering.bus.is_connected and asking.bus.is_connected))
    answer = await ask(asking.bus.broker, SUBJECT, Question(of_whom="Ingen"), NumberAnswer, PATIENCE)
    assert answer.number == 5


async def test_two_instances_share_the_questions_out(world: World, asking: Process) -> None:
    asked: list[str] = []
    brokers = []
    for name in ("one", "other"):

        def look(connection: Connection, question: Question, name: str = name) -> NumberAnswer:
            asked.append(name)
            return NumberAnswer(number=1)

        broker = NatsBroker(world.server.url, logger=None)
        requests.serve(broker, world.store(OWNER), (Answerer(SUBJECT, Question, look),))
        await broker.start()
        brokers.append(broker)
    for _ in range(40):
        await ask(asking.bus.broker, SUBJECT, Question(of_whom="x"), NumberAnswer, PATIENCE)
    assert len(asked) == 40
    assert set(asked) == {"one", "other"}
    for broker in brokers:
        await broker.stop()
