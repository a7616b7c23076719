# SPDX-License-Identifier: EUPL-1.2
"""Weighing over HTTP: the guides, an assessment before and when it is recorded, and its publication."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.initiatives import handlers, queries
from services.initiatives.commands import AssessInitiative, CorrectPublication
from services.initiatives.views import GuideSummary, GuideView, InitiativeView, ReplyPreview, guide_view
from shared.contracts.envelope import OpaqueId
from shared.contracts.refusals import NotFound
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of

router = APIRouter()
InitiativeId = Annotated[OpaqueId, Path(alias="initiativeId")]
GuideVersion = Annotated[str, Path(alias="guideVersion", max_length=60)]


@router.get("/guides", response_model=Page[GuideSummary])
async def guides(http: EndpointDep, paging: PagingDep) -> Response:
    """Every version of the guide by which initiatives are or were weighed."""
    known, inforce = http.municipality.guides, http.municipality.guide.version
    after = paging.after or ""
    listed = [
        GuideSummary(version=guide.version, in_force=guide.version == inforce)
        for guide in sorted(known, key=lambda guide: guide.version)
        if guide.version > after
    ]
    return await http.read(lambda _: page_of(listed[: paging.limit + 1], paging, lambda view: view.version))


@router.get("/guides/{guideVersion}", response_model=GuideView)
async def guide(guide_version: GuideVersion, http: EndpointDep) -> Response:
    """One version with its questions; those of old ones stay, for what was weighed by them."""
    known = http.municipality
    found = next((each for each in known.guides if each.version == guide_version), None)
    if found is None:
        raise NotFound(f"There is no guide {guide_version}; /v1/guides lists those there are.")
    return await http.read(lambda _: guide_view(found, in_force=found is known.guide))


@router.post("/initiatives/{initiativeId}/assessment-previews", response_model=ReplyPreview)
async def preview(initiative_id: InitiativeId, command: AssessInitiative, http: EndpointDep) -> Response:
    """What the submitter would be answered, and what would come of it. Nothing is recorded or sent."""
    return await http.consider(lambda tx: handlers.preview(initiative_id, command, tx))


@router.post("/initiatives/{initiativeId}/assessments", status_code=201, response_model=InitiativeView)
async def assess(initiative_id: InitiativeId, command: AssessInitiative, http: EndpointDep) -> Response:
    """Record how it was weighed, once; with money asked, the budget's answer follows in `money`."""
    return await http.create(
        lambda tx: handlers.assess(initiative_id, command, tx),
        lambda tx: queries.one(tx.connection, tx.municipality, initiative_id),
        location=f"/v1/initiatives/{initiative_id}",
    )


@router.post("/initiatives/{initiativeId}/corrections", status_code=201, response_model=InitiativeView)
async def correct(initiative_id: InitiativeId, command: CorrectPublication, http: EndpointDep) -> Response:
    """What was published is wrong: other words take its place, here and wherever they are shown."""
    return await http.create(
        lambda tx: handlers.correct(initiative_id, command, tx),
        lambda tx: queries.one(tx.connection, tx.municipality, initiative_id),
        location=f"/v1/initiatives/{initiative_id}",
    )
