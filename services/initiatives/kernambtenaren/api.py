# SPDX-License-Identifier: EUPL-1.2
"""Kernambtenaren over HTTP: appoint, end an appointment, and read who is on duty where."""

from datetime import date
from typing import Annotated

from fastapi import Path, Response

from services.initiatives.kernambtenaren import handlers, queries
from services.initiatives.kernambtenaren.commands import AppointKernambtenaar, EndAppointment, ReportAbsence
from services.initiatives.kernambtenaren.views import AppointmentView
from services.initiatives.kernen.policy import check_kern
from shared.access.rules import does, reads
from shared.contracts.envelope import OpaqueId, Slug
from shared.contracts.refusals import Findings
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep, page_of, position_key
from shared.http.router import Router

router = Router()
AppointmentId = Annotated[OpaqueId, Path(alias="appointmentId")]


@router.post("/kernambtenaren", status_code=201, response_model=AppointmentView)
@does(handlers.appoint)
async def appoint(command: AppointKernambtenaar, http: EndpointDep) -> Response:
    """Put an official on duty, who takes up what waits in those kernen."""
    appointment_id = http.new_id()
    return await http.create(
        lambda tx: handlers.appoint(appointment_id, command, tx),
        lambda tx: queries.one(tx.connection, appointment_id),
        location=f"/v1/kernambtenaren/{appointment_id}",
    )


@router.get("/kernambtenaren", response_model=Page[AppointmentView])
@reads("coordinator", "kernambtenaar", "privacy-officer")
async def appointments(http: EndpointDep, paging: PagingDep, kern: Slug | None = None) -> Response:
    """Appointments, past ones too, the last to begin first."""
    findings = Findings()
    if kern:
        check_kern(kern, "kern", http.municipality, findings)
    findings.settle()
    after = paging.position(date.fromisoformat)
    return await http.read(
        lambda connection: page_of(
            queries.listed(connection, kern, after, paging.limit + 1),
            paging,
            lambda view: position_key(view.valid_from, view.id),
        )
    )


@router.get("/kernambtenaren/{appointmentId}", response_model=AppointmentView)
@reads("coordinator", "kernambtenaar", "privacy-officer")
async def appointment(appointment_id: AppointmentId, http: EndpointDep) -> Response:
    """One appointment."""
    return await http.read(lambda connection: queries.one(connection, appointment_id))


@router.post("/kernambtenaren/{appointmentId}/endings", status_code=201, response_model=AppointmentView)
@does(handlers.relieve)
async def relieve(appointment_id: AppointmentId, command: EndAppointment, http: EndpointDep) -> Response:
    """End an appointment, sooner than was known until now."""
    return await http.create(
        lambda tx: handlers.relieve(appointment_id, command, tx),
        lambda tx: queries.one(tx.connection, appointment_id),
        location=f"/v1/kernambtenaren/{appointment_id}",
    )


@router.post("/kernambtenaren/{appointmentId}/absences", status_code=201, response_model=AppointmentView)
@does(handlers.report_absence)
async def report_absence(
    appointment_id: AppointmentId, command: ReportAbsence, http: EndpointDep
) -> Response:
    """Say when the official is away; what comes in then goes to the deputy."""
    return await http.create(
        lambda tx: handlers.report_absence(appointment_id, command, tx),
        lambda tx: queries.one(tx.connection, appointment_id),
        location=f"/v1/kernambtenaren/{appointment_id}",
    )
