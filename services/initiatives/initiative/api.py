# SPDX-License-Identifier: EUPL-1.2
"""Initiatives over HTTP: submit one, do something with it, and see it as it is now."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Path, Response

from services.initiatives.assessment.commands import AssessInitiative
from services.initiatives.assessment.views import AssessmentPreview
from services.initiatives.initiative import handlers, queries
from services.initiatives.initiative.commands import TRANSITIONS, SubmitInitiative
from services.initiatives.initiative.lifecycle import Transition
from services.initiatives.initiative.views import InitiativeView
from shared.access.roles import OFFICIALS
from shared.access.rules import does, reads
from shared.contracts.envelope import NewEvent, OpaqueId
from shared.http.endpoint import EndpointDep
from shared.http.router import Router
from shared.messaging.transaction import Transaction

router = Router()
InitiativeId = Annotated[OpaqueId, Path(alias="initiativeId")]
ONE = "/initiatives/{initiativeId}"


@router.post("/initiatives", status_code=201, response_model=InitiativeView)
@does(handlers.submit)
async def submit(command: SubmitInitiative, http: EndpointDep) -> Response:
    """Submit an initiative. The answer is the receipt, with the date by which it is decided."""
    initiative_id = http.new_id()
    return await _create(initiative_id, partial(handlers.submit, initiative_id, command), http)


@router.get(ONE, response_model=InitiativeView)
@reads(*OFFICIALS, "read")
async def initiative(initiative_id: InitiativeId, http: EndpointDep) -> Response:
    """One initiative with its weighing, its money and its history."""
    return await http.read(lambda connection: queries.one(connection, http.municipality, initiative_id))


@router.post(ONE + "/assessment-previews", response_model=AssessmentPreview)
@does(handlers.preview)
async def preview(initiative_id: InitiativeId, command: AssessInitiative, http: EndpointDep) -> Response:
    """What the submitter would be answered, and what would come of it. Nothing is recorded or sent."""
    return await http.consider(lambda tx: handlers.preview(initiative_id, command, tx))


def _add_route(transition: Transition) -> None:
    """What is done with an initiative is the same route each time; its handler's docstring describes it."""
    handler = handlers.TRANSITIONS[transition]

    @does(handler)
    async def take_step(initiative_id: InitiativeId, command: Any, http: EndpointDep) -> Response:
        return await _create(initiative_id, partial(handler, initiative_id, command), http)

    take_step.__annotations__["command"] = TRANSITIONS[transition]
    router.add_api_route(
        f"{ONE}/{transition}",
        take_step,
        methods=["POST"],
        status_code=201,
        response_model=InitiativeView,
        name=handler.__name__,
        description=handler.__doc__,
    )


for transition in TRANSITIONS:
    _add_route(transition)


async def _create(
    initiative_id: str, handler: Callable[[Transaction], list[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler,
        lambda tx: queries.one(tx.connection, tx.municipality, initiative_id),
        location=f"/v1/initiatives/{initiative_id}",
    )
