# SPDX-License-Identifier: EUPL-1.2
"""The local mailbox: what would have been sent, to be looked at on a machine without a mail server."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.notifications.mailbox import queries
from shared.http import site
from shared.http.endpoint import EndpointDep

SHOWN = 200
pages = APIRouter()
pages.include_router(site.router)
templates = site.templates_in(__package__ or "")


@pages.get("/")
@pages.get("/postvak")
async def inbox(http: EndpointDep) -> HTMLResponse:
    found = await http.load(lambda connection: queries.mails(connection, SHOWN))
    return _page("inbox.html", http, mails=found)


@pages.get("/postvak/{mail_id}")
async def mail(mail_id: str, http: EndpointDep) -> HTMLResponse:
    found = await http.load(lambda connection: queries.mail(connection, mail_id))
    return _page("mail.html", http, mail=found)


def _page(template: str, http: EndpointDep, **values: Any) -> HTMLResponse:
    return HTMLResponse(templates.get_template(template).render(rules=http.municipality, **values))
