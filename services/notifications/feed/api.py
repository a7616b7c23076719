# SPDX-License-Identifier: EUPL-1.2
"""The news, as Atom."""

from hashlib import sha256
from typing import Annotated

from fastapi import Header, Path, Response

from services.notifications.feed import queries
from services.notifications.feed.atom import MEDIA_TYPE, atom
from shared.access.rules import reads
from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.contracts.refusals import NotFound
from shared.http.endpoint import EndpointDep
from shared.http.router import Router
from shared.settings import load_settings

router = Router(responses={304: {"description": "You have the newest."}})
KernSlug = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Seen = Annotated[str | None, Header(alias="If-None-Match", description="The ETag of what you have.")]


class AtomResponse(Response):
    """What the description names as content."""

    media_type = MEDIA_TYPE


@router.get("/kernen/{kern}/feed", response_class=AtomResponse)
@reads("anybody")
async def kern_feed(kern: KernSlug, http: EndpointDep, seen: Seen = None) -> Response:
    """The news of one kern, as Atom."""
    if kern not in http.municipality.kern_slugs:
        raise NotFound(f"There is no kern {kern} in {http.municipality.name}.")
    return await _feed(kern, http, seen)


@router.get("/feed", response_class=AtomResponse)
@reads("anybody")
async def whole_feed(http: EndpointDep, seen: Seen = None) -> Response:
    """The news of the whole municipality, as Atom."""
    return await _feed(WHOLE_MUNICIPALITY, http, seen)


async def _feed(kern: str, http: EndpointDep, seen: str | None) -> Response:
    items = await http.load(lambda connection: queries.items(connection, kern))
    document = atom(items, kern, load_settings().site_url, http.municipality)
    tag = f'"{sha256(document).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}  # to be kept, and asked about each time
    if seen is not None and (seen.strip() == "*" or tag in seen):
        return Response(status_code=304, headers=headers)
    return AtomResponse(document, headers=headers)
