# SPDX-License-Identifier: EUPL-1.2
"""Persons over HTTP: what is known of somebody, erasing it, and destroying what was kept long enough.

Whom it is about stands in the body: an address in a URL would stay in logs and histories.
"""

from typing import Annotated, Any

from fastapi import Path, Response

from services.initiatives.persons import handlers, queries
from services.initiatives.persons.commands import (
    ApproveDestruction,
    ErasePerson,
    FindPerson,
    ProposeDestruction,
)
from services.initiatives.persons.model import Record
from services.initiatives.persons.sentences import about_erasure
from services.initiatives.persons.views import (
    DestructionSummary,
    DestructionView,
    ErasureSummary,
    ErasureView,
    LockedView,
    PersonView,
)
from shared.access.rules import does, reads
from shared.contracts.envelope import NewEvent, OpaqueId
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of
from shared.http.router import Router
from shared.messaging.transaction import Transaction

router = Router()
NOBODY: dict[int | str, dict[str, Any]] = {404: {}}  # not found, though the path names nobody
ListId = Annotated[OpaqueId, Path(alias="listId")]


@router.post("/persons/searches", response_model=PersonView, responses=NOBODY)
@reads("privacy-officer")
async def find(who: FindPerson, http: EndpointDep) -> Response:
    """Everything that is known of somebody. The answer is kept nowhere."""
    found = await http.look_up(lambda c: queries.person(c, http.municipality, who), queries.whom)
    return Response(found.model_dump_json(by_alias=True), media_type="application/json")


@router.post("/erasures", status_code=201, response_model=ErasureView, responses=NOBODY)
@does(handlers.erase)
async def erase(command: ErasePerson, http: EndpointDep) -> Response:
    """Erase somebody: at once what no decision needs; the rest is locked until its term ends."""
    records: list[Record] = []

    def work(tx: Transaction) -> list[NewEvent]:
        records[:], events = handlers.erase(command, tx)
        return events

    return await http.create(work, lambda tx: _erased(records, tx))


def _erased(records: list[Record], tx: Transaction) -> ErasureView:
    return ErasureView(
        contact_ids=tuple(event.subject for event in tx.recorded),
        sentences=about_erasure(records, tx.municipality.retention),
        locked=tuple(queries.locked_of(tx.connection, tx.municipality, [record.id for record in records])),
    )


@router.get("/erasures", response_model=Page[ErasureSummary])
@reads("privacy-officer")
async def erasures(http: EndpointDep, paging: PagingDep) -> Response:
    """The journal of erasures, oldest first: ids that mean nothing to anybody else."""
    return await http.read(
        lambda connection: page_of(
            queries.erasures(connection, paging.after, paging.limit + 1), paging, lambda one: one.contact_id
        )
    )


@router.get("/locked-records", response_model=Page[LockedView])
@reads("privacy-officer")
async def locked(http: EndpointDep, paging: PagingDep) -> Response:
    """What is kept by law although somebody asked to be erased: which, why and until when; not the words."""
    return await http.read(
        lambda connection: page_of(
            queries.locked_views(connection, http.municipality, paging.after, paging.limit + 1),
            paging,
            lambda one: one.initiative_id,
        )
    )


@router.post("/destruction-lists", status_code=201, response_model=DestructionView)
@does(handlers.propose)
async def propose(command: ProposeDestruction, http: EndpointDep) -> Response:
    """Propose what may be destroyed: at most a thousand at once, the longest kept first."""
    list_id = http.new_id()
    return await http.create(
        lambda tx: handlers.propose(list_id, command, tx),
        lambda tx: queries.one_list(tx.connection, list_id),
        location=f"/v1/destruction-lists/{list_id}",
    )


@router.get("/destruction-lists", response_model=Page[DestructionSummary])
@reads("privacy-officer")
async def lists(http: EndpointDep, paging: PagingDep) -> Response:
    """Lists, in the order in which they were proposed."""
    return await http.read(
        lambda connection: page_of(
            queries.lists(connection, paging.after, paging.limit + 1), paging, lambda one: one.id
        )
    )


@router.get("/destruction-lists/{listId}", response_model=DestructionView)
@reads("privacy-officer")
async def one_list(list_id: ListId, http: EndpointDep) -> Response:
    """One list, with its declaration once it was approved."""
    return await http.read(lambda connection: queries.one_list(connection, list_id))


@router.post("/destruction-lists/{listId}/approvals", status_code=201, response_model=DestructionView)
@does(handlers.approve)
async def approve(list_id: ListId, command: ApproveDestruction, http: EndpointDep) -> Response:
    """Destroy what is on a list, for good; the list is kept as the declaration."""
    return await http.create(
        lambda tx: handlers.approve(list_id, command, tx),
        lambda tx: queries.one_list(tx.connection, list_id),
        location=f"/v1/destruction-lists/{list_id}",
    )
