# SPDX-License-Identifier: EUPL-1.2
"""The local mailbox: what would have been sent, to be looked at on a machine without a mail server."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse

from services.notifications.mailbox import queries
from shared import dutch
from shared.access.rules import reads
from shared.http import site
from shared.http.endpoint import EndpointDep
from shared.http.router import Pages
from shared.settings import load_settings

SHOWN = 200
router = Pages()
templates = site.templates_in(__package__ or "", "/werk/postvak")


@router.get("/werk/postvak")
@reads("privacy-officer")
async def inbox(http: EndpointDep) -> HTMLResponse:
    found = await http.look_up(lambda connection: queries.mails(connection, SHOWN), lambda _: ["mailbox"])
    return _page("inbox.html", http, mails=found)


@router.get("/werk/postvak/{mail_id}")
@reads("privacy-officer")
async def mail(mail_id: str, http: EndpointDep) -> HTMLResponse:
    found = await http.look_up(lambda connection: queries.mail(connection, mail_id), lambda _: [mail_id])
    return _page("mail.html", http, mail=found)


def _page(template: str, http: EndpointDep, **values: Any) -> HTMLResponse:
    settings, rules = load_settings(), http.municipality
    moment = partial(dutch.moment, zone=ZoneInfo(rules.timezone))
    shown = {"rules": rules, "moment": moment, "by_smtp": settings.smtp_url is not None}
    shown |= {"delivery": settings.delivery, "redirect_to": settings.redirect_to}
    return HTMLResponse(templates.get_template(template).render(shown | values))
