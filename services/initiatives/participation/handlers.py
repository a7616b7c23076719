# SPDX-License-Identifier: EUPL-1.2
"""One function per command about participation: load, decide, save."""

from collections.abc import Sequence

from services.initiatives.contact import store as contacts
from services.initiatives.contact.commands import ContactGiven
from services.initiatives.kernen.policy import check_kernen
from services.initiatives.participation import model, store
from services.initiatives.participation.commands import (
    CancelParticipation,
    ConcludeParticipation,
    ConsiderParticipation,
    HoldActivity,
    JoinParticipation,
    StartParticipation,
)
from services.initiatives.participation.model import Process
from shared.access.rules import may
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives.participation import ActivityHeld, PointTaken
from shared.contracts.refusals import Findings
from shared.messaging.transaction import Transaction
from shared.municipality import Municipality


@may("editor", "coordinator")
def consider(process_id: str, command: ConsiderParticipation, tx: Transaction) -> list[NewEvent]:
    """Ask whether participation fits, by the version of the guide that is named, or else the last."""
    findings = Findings()
    act = tx.act(command, "official", findings)
    check_kernen(command.kernen, tx.municipality, findings)
    version = _check_guide(command, tx.municipality, findings)
    findings.settle()
    new = Process(process_id, "fits", command.kernen, act.origin, act.happened_on)
    step = model.consider(
        new, command.public_subject, version, command.answers, command.fits, command.motivation, act
    )
    return [store.add(tx.connection, step, command.answers, command.motivation, tx.now)]


@may("editor", "coordinator")
def start(process_id: str, command: StartParticipation, tx: Transaction) -> list[NewEvent]:
    findings = Findings()
    act = tx.act(command, "official", findings)
    _check_groups(command.invited, "invited", tx.municipality, findings)
    findings.settle()
    goal, reaching = command.public_goal, command.public_reaching
    before = store.load(tx.connection, process_id)
    step = model.start(before, command.rung, command.invited, goal, reaching, act)
    return [
        store.save(
            tx.connection, step, tx.now, invited=command.invited, public_goal=goal, public_reaching=reaching
        )
    ]


@may("editor", "coordinator")
def hold(process_id: str, command: HoldActivity, tx: Transaction) -> list[NewEvent]:
    findings = Findings()
    act = tx.act(command, "official", findings)
    _check_groups(command.groups, "groups", tx.municipality, findings)
    findings.settle()
    before = store.load(tx.connection, process_id)
    step = model.hold(before, command.form, command.invited_by, command.attendance, command.groups, act)
    if isinstance(step.event.data, ActivityHeld):
        store.add_activity(tx.connection, process_id, step.event.data)
    return [store.save(tx.connection, step, tx.now)]


@may("anybody")
def join(process_id: str, command: JoinParticipation, tx: Transaction) -> list[NewEvent]:
    """Keep an address, with consent; it is in no event."""
    act = tx.act(command, "submitter")
    process = store.load(tx.connection, process_id)
    model.join(process, store.joined(tx.connection, process_id), act)
    given = ContactGiven(name=command.name, email=command.email)
    contact_id = contacts.add(tx.connection, tx.new_id(), given)
    store.add_participant(tx.connection, process_id, contact_id, act.happened_on)
    return []


@may("editor", "coordinator")
def conclude(process_id: str, command: ConcludeParticipation, tx: Transaction) -> list[NewEvent]:
    act = tx.act(command, "official")
    points = tuple(
        PointTaken(public_input=p.public_input, use=p.use, public_answer=p.public_answer)
        for p in command.points
    )
    process, to_tell = store.load(tx.connection, process_id), _to_tell(process_id, act, tx)
    step = model.conclude(process, points, to_tell, act)
    return [store.save(tx.connection, step, tx.now, points=[point.model_dump() for point in points])]


@may("editor", "coordinator")
def cancel(process_id: str, command: CancelParticipation, tx: Transaction) -> list[NewEvent]:
    act = tx.act(command, "official")
    process, to_tell = store.load(tx.connection, process_id), _to_tell(process_id, act, tx)
    step = model.cancel(process, command.public_reason, to_tell, act)
    return [store.save(tx.connection, step, tx.now, public_reason=command.public_reason)]


def _to_tell(process_id: str, act: Act, tx: Transaction) -> tuple[str, ...]:
    return store.to_tell(tx.connection, process_id) if act.origin == "live" else ()


def _check_guide(command: ConsiderParticipation, municipality: Municipality, findings: Findings) -> str:
    """Every question of one version answered, once, and no other."""
    guides = municipality.participation.guides
    version = command.guide_version or (guides[-1].version if guides else "")
    guide = next((guide for guide in guides if guide.version == version), None)
    if guide is None:
        known = ", ".join(each.version for each in guides) or "none: the municipality's file has no guide"
        findings.require(
            False, "guideVersion", f"{version or 'it'} is not a version of the guide; choose from {known}"
        )
        return version
    asked, given = [c.id for c in guide.criteria], [answer.criterion for answer in command.answers]
    for criterion in asked:
        message = f"{criterion} is to be answered once"
        findings.require(given.count(criterion) == 1, "answers", message)
    for place, criterion in enumerate(given):
        message = f"{criterion} is not a question of {version}; choose from {', '.join(asked)}"
        findings.require(criterion in asked, f"answers.{place}", message)
    return version


def _check_groups(groups: Sequence[str], field: str, municipality: Municipality, findings: Findings) -> None:
    known = [group.slug for group in municipality.participation.groups]
    for place, group in enumerate(groups):
        message = f"{group} is not a group of this municipality; choose from {', '.join(known) or 'none'}"
        findings.require(group in known, f"{field}.{place}", message)
