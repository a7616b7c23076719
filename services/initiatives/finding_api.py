# SPDX-License-Identifier: EUPL-1.2
"""Finding initiatives over HTTP: lists and their numbers, the worklists of officials, the work of each."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from services.initiatives import lists, worklists
from services.initiatives.kernambtenaren import store as duty
from services.initiatives.known import check_kern, check_theme
from services.initiatives.life import State
from services.initiatives.lists import Filters, Sort
from services.initiatives.views import Counts, InitiativeSummary, KernenOnDuty, Workload
from services.initiatives.words import folded
from services.initiatives.worklists import OWN, Worklist
from shared.contracts.envelope import OpaqueId, Slug
from shared.contracts.fields import CalendarDate
from shared.contracts.refusals import FieldError, Findings, Invalid
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of

router = APIRouter()


async def filters(
    http: EndpointDep,
    kern: Slug | None = None,
    state: State | None = None,
    theme: Slug | None = None,
    officer: OpaqueId | None = None,
    received_from: Annotated[CalendarDate | None, Query(alias="receivedFrom")] = None,
    received_until: Annotated[CalendarDate | None, Query(alias="receivedUntil")] = None,
    text: Annotated[
        str | None, Query(max_length=200, description="Words it has, or their beginnings")
    ] = None,
) -> Filters:
    """A filter that can match nothing is a mistake of the caller, not an empty list."""
    findings = Findings()
    if kern:
        check_kern(kern, "kern", http.municipality, findings)
    if theme:
        check_theme(theme, http.municipality, findings)
    told = f"{received_until} is before receivedFrom ({received_from}); give a later date"
    in_order = not (received_from and received_until) or received_from <= received_until
    findings.require(in_order, "receivedUntil", told)
    findings.require(text is None or bool(folded(text)), "text", "holds no word; write one, or leave it out")
    findings.settle()
    return Filters(kern, state, theme, officer, received_from, received_until, text)


FiltersDep = Annotated[Filters, Depends(filters)]


@router.get("/initiatives", response_model=Page[InitiativeSummary])
async def initiatives(
    http: EndpointDep, paging: PagingDep, chosen: FiltersDep, sort: Sort = "newest"
) -> Response:
    """Initiatives: the last received first, the first received first, or the first to be decided first."""
    return await http.read(
        lambda connection: page_of(
            lists.listed(connection, chosen, sort, paging.after, paging.limit + 1),
            paging,
            lambda view: lists.key(view, sort),
        )
    )


@router.get("/initiative-counts", response_model=Counts)
async def counts(http: EndpointDep, chosen: FiltersDep) -> Response:
    """The numbers that go with a list: the same filters, every page of it."""
    return await http.read(lambda connection: lists.counts(connection, chosen))


@router.get("/worklists/{worklist}", response_model=Page[InitiativeSummary])
async def worklist(
    worklist: Annotated[Worklist, Path()],
    http: EndpointDep,
    paging: PagingDep,
    officer: OpaqueId | None = None,
) -> Response:
    """What is to be done: mine, in my kernen, waiting for somebody, near its date, past its date.

    `officer` is who asks: needed for the first two, and limiting the others.
    """
    if worklist in OWN and officer is None:
        raise Invalid(FieldError("officer", "is required for this worklist; add whose it is"))
    today = http.today
    sort: Sort = "oldest" if worklist == "waiting" else "due"
    return await http.read(
        lambda connection: page_of(
            lists.summaries(
                connection,
                worklists.worklist_query(
                    worklist,
                    officer,
                    duty.kernen_of(connection, officer, today) if officer else (),
                    today,
                    http.municipality,
                    paging.after,
                ).limit(paging.limit + 1),
            ),
            paging,
            lambda view: lists.key(view, sort),
        )
    )


@router.get("/workloads", response_model=Page[Workload])
async def workloads(http: EndpointDep, paging: PagingDep) -> Response:
    """The work of each kernambtenaar: it is done within the existing staff, and must be seen to fit."""
    return await http.read(
        lambda connection: page_of(
            worklists.workloads(connection, http.today, paging.after, paging.limit + 1),
            paging,
            lambda view: view.officer_id,
        )
    )


@router.get("/kernen", response_model=KernenOnDuty)
async def kernen(http: EndpointDep) -> Response:
    """Every kern, with the kernambtenaar on duty today, or since when there is none."""
    return await http.read(
        lambda connection: worklists.kernen_on_duty(connection, http.municipality, http.today)
    )
