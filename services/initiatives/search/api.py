# SPDX-License-Identifier: EUPL-1.2
"""Finding initiatives over HTTP: lists and their numbers, the worklists of officials, the work of each."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query, Response

from services.initiatives.initiative.lifecycle import State
from services.initiatives.initiative.policy import check_theme
from services.initiatives.initiative.search_words import folded
from services.initiatives.initiative.views import InitiativeSummary
from services.initiatives.kernen.policy import check_kern
from services.initiatives.kernen.store import kernen_of
from services.initiatives.search import queries
from services.initiatives.search.queries import OWN, Filters, Sort, Worklist
from services.initiatives.search.views import Counts, KernenOnDuty, Workload
from shared.access.roles import OFFICIALS
from shared.access.rules import reads
from shared.contracts.envelope import OpaqueId, Slug
from shared.contracts.fields import CalendarDate
from shared.contracts.refusals import FieldError, Findings, Invalid
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of, position_key
from shared.http.router import Router

router = Router()


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
    message = f"{received_until} is before receivedFrom ({received_from}); give a later date"
    in_order = not (received_from and received_until) or received_from <= received_until
    findings.require(in_order, "receivedUntil", message)
    findings.require(
        text is None or bool(folded(text)), "text", "has no word in it; write one, or leave it out"
    )
    findings.settle()
    return Filters(kern, state, theme, officer, received_from, received_until, text)


FiltersDep = Annotated[Filters, Depends(filters)]


@router.get("/initiatives", response_model=Page[InitiativeSummary])
@reads(*OFFICIALS, "read")
async def initiatives(
    http: EndpointDep, paging: PagingDep, chosen: FiltersDep, sort: Sort = "newest"
) -> Response:
    """Initiatives: the last received first, the first received first, or the first to be decided first."""
    after = paging.position(date.fromisoformat)
    return await http.read(
        lambda connection: page_of(
            queries.listed(connection, chosen, sort, after, paging.limit + 1),
            paging,
            lambda view: _key(view, sort),
        )
    )


@router.get("/initiative-counts", response_model=Counts)
@reads(*OFFICIALS, "read")
async def counts(http: EndpointDep, chosen: FiltersDep) -> Response:
    """The numbers that go with a list: the same filters, every page of it."""
    return await http.read(lambda connection: queries.counts(connection, chosen))


@router.get("/worklists/{worklist}", response_model=Page[InitiativeSummary])
@reads(*OFFICIALS, "read")
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
    today, after = http.today, paging.position(date.fromisoformat)
    sort: Sort = "oldest" if worklist == "waiting" else "due"
    return await http.read(
        lambda connection: page_of(
            queries.summaries(
                connection,
                queries.worklist_query(
                    worklist,
                    officer,
                    kernen_of(connection, officer, today) if officer else (),
                    today,
                    http.municipality,
                    after,
                ).limit(paging.limit + 1),
            ),
            paging,
            lambda view: _key(view, sort),
        )
    )


@router.get("/workloads", response_model=Page[Workload])
@reads(*OFFICIALS, "read")
async def workloads(http: EndpointDep, paging: PagingDep) -> Response:
    """The work of each kernambtenaar: it is done within the existing staff, and must be seen to fit."""
    return await http.read(
        lambda connection: page_of(
            queries.workloads(connection, http.today, paging.after, paging.limit + 1),
            paging,
            lambda view: view.officer_id,
        )
    )


@router.get("/kernen", response_model=KernenOnDuty)
@reads(*OFFICIALS, "read")
async def kernen(http: EndpointDep) -> Response:
    """Every kern, with the kernambtenaar on duty today, or since when there is none."""
    return await http.read(
        lambda connection: queries.kernen_on_duty(connection, http.municipality, http.today)
    )


def _key(view: InitiativeSummary, sort: Sort) -> str:
    return position_key(view.decision_due_date if sort == "due" else view.received_date, view.id)
