# SPDX-License-Identifier: EUPL-1.2
"""The news, as Atom."""

from typing import Annotated

from fastapi import Path, Response

from services.notifications.feed import queries
from services.notifications.feed.atom import atom
from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.contracts.refusals import NotFound
from shared.http.endpoint import EndpointDep
from shared.http.router import Router

router = Router()
Slug = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


@router.get("/kernen/{kern}/feed", response_class=Response)
async def kern_feed(kern: Slug, http: EndpointDep) -> Response:
    """The news of one kern, as Atom."""
    if kern not in http.municipality.kern_slugs:
        raise NotFound(f"There is no kern {kern} in {http.municipality.name}.")
    return await _feed(kern, f"/v1/kernen/{kern}/feed", http)


@router.get("/feed", response_class=Response)
async def whole_feed(http: EndpointDep) -> Response:
    """The news of the whole municipality, as Atom."""
    return await _feed(WHOLE_MUNICIPALITY, "/v1/feed", http)


async def _feed(kern: str, path: str, http: EndpointDep) -> Response:
    items = await http.load(lambda connection: queries.items(connection, kern))
    return Response(atom(items, kern, path, http.municipality), media_type="application/atom+xml")
