# SPDX-License-Identifier: EUPL-1.2
"""The rules by which a line gives grants: which conditions a request meets, and on what a refusal rests.

Source: council proposal "Visie Kerngericht werken 2020-2023", section 8 (four yeses for incidental support);
the amounts and questions themselves are the municipality's file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.budget import DeclineReason
from shared.contracts.envelope import Event
from shared.contracts.initiatives import InitiativeAssessed, SubmitterKind
from shared.contracts.refusals import Refused
from shared.municipality import Municipality

NO_MONEY: frozenset[DeclineReason] = frozenset({"no-room", "above-kern-maximum", "no-budget", "year-closed"})


class UnknownGuide(Exception):
    """The event names a guide that is not in the municipality's file: add it, then replay the event."""


@dataclass(frozen=True)
class Request:
    """Money asked for an initiative that was assessed: support it. `met` are the criteria answered yes."""

    initiative_id: str
    kernen: tuple[str, ...]
    year: int
    line: str
    amount_cents: int
    recipient_kind: SubmitterKind
    met: frozenset[str]


@dataclass(frozen=True)
class Objection:
    """Why there is no money; `criteria` are those not met."""

    reason: DeclineReason
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """By which a line gives grants: the limit up to which nobody has to decide, and the most per kern."""

    automatic_limit_cents: int
    max_per_kern_cents: int | None
    legal_basis: str


def request_in(event: Event[InitiativeAssessed], default_line: str) -> Request | None:
    """The money that an assessment asks for; None if it asks for none, or advises against support."""
    assessment = event.data
    if assessment.outcome != "support" or not assessment.amount_asked_cents:
        return None
    return Request(
        initiative_id=event.subject,
        kernen=assessment.kernen,
        year=assessment.happened_on.year,
        line=assessment.line or default_line,
        amount_cents=assessment.amount_asked_cents,
        recipient_kind=assessment.submitter_kind,
        met=frozenset(answer.criterion for answer in assessment.answers if answer.yes),
    )


def objection_to(request: Request, criteria: Sequence[str]) -> Objection | None:
    """Every criterion of the line must be answered yes: one that was not asked is not met."""
    unmet = tuple(criterion for criterion in criteria if criterion not in request.met)
    return Objection("criteria-not-met", unmet) if unmet else None


def criteria_of(line: str, guide_version: str, municipality: Municipality) -> list[str]:
    """What the guide asks of money from this line."""
    guides = {guide.version: guide for guide in municipality.guides}
    if guide_version not in guides:
        raise UnknownGuide(
            f"The municipality's file has no guide {guide_version!r}; it has {sorted(guides)}."
        )
    return [criterion.id for criterion in guides[guide_version].criteria if criterion.line == line]


def rules_of(line_id: str, municipality: Municipality) -> Rules | None:
    """None if the municipality's file has no such line for grants."""
    line = municipality.line(line_id)
    if line is None or line.purpose != "grants":
        return None
    return Rules(line.automatic_limit_cents, line.max_per_kern_cents, line.legal_basis)


def rules_that_hold(line_id: str, municipality: Municipality) -> Rules:
    """For a grant whose line must be there. Refused if the municipality's file no longer has it."""
    if rules := rules_of(line_id, municipality):
        return rules
    detail = f"Line {line_id} is not a line for grants in the municipality's file; add it there."
    raise Refused("line-unknown", detail)


def basis_of_refusal(reason: DeclineReason, own: str | None, ceiling: str | None) -> str | None:
    """The law itself refuses what is above a legal ceiling (Awb 4:25), which was published as `ceiling`; all
    else the rules of the line do, which have `own`."""
    if reason != "no-room" or ceiling is None:
        return own
    law = f"Algemene wet bestuursrecht, artikel 4:25, tweede lid (subsidieplafond: {ceiling})"
    return f"{law}; {own}" if own else law
