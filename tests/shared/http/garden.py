# SPDX-License-Identifier: EUPL-1.2
"""A small real service, to try the HTTP edge with: trees are planted, listed and felled."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Annotated, ClassVar

from fastapi import Response
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import Field
from sqlalchemy import Boolean, Column, Connection, MetaData, String, Table, insert, select, update

from shared.access.rules import does, may, reads
from shared.contracts.commands import Command
from shared.contracts.envelope import Cents, Data, EventData, NewEvent, Slug
from shared.contracts.refusals import NotFound, Refused
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of
from shared.http.router import Pages, Router
from shared.messaging.outbox import outbox
from shared.messaging.transaction import Transaction

metadata = MetaData()
trees = Table(
    "tree",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("kern", String(60), nullable=False),
    Column("felled", Boolean, nullable=False),
)


class TreePlanted(EventData):
    """A tree was planted."""

    TYPE: ClassVar[str] = "tree.planted.v1"
    price_cents: Cents


class PlantTree(Command):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    kern: Slug
    price_cents: Cents = 0


class TreeView(Data):
    id: str
    name: str
    kern: str
    felled: bool
    planted_on: date | None = None


@may("editor")
def plant(tree_id: str, command: PlantTree, tx: Transaction) -> Sequence[NewEvent]:
    row = {"id": tree_id, "name": command.name, "kern": command.kern, "felled": False}
    tx.connection.execute(insert(trees), row)
    planted = TreePlanted(
        happened_on=tx.today,
        kernen=(command.kern,),
        actor="submitter",
        origin=command.origin,
        price_cents=command.price_cents,
    )
    return [NewEvent(tree_id, planted)]


@may("coordinator")
def fell(tree_id: str, tx: Transaction) -> Sequence[NewEvent]:
    tree = tx.connection.execute(select(trees).where(trees.c.id == tree_id).with_for_update()).first()
    if tree is None:
        raise NotFound(f"There is no tree {tree_id}.")
    if tree.felled:
        raise Refused("already-felled", "This tree was felled before.", allowed=("replant",))
    tx.connection.execute(update(trees).where(trees.c.id == tree_id).values(felled=True))
    return []


def one(connection: Connection, tree_id: str) -> TreeView:
    row = connection.execute(select(trees).where(trees.c.id == tree_id)).first()
    if row is None:
        raise NotFound(f"There is no tree {tree_id}.")
    return TreeView(id=row.id, name=row.name, kern=row.kern, felled=row.felled)


def some(connection: Connection, after: str | None, limit: int, kern: str | None) -> list[TreeView]:
    wanted = select(trees).order_by(trees.c.id).limit(limit)
    if after is not None:
        wanted = wanted.where(trees.c.id > after)
    if kern is not None:
        wanted = wanted.where(trees.c.kern == kern)
    found = connection.execute(wanted)
    return [TreeView(id=row.id, name=row.name, kern=row.kern, felled=row.felled) for row in found]


def counts(connection: Connection) -> tuple[int, int]:
    """How many trees and how many events there are."""
    return len(connection.execute(select(trees.c.id)).all()), len(
        connection.execute(select(outbox.c.id)).all()
    )


api = Router(tags=["trees"])


@api.post("/trees", status_code=201, response_model=TreeView)
@does(plant)
async def plant_tree(command: PlantTree, http: EndpointDep) -> Response:
    tree_id = http.new_id()
    return await http.create(
        lambda tx: plant(tree_id, command, tx),
        lambda tx: one(tx.connection, tree_id),
        location=f"/v1/trees/{tree_id}",
    )


@api.get("/trees", response_model=Page[TreeView])
@reads("anybody")
async def list_trees(paging: PagingDep, http: EndpointDep, kern: Slug | None = None) -> Response:
    return await http.read(
        lambda c: page_of(some(c, paging.after, paging.limit + 1, kern), paging, key=lambda tree: tree.id)
    )


@api.get("/trees/{tree_id}", response_model=TreeView)
@reads("anybody")
async def read_tree(tree_id: str, http: EndpointDep) -> Response:
    return await http.read(lambda connection: one(connection, tree_id))


@api.post("/trees/{tree_id}/fellings", status_code=200, response_model=TreeView)
@does(fell)
async def fell_tree(tree_id: str, http: EndpointDep) -> Response:
    return await http.create(lambda tx: fell(tree_id, tx), lambda tx: one(tx.connection, tree_id))


@api.get("/failures", response_model=TreeView)
@reads("anybody")
async def failing(http: EndpointDep) -> Response:
    raise RuntimeError("the gardener is called Anna")


pages = Pages()


@pages.get("/")
@reads("anybody")
async def overview() -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>Bomen</title>")


@pages.post("/")
@reads("anybody")
async def post_form() -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>Dank</title>")


@pages.get("/kapot")
@reads("anybody")
async def failing_page() -> HTMLResponse:
    raise RuntimeError("the gardener is called Anna")


@pages.get("/halverwege")
@reads("anybody")
async def failing_halfway() -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        yield "<!doctype html><title>Bo"
        raise RuntimeError("the gardener is called Anna")

    return StreamingResponse(parts(), media_type="text/html")
