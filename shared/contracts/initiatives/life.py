# SPDX-License-Identifier: EUPL-1.2
"""Events of an initiative between its submission and its end: who looks after it, by when, and after it."""

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.envelope import EventData, OpaqueId, Slug
from shared.contracts.initiatives import Goal

ExtensionReason = Literal["advice-needed", "complex", "talks-with-residents", "capacity"]
Result = Literal["as-intended", "partly", "not"]


class InitiativeReassigned(EventData):
    """Another kernambtenaar looks after it from now on."""

    TYPE: ClassVar[str] = "initiative.reassigned.v1"
    officer_id: OpaqueId
    due_on: date


class InitiativeSupplementRequested(EventData):
    """More is needed to decide (Awb 4:5). The term stands still from `suspended_from`, at most until
    `answer_by`, the last day to answer; `decision_due_on` is the date if the answer never comes.
    """

    TYPE: ClassVar[str] = "initiative.supplement-requested.v1"
    suspended_from: date
    answer_by: date
    decision_due_on: date


class InitiativeSupplemented(EventData):
    """What was missing has come; the term runs again, now until `decision_due_on`."""

    TYPE: ClassVar[str] = "initiative.supplemented.v1"
    decision_due_on: date


class InitiativeTermExtended(EventData):
    """The decision takes longer, and the submitter is told until when (Awb 4:14)."""

    TYPE: ClassVar[str] = "initiative.term-extended.v1"
    decision_due_on: date
    reason: ExtensionReason


class InitiativeTermApproaching(EventData):
    """The date of the decision is near, and nothing is decided."""

    TYPE: ClassVar[str] = "initiative.term-approaching.v1"
    officer_id: OpaqueId | None
    decision_due_on: date


class InitiativeTermExceeded(EventData):
    """The date of the decision has passed, and nothing was decided."""

    TYPE: ClassVar[str] = "initiative.term-exceeded.v1"
    officer_id: OpaqueId | None
    decision_due_on: date


class InitiativeRedirected(EventData):
    """It is an individual matter; `destination` is where the submitter can go with it."""

    TYPE: ClassVar[str] = "initiative.redirected.v1"
    destination: Slug


class InitiativeEvaluated(EventData):
    """Looked back on with the residents: what came of it, and to which goals of the vision it added."""

    TYPE: ClassVar[str] = "initiative.evaluated.v1"
    result: Result
    goals: tuple[Goal, ...]


class InitiativePublicationCorrected(EventData):
    """The public title and summary were wrong: these take their place, wherever they are shown."""

    TYPE: ClassVar[str] = "initiative.publication-corrected.v1"
    public_title: str
    public_summary: str


class KernUncovered(EventData):
    """No kernambtenaar is on duty in this kern, from `since` on; an appointment ends that."""

    TYPE: ClassVar[str] = "kern.uncovered.v1"
    since: date
