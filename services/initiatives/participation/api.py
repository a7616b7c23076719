# SPDX-License-Identifier: EUPL-1.2
"""Participation over HTTP: consider, start, hold activities, take part, conclude or cancel; and read."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Path, Response

from services.initiatives.kernen.policy import check_kern
from services.initiatives.participation import handlers, queries
from services.initiatives.participation.commands import (
    CancelParticipation,
    ConcludeParticipation,
    ConsiderParticipation,
    HoldActivity,
    JoinParticipation,
    StartParticipation,
)
from services.initiatives.participation.model import State
from services.initiatives.participation.views import ParticipationSummary, ParticipationView
from shared.access.roles import OFFICIALS
from shared.access.rules import does, reads
from shared.contracts.envelope import NewEvent, OpaqueId, Slug
from shared.contracts.refusals import Findings
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of
from shared.http.router import Router
from shared.messaging.transaction import Transaction

router = Router()
ProcessId = Annotated[OpaqueId, Path(alias="processId")]
ONE = "/participations/{processId}"


@router.post("/participations", status_code=201, response_model=ParticipationView)
@does(handlers.consider)
async def consider(command: ConsiderParticipation, http: EndpointDep) -> Response:
    """Record whether participation fits here; also when it does not."""
    process_id = http.new_id()
    return await _create(process_id, lambda tx: handlers.consider(process_id, command, tx), http)


@router.get("/participations", response_model=Page[ParticipationSummary])
@reads("anybody")
async def processes(
    http: EndpointDep, paging: PagingDep, kern: Slug | None = None, state: State | None = None
) -> Response:
    """Processes, the first considered first."""
    findings = Findings()
    if kern:
        check_kern(kern, "kern", http.municipality, findings)
    findings.settle()
    after = paging.number()
    numbers: dict[str, int] = {}

    def views(found: list[tuple[int, ParticipationSummary]]) -> list[ParticipationSummary]:
        numbers.update({each.id: number for number, each in found})
        return [each for _, each in found]

    return await http.read(
        lambda connection: page_of(
            views(queries.listed(connection, kern, state, after, paging.limit + 1)),
            paging,
            lambda last: str(numbers[last.id]),
        )
    )


@router.get(ONE, response_model=ParticipationView)
@reads(*OFFICIALS, "read")
async def process(process_id: ProcessId, http: EndpointDep) -> Response:
    """One process with its activities, what was done with the input, and its history."""
    return await http.read(lambda connection: queries.one(connection, process_id))


@router.post(ONE + "/starts", status_code=201, response_model=ParticipationView)
@does(handlers.start)
async def start(process_id: ProcessId, command: StartParticipation, http: EndpointDep) -> Response:
    """Ask residents, at a rung of the ladder."""
    return await _create(process_id, lambda tx: handlers.start(process_id, command, tx), http)


@router.post(ONE + "/activities", status_code=201, response_model=ParticipationView)
@does(handlers.hold)
async def hold(process_id: ProcessId, command: HoldActivity, http: EndpointDep) -> Response:
    """Record what was held."""
    return await _create(process_id, lambda tx: handlers.hold(process_id, command, tx), http)


@router.post(ONE + "/participants", status_code=201, response_model=ParticipationSummary)
@does(handlers.join)
async def join(process_id: ProcessId, command: JoinParticipation, http: EndpointDep) -> Response:
    """Leave an address, to hear what is done with the input. The answer is what everybody may see of it."""
    return await http.create(
        lambda tx: handlers.join(process_id, command, tx),
        lambda tx: queries.summary(tx.connection, process_id),
    )


@router.post(ONE + "/conclusions", status_code=201, response_model=ParticipationView)
@does(handlers.conclude)
async def conclude(process_id: ProcessId, command: ConcludeParticipation, http: EndpointDep) -> Response:
    """End it, with what was done with the input; who left an address gets a letter."""
    return await _create(process_id, lambda tx: handlers.conclude(process_id, command, tx), http)


@router.post(ONE + "/cancellations", status_code=201, response_model=ParticipationView)
@does(handlers.cancel)
async def cancel(process_id: ProcessId, command: CancelParticipation, http: EndpointDep) -> Response:
    """End it before its time, with the reason; who left an address gets a letter."""
    return await _create(process_id, lambda tx: handlers.cancel(process_id, command, tx), http)


async def _create(
    process_id: str, handler: Callable[[Transaction], list[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler,
        lambda tx: queries.one(tx.connection, process_id),
        location=f"/v1/participations/{process_id}",
    )
