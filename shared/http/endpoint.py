# SPDX-License-Identifier: EUPL-1.2
"""What a route is given: reading, and commands that happen once however often they are sent.

    @router.post("/initiatives", status_code=201, response_model=InitiativeView)
    async def submit(command: SubmitInitiative, http: EndpointDep) -> Response:
        initiative_id = http.new_id()
        return await http.create(
            lambda tx: handlers.submit(initiative_id, command, tx),
            lambda tx: store.view(tx.connection, initiative_id),
            location=f"/v1/initiatives/{initiative_id}",
        )

    @router.get("/initiatives/{initiative_id}", response_model=InitiativeView)
    async def one(initiative_id: str, http: EndpointDep) -> Response:
        return await http.read(lambda connection: store.view(connection, initiative_id))

Both return a finished response, so that FastAPI does not validate a second time what a view is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.types import Scope

from shared.access import record
from shared.access.actor import Actor
from shared.access.door import Door
from shared.access.rules import access_of
from shared.access.session import Sessions
from shared.clock import Clock
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import FieldError, Invalid, NotFound
from shared.http import idempotency
from shared.http.bodies import JSON, aside, is_form, read_form
from shared.http.cause import CAUSE
from shared.http.idempotency import Key, StoredAnswer
from shared.http.prefix import PATH
from shared.http.rates import FormRates
from shared.messaging.broker import Bus
from shared.messaging.requests import NoAnswer, ask
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.municipality import Municipality

T = TypeVar("T")
A = TypeVar("A", bound=BaseModel)
WAIT = 1.0  # seconds that somebody who looks at a page waits for another service
KEY_HEADER = "Idempotency-Key"
NO_HEADERS: Mapping[str, str] = {}
KEY_SHAPE = r"^[\x21-\x7e]{1,255}$"


class Endpoint:
    """One request's way to its service's data."""

    def __init__(self, request: Request, key: str | None) -> None:
        self._request, self._key = request, key
        self._transactions: Transactions = request.app.state.transactions
        self._cause: Cause = request.scope[CAUSE]
        self._bus: Bus | None = getattr(request.app.state, "bus", None)

    @property
    def municipality(self) -> Municipality:
        return self._transactions.municipality

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self._cause.actor

    @property
    def door(self) -> Door:
        found: Door = self._request.app.state.door
        return found

    @property
    def sessions(self) -> Sessions | None:
        """How officials' sessions are kept; None where nobody can log in."""
        found: Sessions | None = self._request.app.state.sessions
        return found

    @property
    def clock(self) -> Clock:
        return self._transactions.clock

    @property
    def root(self) -> str:
        """What paths in the answer begin with: the prefix by which it was asked for, if by one.

        What is stored has none: a command sent again by the other way is the same command.
        """
        root: str = self._request.scope["root_path"]
        return root

    @property
    def today(self) -> date:
        """The date on the municipality's wall calendar."""
        return self._transactions.clock().astimezone(ZoneInfo(self.municipality.timezone)).date()

    def count_form(self) -> None:
        """Before a form that anybody can send: refuses, with a page that says so, what comes too often."""
        rates: FormRates = self._request.app.state.forms
        rates.count(self._request)

    def new_id(self) -> str:
        return self._transactions.new_id()

    async def create(
        self,
        handler: Callable[[Transaction], Sequence[NewEvent]],
        view: Callable[[Transaction], BaseModel],
        location: str | None = None,
    ) -> Response:
        """201 with the view; the same Idempotency-Key again answers the same without a second effect.

        A route that declares another `status_code` answers with that one.
        """
        status = self._request.scope["route"].status_code or 201
        key = await self._full_key()

        def work(tx: Transaction) -> StoredAnswer:
            tx.record(handler(tx))
            self._keep(tx, (location or "").rpartition("/")[2])
            answer = StoredAnswer(status, location, _json(view(tx)))
            if key:
                idempotency.keep(tx.connection, key, answer, tx.now)
            return answer

        try:
            return _response(await self._transactions.run(work, self._cause), self.root)
        except Exception:
            before = await self.load(lambda c: idempotency.find(c, key)) if key else None
            if before is None:
                raise
            return _response(before, self.root, {"Idempotency-Replayed": "true"})

    async def read(self, view: Callable[[Connection], BaseModel]) -> Response:
        """200 with the view; NotFound raised inside becomes 404."""
        body = await self._transactions.database.read(lambda connection: _json(view(connection)))
        return Response(body, media_type="application/json")

    async def consider(self, decision: Callable[[Transaction], BaseModel]) -> Response:
        """200 with what a command would bring about: decided in full, recorded nowhere."""
        return await self.read(lambda connection: decision(self._transactions.begin(connection, self._cause)))

    async def load(self, work: Callable[[Connection], T]) -> T:
        """What a page needs, read on one snapshot."""
        return await self._transactions.database.read(work)

    async def act(self, handler: Callable[[Transaction], Sequence[NewEvent]]) -> None:
        """Run the command of a form on a page; what is shown next is the page's to decide."""

        def work(tx: Transaction) -> None:
            tx.record(handler(tx))
            self._keep(tx, "")

        await self._transactions.run(work, self._cause)

    async def look_up(self, view: Callable[[Connection], T], about: Callable[[T], Sequence[str]]) -> T:
        """What is known of somebody, by `about`: it is recorded who looked, also for whom nobody knows.

        May raise NotFound.
        """

        def work(tx: Transaction) -> T | NotFound:
            try:
                found = view(tx.connection)
            except NotFound as nobody:
                self._record(tx, ())
                return nobody
            self._record(tx, about(found))
            return found

        found = await self._transactions.run(work, self._cause)
        if isinstance(found, NotFound):
            raise found
        return found

    async def work(self, handler: Callable[[Transaction], T]) -> T:
        """Run what changes something that is no event, and is not an official's act."""
        return await self._transactions.run(handler, self._cause)

    async def form(self, most: int) -> dict[str, str]:
        """The form that was sent, of at most so many fields; what is no form has none."""
        if not is_form(self._request.headers.get("content-type", "")):
            return {}
        body = await self._request.body()
        return await aside(len(body), partial(read_form, body, most))

    async def ask(self, subject: str, question: BaseModel, expected: type[A]) -> A:
        """What another service knows now. Raises NoAnswer, after a second at the latest."""
        if self._bus is None or not self._bus.is_connected:
            raise NoAnswer("away", f"{subject} cannot be asked: there is no connection to the bus")
        return await ask(self._bus.broker, subject, question, expected, WAIT)

    def _keep(self, tx: Transaction, made: str) -> None:
        """Record the act: it is about what its path names, or what its events do, or what it made."""
        done = dict.fromkeys(event.subject for event in tx.recorded)
        self._record(tx, [*map(str, self._request.path_params.values())] or [*done] or [made])

    def _record(self, tx: Transaction, about: Sequence[str]) -> None:
        route: APIRoute = self._request.scope["route"]
        access, act = tx.as_official or access_of(route.endpoint), f"{self._request.method} {route.path}"
        record.keep(tx.connection, tx.actor, access, act, about, tx.now, tx.cause.correlation_id)

    async def _full_key(self) -> Key | None:
        if self._key is None:
            return None
        operation = f"{self._request.method} {self._request.scope[PATH]}"
        query, body, scope = self._request.url.query, await self._request.body(), self._request.scope
        sender = self._cause.actor
        of = query if sender.kind == "nobody" else f"{query}\n{sender.issuer}\n{sender.subject}"
        print_of = partial(_fingerprint, of, body, scope)
        return Key(operation, self._key, await aside(len(body), print_of))


def _fingerprint(of: str, body: bytes, scope: Scope) -> str:
    return idempotency.hash_of(of, idempotency.meaning_of(scope[JSON]) if JSON in scope else body)


def _json(view: BaseModel) -> bytes:
    return view.model_dump_json(by_alias=True).encode()


def _response(answer: StoredAnswer, root: str, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    location = {"Location": root + answer.location} if answer.location else {}
    return Response(answer.body, answer.status, {**location, **headers}, media_type="application/json")


async def endpoint(request: Request) -> Endpoint:
    # async, because FastAPI runs a plain function in a thread of its own, on every request
    if not getattr(request.app.state, "serves", lambda: True)():
        raise HTTPException(503, "It has just started; try again shortly.", {"Retry-After": "2"})
    key = request.headers.get(KEY_HEADER)
    if key is not None and not re.match(KEY_SHAPE, key):
        raise Invalid(FieldError(KEY_HEADER, "is 1 to 255 visible ASCII characters, such as a UUID"))
    return Endpoint(request, key)


EndpointDep = Annotated[Endpoint, Depends(endpoint)]
