# SPDX-License-Identifier: EUPL-1.2
"""What became of notices, and the news of a kern as an Atom feed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from services.notifications import feed, store
from shared.contracts.envelope import WHOLE_MUNICIPALITY, Data, OpaqueId
from shared.contracts.notifications import FailureReason, NoticeAudience, NoticeChannel
from shared.contracts.refusals import FieldError, Invalid, NotFound
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, Paging, PagingDep, page_of

router = APIRouter(tags=["notifications"])
Slug = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class NoticeView(Data):
    """One notice: what it is about, who it is for, and what became of it. Never an address."""

    id: str
    about: str
    audience: NoticeAudience
    channel: NoticeChannel
    template: str
    state: Literal["waiting", "sending", "sent", "failed"]
    attempts: int
    unknown: int
    reason: FailureReason | None
    created_at: datetime
    next_at: datetime | None


@router.get("/notices", response_model=Page[NoticeView])
async def notices(
    http: EndpointDep,
    paging: PagingDep,
    about: Annotated[OpaqueId | None, Query(description="The id of an initiative.")] = None,
    state: Literal["waiting", "sending", "sent", "failed"] | None = None,
) -> Response:
    """Notices, oldest first."""

    def view(connection: Any) -> Page[NoticeView]:
        rows = store.listed(connection, about, state, _after(paging), paging.limit + 1)
        found = [NoticeView(**row._mapping) for row in rows]
        return page_of(found, paging, lambda last: f"{last.created_at.isoformat()} {last.id}")

    return await http.read(view)


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


def _after(paging: Paging) -> tuple[datetime, str] | None:
    if paging.after is None:
        return None
    at, _, last_id = paging.after.partition(" ")
    try:
        return datetime.fromisoformat(at), last_id
    except ValueError:
        raise Invalid(FieldError("after", "is no cursor of ours; follow the next link of a page")) from None


async def _feed(kern: str, path: str, http: EndpointDep) -> Response:
    items = await http.load(lambda connection: feed.items(connection, kern))
    return Response(feed.atom(items, kern, path, http.municipality), media_type="application/atom+xml")
