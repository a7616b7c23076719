"""What a route is given: reading, and commands that happen once however often they are sent.

INTERFACE (being implemented): routes depend on `EndpointDep` and return what these methods return.

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
"""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel
from sqlalchemy import Connection

from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Transaction
from shared.municipality import Municipality


class Endpoint:
    municipality: Municipality

    def new_id(self) -> str:
        raise NotImplementedError

    async def create(
        self,
        handler: Callable[[Transaction], Sequence[NewEvent]],
        view: Callable[[Transaction], BaseModel],
        location: str | None = None,
    ) -> Response:
        """201 with the view; the same Idempotency-Key again answers the same without a second effect."""
        raise NotImplementedError

    async def read(self, view: Callable[[Connection], BaseModel]) -> Response:
        """200 with the view; NotFound raised inside becomes 404."""
        raise NotImplementedError


def endpoint(request: Request) -> Endpoint:
    raise NotImplementedError


EndpointDep = Annotated[Endpoint, Depends(endpoint)]
