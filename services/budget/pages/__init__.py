# SPDX-License-Identifier: EUPL-1.2
"""The pages of the budget: a year with its lines, and the report that a controller signs. No scripts."""

from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Path, Query
from fastapi.responses import HTMLResponse

from services.budget.statements import queries as statements
from services.budget.years import queries
from services.budget.years.views import BudgetYearView
from shared import dutch
from shared.access.rules import reads
from shared.contracts.refusals import NotFound
from shared.http import site
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.router import Pages

FICTIONAL = "Voorbeeld: deze gegevens zijn verzonnen."
router = Pages()
templates = site.templates_in(__name__, "/begroting")
templates.filters.update(euro=dutch.euro, day=dutch.day)
templates.globals.update(fictional_notice=FICTIONAL, share=dutch.share)


@router.get("/begroting")
@reads("anybody")
async def home(
    http: EndpointDep, year: Annotated[int | None, Query(ge=2000, le=2100)] = None
) -> HTMLResponse:
    """The year that is asked for, else this one or the last there is."""
    years = await http.load(queries.every_year)
    if year is not None and year not in {each.year for each in years}:
        raise NotFound(f"No budget of {year} has been adopted.")
    shown = _shown(years, year or http.today.year)
    overdue = shown is not None and shown.closed_on is None and shown.year < http.today.year
    return _page("home.html", http, years=years, view=shown, overdue=overdue)


@router.get("/verantwoording/{year}")
@reads("anybody")
async def report(http: EndpointDep, year: Annotated[int, Path(ge=2000, le=2100)]) -> HTMLResponse:
    """Ledger, events and overview beside each other."""
    view = await http.load(lambda connection: queries.budget_year(connection, year))
    own = await http.load(lambda connection: statements.account(connection, year))
    checked = await statements.compared(year, own, http.ask)
    return _page("report.html", http, view=view, checked=checked, zone=ZoneInfo(http.municipality.timezone))


def _shown(years: list[BudgetYearView], wanted: int) -> BudgetYearView | None:
    until = [each for each in years if each.year <= wanted]
    return until[-1] if until else next(iter(years), None)


def _page(template: str, http: Endpoint, **shown: Any) -> HTMLResponse:
    rules = http.municipality
    names = {line.id: line.name for line in rules.lines}
    order = {line.id: place for place, line in enumerate(rules.lines)}
    today: date = http.today
    text = templates.get_template(template).render(
        rules=rules,
        today=today,
        name=lambda line: names.get(line, line),
        ordered=lambda lines: sorted(lines, key=lambda it: order.get(it.line, len(order))),
        **shown,
    )
    return HTMLResponse(text)
