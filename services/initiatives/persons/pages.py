# SPDX-License-Identifier: EUPL-1.2
"""All that is known of somebody, on a page that can be printed for them. Whom is asked in a form's body."""

from typing import Any

from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from services.initiatives.persons import queries
from services.initiatives.persons.commands import FindPerson
from services.initiatives.persons.sentences import KINDS, REACHED_BY
from shared.access.rules import reads
from shared.contracts.refusals import NotFound
from shared.dutch import day
from shared.http import site
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.router import Pages

NOBODY = "Niemand is hier bekend met dit e-mailadres of dit nummer."
UNREADABLE = "Vul één van de twee in: een e-mailadres, of het nummer van een initiatief."
router = Pages()
templates = site.templates_in(__package__ or "", "/werk/personen")
templates.filters["day"] = day


@router.get("/werk/personen")
@reads("privacy-officer")
async def form(http: EndpointDep) -> HTMLResponse:
    return _page("ask.html", http, message="")


@router.post("/werk/personen")
@reads("privacy-officer")
async def person(http: EndpointDep) -> HTMLResponse:
    given = await http.form(10)
    asked = {name: value.strip() for name, value in given.items() if value.strip()}
    try:
        who = FindPerson.model_validate(asked)
    except ValidationError:
        return _page("ask.html", http, 400, message=UNREADABLE)
    try:
        found = await http.look_up(lambda c: queries.person(c, http.municipality, who), queries.whom)
    except NotFound:
        return _page("ask.html", http, 404, message=NOBODY)
    return _page("person.html", http, person=found, reached_by=REACHED_BY, kinds=KINDS)


def _page(template: str, http: Endpoint, status: int = 200, **shown: Any) -> HTMLResponse:
    shown |= {"rules": http.municipality, "today": http.today}
    return HTMLResponse(templates.get_template(template).render(shown), status_code=status)
