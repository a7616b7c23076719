# SPDX-License-Identifier: EUPL-1.2
"""The register, read as it is shown."""

from sqlalchemy import Connection, select

from services.budget.organisations.tables import organisations
from services.budget.organisations.views import OrganisationView
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging, page_of


def organisation(connection: Connection, organisation_id: str) -> OrganisationView:
    wanted = select(organisations).where(organisations.c.id == organisation_id)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFound(f"There is no organisation {organisation_id}.")
    return OrganisationView.model_validate(dict(row))


def all_organisations(connection: Connection, paging: Paging) -> Page[OrganisationView]:
    c = organisations.c
    rows = select(organisations).where(c.number > paging.number()).order_by(c.number).limit(paging.limit + 1)
    views = [OrganisationView.model_validate(dict(row)) for row in connection.execute(rows).mappings()]
    return page_of(views, paging, key=lambda view: str(view.number))
