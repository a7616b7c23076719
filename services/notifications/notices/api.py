# SPDX-License-Identifier: EUPL-1.2
"""What became of notices."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Response

from services.notifications.notices import queries
from services.notifications.notices.model import State
from shared.access.roles import OFFICIALS
from shared.access.rules import reads
from shared.contracts.envelope import Data, OpaqueId
from shared.contracts.notifications import FailureReason, NoticeAudience, NoticeChannel
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of, position_key
from shared.http.router import Router

router = Router()


class NoticeView(Data):
    """One notice: what it is about, who it is for, and what became of it. Never an address."""

    id: str
    about: str
    audience: NoticeAudience
    channel: NoticeChannel
    template: str
    state: State
    attempts: int
    unknown: int
    reason: FailureReason | None
    created_at: datetime
    next_at: datetime | None


@router.get("/notices", response_model=Page[NoticeView])
@reads(*OFFICIALS, "operator", "read")
async def notices(
    http: EndpointDep,
    paging: PagingDep,
    about: Annotated[OpaqueId | None, Query(description="The id of an initiative.")] = None,
    state: State | None = None,
) -> Response:
    """Notices, oldest first."""

    def view(connection: Any) -> Page[NoticeView]:
        seen = paging.position(datetime.fromisoformat)
        rows = queries.listed(connection, about, state, seen, paging.limit + 1)
        found = [NoticeView(**row._mapping) for row in rows]
        return page_of(found, paging, lambda last: position_key(last.created_at, last.id))

    return await http.read(view)
