# SPDX-License-Identifier: EUPL-1.2
"""The guides over HTTP: by which questions initiatives are or were weighed."""

from typing import Annotated

from fastapi import Path, Response

from services.initiatives.assessment.views import GuideSummary, GuideView, guide_view
from shared.access.rules import reads
from shared.contracts.refusals import NotFound
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of
from shared.http.router import Router

router = Router()
GuideVersion = Annotated[str, Path(alias="guideVersion", max_length=60)]


@router.get("/guides", response_model=Page[GuideSummary])
@reads("anybody")
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
@reads("anybody")
async def guide(guide_version: GuideVersion, http: EndpointDep) -> Response:
    """One version with its questions; those of old ones stay, for what was weighed by them."""
    known = http.municipality
    found = next((each for each in known.guides if each.version == guide_version), None)
    if found is None:
        raise NotFound(f"There is no guide {guide_version}; /v1/guides lists those there are.")
    return await http.read(lambda _: guide_view(found, in_force=found is known.guide))
