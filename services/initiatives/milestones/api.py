# SPDX-License-Identifier: EUPL-1.2
"""Commitments over HTTP: read them, and tick one off."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import Path, Response

from services.initiatives.milestones import store
from services.initiatives.milestones.handlers import ReachMilestone, reach
from shared.access.rules import does, reads
from shared.contracts.envelope import Data, Slug
from shared.http.endpoint import EndpointDep
from shared.http.router import Router
from shared.municipality import Municipality

router = Router()


class MilestoneView(Data):
    """A commitment; `when` is how its source puts it, `due_date` the last day of that, if it names one."""

    slug: str
    name: str
    when: str
    due_date: date | None
    source: str
    reached_date: date | None


class MilestonesView(Data):
    """All commitments, in the order of the municipality's file."""

    items: tuple[MilestoneView, ...]


@router.get("/milestones", response_model=MilestonesView)
@reads("anybody")
async def milestones(http: EndpointDep) -> Response:
    """What the municipality committed itself to, and which of it was met."""
    return await http.read(lambda connection: _all(store.reached(connection), http.municipality))


@router.post("/milestones/{slug}/reached", status_code=201, response_model=MilestonesView)
@does(reach)
async def reach_milestone(
    slug: Annotated[Slug, Path()], command: ReachMilestone, http: EndpointDep
) -> Response:
    """Tick a commitment off."""
    return await http.create(
        lambda tx: reach(slug, command, tx), lambda tx: _all(store.reached(tx.connection), tx.municipality)
    )


def _all(reached: Mapping[str, date], municipality: Municipality) -> MilestonesView:
    return MilestonesView(
        items=tuple(
            MilestoneView(
                slug=m.slug,
                name=m.name,
                when=m.when,
                due_date=m.due,
                source=m.source,
                reached_date=reached.get(m.slug),
            )
            for m in municipality.milestones
        )
    )
