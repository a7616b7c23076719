# SPDX-License-Identifier: EUPL-1.2
"""Logging in and out. Each page works without JavaScript, and shows only; what is sent acts."""

import re
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.initiatives.kernen import store as kernen
from services.initiatives.sessions import handlers, store
from shared.access.actor import Actor
from shared.access.own import NAME
from shared.access.roles import DUTCH, ROLES
from shared.access.rules import does, reads
from shared.access.session import GO_ON, LOG_IN
from shared.contracts.refusals import NotKnown
from shared.http import site
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.router import Pages

WORK = re.compile(r"/werk/[A-Za-z0-9/_.-]{1,200}")
UNKNOWN = "Deze toegangscode is niet geldig, of niet meer geldig."
router = Pages()
templates = site.templates_in(__package__ or "", LOG_IN)


@router.get(LOG_IN)
@router.get(f"{LOG_IN}/uit")  # who comes here by its address has sent nothing, and is not logged out
@reads("anybody")
async def log_in(http: EndpointDep, naar: str = "") -> HTMLResponse:
    return await _page(http, naar)


@router.post(LOG_IN)
@does(handlers.begin)
async def begin(http: EndpointDep) -> Response:
    """With a token that was made on the server, or, in the example, as somebody of it."""
    given = await http.form(10)
    naar, sessions = given.get("naar", ""), http.sessions
    if sessions is None or not sessions.can_sign:
        return await _page(http, status=403)
    try:
        actor = await _who(http, given)
    except NotKnown:
        http.count_form()
        return await _page(http, naar, 403, UNKNOWN)
    session_id = http.new_id()
    begun = await http.work(lambda tx: handlers.begin(actor, session_id, tx))
    return _onwards(naar, sessions.kept(begun, http.clock))


@router.get(GO_ON)
@does(handlers.go_on)
async def go_on(http: EndpointDep, naar: str = "") -> Response:
    """Where a work page sends a session that was last looked at ten minutes ago."""
    sessions = http.sessions
    if sessions is None or not sessions.can_sign:
        return await _page(http, status=403)
    try:
        return _onwards(naar, sessions.kept(await http.work(handlers.go_on), http.clock))
    except NotKnown:
        return RedirectResponse(f"{LOG_IN}?naar={_work(naar)}", 303, {"Set-Cookie": sessions.gone()})


@router.post(f"{LOG_IN}/uit")
@does(handlers.end)
async def log_out(http: EndpointDep) -> Response:
    await http.work(handlers.end)
    return RedirectResponse("/", 303, {"Set-Cookie": http.sessions.gone()} if http.sessions else {})


async def _who(http: Endpoint, given: dict[str, str]) -> Actor:
    """By a code of this installation itself, or as somebody of the example. May raise NotKnown."""
    token = given.get("token", "").strip()
    if not token:
        return await _of_the_example(http, given.get("role", ""), given.get("officer"))
    actor = await http.door.sent(token)
    if actor.issuer != NAME or not actor.roles:
        raise NotKnown("It is not for logging in: a machine does not, and others do with their provider.")
    return actor


async def _of_the_example(http: Endpoint, role: str, officer: str | None) -> Actor:
    """May raise NotKnown."""
    if role not in ROLES or not await _offers_roles(http):
        raise NotKnown("There is nothing to log in with.")
    if officer is not None and officer not in await _on_duty(http):
        raise NotKnown("Nobody of that id is on duty.")
    name = f"Voorbeeld: {DUTCH[role]}"  # type: ignore[index]
    subject = f"example-{role}-{officer}" if officer else f"example-{role}"
    return Actor("person", NAME, subject, name, frozenset({role}), officer_id=officer)


async def _offers_roles(http: Endpoint) -> bool:
    """Whether everybody may choose who they are: `kernpuls demo`, on a store that nobody real works in."""
    if http.sessions is None or not http.sessions.offers_roles:
        return False
    return not await http.load(store.has_real_appointments)


async def _on_duty(http: Endpoint) -> dict[str, list[str]]:
    """The names of the kernen of every official who has some today."""
    today, named = http.today, {kern.slug: kern.name for kern in http.municipality.kernen}
    found = await http.load(lambda connection: kernen.on_duty(connection, today))
    return {officer: [named.get(kern, kern) for kern in theirs] for officer, theirs in found.items()}


async def _page(http: Endpoint, naar: str = "", status: int = 200, message: str = "") -> HTMLResponse:
    can = http.sessions is not None and http.sessions.can_sign
    offers = can and await _offers_roles(http)
    shown: dict[str, Any] = {
        "rules": http.municipality,
        "message": message,
        "naar": _work(naar),
        "actor": http.actor,
        "can": can,
        "dutch": DUTCH,
        "offers": offers,
        "officers": await _on_duty(http) if offers else {},
    }
    return HTMLResponse(templates.get_template("log_in.html").render(shown), status)


def _onwards(naar: str, kept: str) -> Response:
    return RedirectResponse(_work(naar) or LOG_IN, 303, {"Set-Cookie": kept})


def _work(naar: str) -> str:
    """A page of the work part, or nothing: who follows a link elsewhere is sent nowhere else from here."""
    return naar if WORK.fullmatch(naar) and "//" not in naar else ""
