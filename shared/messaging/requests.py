# SPDX-License-Identifier: EUPL-1.2
"""Questions between services, answered at the moment of asking and stored nowhere: FastStream over NATS.

FastStream answers nothing at all to what it cannot validate, so we validate inside: an error is an answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from faststream.exceptions import FastStreamException
from faststream.nats import NatsBroker, NatsMessage
from nats.errors import Error as NatsError
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from sqlalchemy import Connection

from shared.contracts.envelope import Data
from shared.contracts.refusals import NotFound
from shared.store import Database

log = structlog.get_logger()
TIMEOUT = 2.0  # seconds to wait for an answer
Q = TypeVar("Q", bound=BaseModel)
A = TypeVar("A", bound=BaseModel)


class NoAnswer(Exception):
    """Nobody answered, or the answer was an error; `code` tells which: `away`, `not-found` or `invalid`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Answerer(Generic[Q, A]):
    """How a service answers one kind of question: from its store, in a read transaction."""

    subject: str
    question: type[Q]
    read: Callable[[Connection, Q], A]


class Answer(Data):
    """What travels back: one of the two."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    answer: dict[str, Any] | None = None
    error: str | None = None
    detail: str | None = None


def serve(broker: NatsBroker, database: Database, questions: tuple[Answerer[Any, Any], ...]) -> None:
    """Answer questions once the broker starts; instances of one service share them out."""
    for answerer in questions:
        _register(broker, database, answerer)


def _register(broker: NatsBroker, database: Database, answerer: Answerer[Any, Any]) -> None:
    async def answer(message: NatsMessage) -> Answer:
        try:
            question = answerer.question.model_validate_json(message.body)
            found = await database.read(lambda c: answerer.read(c, question))
        except ValidationError as error:
            return Answer(error="invalid", detail=f"{error.error_count()} field(s) of the question are wrong")
        except NotFound as missing:
            return Answer(error="not-found", detail=str(missing))
        except Exception as error:  # the asker need not wait in vain
            log.exception("requests.failed", subject=answerer.subject)
            return Answer(error="away", detail=f"{answerer.subject} failed ({type(error).__name__})")
        return Answer(answer=found.model_dump(mode="json", by_alias=True))

    broker.subscriber(answerer.subject, queue=database.service)(answer)


async def ask(
    broker: NatsBroker, subject: str, question: BaseModel, expected: type[A], within: float | None = None
) -> A:
    """Ask the owner of a fact, and wait so many seconds, or TIMEOUT. Raises NoAnswer."""
    within = TIMEOUT if within is None else within
    try:
        message = await broker.request(
            question.model_dump(mode="json", by_alias=True), subject, timeout=within
        )
    except (NatsError, FastStreamException, TimeoutError, OSError) as error:
        raise NoAnswer("away", f"{subject} did not answer within {within} s") from error
    try:
        answer = Answer.model_validate_json(message.body)
        if answer.error is None:
            return expected.model_validate(answer.answer)
    except ValidationError as error:
        raise NoAnswer("invalid", f"{subject} answered what cannot be read here") from error
    raise NoAnswer(answer.error, answer.detail or answer.error)
