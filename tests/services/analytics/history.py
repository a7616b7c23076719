# SPDX-License-Identifier: EUPL-1.2
"""Histories to fold: events as they travel, numbered per subject, and short ways to say what happened."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.contracts import budget as b
from shared.contracts import initiatives as i
from shared.contracts import surveys as s
from shared.contracts.budget.expenses import ExpenseData
from shared.contracts.envelope import TYPE_PREFIX, Event, EventData, envelope_of, owner_of, source_of
from shared.contracts.initiatives import participation as p

BEGAN = datetime(2023, 5, 1, 8, 0, tzinfo=UTC)
OIN = "00000099000000999900"


class History:
    """What was said, in the order in which it was recorded."""

    def __init__(self) -> None:
        self.events: list[Event[Any]] = []
        self._last: dict[str, int] = {}

    def say(self, subject: str, *facts: EventData) -> "History":
        for data in facts:
            self._last[subject] = self._last.get(subject, 0) + 1
            place = len(self.events)
            self.events.append(
                envelope_of(type(data))(
                    id=f"event-{place}",
                    source=source_of(OIN, owner_of(type(data))),
                    type=TYPE_PREFIX + data.TYPE,
                    subject=subject,
                    time=BEGAN + timedelta(seconds=place),
                    dataschema=f"https://waterrijk.example/schemas/{data.TYPE}.json",
                    subjectsequence=str(self._last[subject]),
                    kern=data.kernen[0] if data.kernen else "gemeente",
                    gemeente="gm9999",
                    correlationid="chain",
                    data=data,
                )
            )
        return self


def facts(kernen: Iterable[str], on: date, origin: str = "live") -> dict[str, Any]:
    return {"kernen": tuple(kernen), "happened_on": on, "actor": "official", "origin": origin}


def submitted(kernen: Iterable[str], on: date, theme: str = "water", origin: str = "live") -> EventData:
    return i.InitiativeSubmitted(
        **facts(kernen, on, origin),
        theme=theme,
        submitter_kind="residents-group",
        channel="web",
        received_on=on,
        decision_due_on=on + timedelta(weeks=6),
    )


def assigned(kernen: Iterable[str], on: date) -> EventData:
    return i.InitiativeAssigned(**facts(kernen, on), officer_id="officer-1", due_on=on)


def assessed(
    kernen: Iterable[str],
    on: date,
    outcome: i.Outcome = "support",
    support: Sequence[i.SupportKind] = ("knowledge", "money"),
    title: str = "Een steiger",
) -> EventData:
    return i.InitiativeAssessed(
        **facts(kernen, on),
        guide_version="2019-1",
        answers=(),
        outcome=outcome,
        overruled=False,
        goals=(1,),
        support_kinds=tuple(support),
        submitter_kind="residents-group",
        line=None,
        amount_asked_cents=None,
        public_title=title,
        public_summary="Om te zwemmen en te zitten.",
    )


def realised(kernen: Iterable[str], on: date, support: Sequence[i.SupportKind] = ("network",)) -> EventData:
    return i.InitiativeRealised(**facts(kernen, on), support_given=tuple(support))


def started(kernen: Iterable[str], on: date) -> EventData:
    return i.InitiativeStarted(**facts(kernen, on))


def withdrawn(kernen: Iterable[str], on: date) -> EventData:
    return i.InitiativeWithdrawn(**facts(kernen, on))


def appointed(kernen: Iterable[str], first: date, last: date | None = None) -> EventData:
    return i.KernambtenaarAppointed(
        **facts(kernen, first), officer_id="officer-1", valid_from=first, valid_until=last
    )


def relieved(kernen: Iterable[str], last: date) -> EventData:
    return i.KernambtenaarRelieved(**facts(kernen, last), officer_id="officer-1", valid_until=last)


def adopted(year: int, **lines: int) -> EventData:
    amounts = {name.replace("_", "-"): cents for name, cents in lines.items()}
    return b.BudgetAdopted(
        **facts((), date(year - 1, 11, 1)),
        year=year,
        total_cents=sum(amounts.values()),
        lines=tuple(
            b.LineAmount(line=line, amount_cents=cents, within_total=True) for line, cents in amounts.items()
        ),
        decision_reference="Raadsbesluit 7",
    )


def amended(year: int, **lines: int) -> EventData:
    said = adopted(year, **lines).model_dump() | {"cause": "moved", "decision_reference": None}
    return b.BudgetAmended.model_validate(said)


def reached(year: int, line: str, percent: int) -> EventData:
    on = facts((), date(year, 6, 1))
    return b.BudgetThresholdReached(
        **on, year=year, line=line, percent=percent, total_cents=100, used_cents=percent
    )


def closed(year: int) -> EventData:
    return b.BudgetClosed(**facts((), date(year, 12, 31)), year=year, lines=())


def registered(
    kernen: Iterable[str],
    first: date,
    last: date | None = None,
    sort: b.OrganisationKind = "village-interests",
    name: str | None = "Dorpsclub",
) -> EventData:
    return b.OrganisationRegistered(
        **facts(kernen, first), kind=sort, name=name, active_from=first, active_until=last
    )


def renamed(kernen: Iterable[str], first: date, name: str) -> EventData:
    said = {"kind": "village-interests", "name": name, "active_from": first, "active_until": None}
    return b.OrganisationChanged.model_validate(facts(kernen, first) | said)


def ended(kernen: Iterable[str], last: date) -> EventData:
    return b.OrganisationEnded(**facts(kernen, last), kind="village-interests", active_until=last)


def given_up(kernen: Iterable[str], year: int, cents: int, paid: bool = False) -> EventData:
    """Or paid: what ends a contribution."""
    said = contributed(kernen, year, cents).model_dump(exclude={"decided_on", "legal_basis"})
    return (b.ContributionPaid if paid else b.ContributionWithdrawn).model_validate(said)


def contributed(
    kernen: Iterable[str], year: int, cents: int, sort: b.OrganisationKind = "village-interests"
) -> EventData:
    on = date(year, 1, 15)
    return b.ContributionAllocated(
        **facts(kernen, on),
        organisation_id="organisation-1",
        organisation_kind=sort,
        year=year,
        line="clubs",
        amount_cents=cents,
        decided_on=on,
        legal_basis="artikel 2",
    )


def expense(kind: type[ExpenseData], year: int, cents: int, **more: Any) -> EventData:
    return kind(**facts((), date(year, 3, 1)), year=year, line="ferry", amount_cents=cents, **more)


def measured(
    kernen: Iterable[str],
    year: int,
    value: float | None,
    instrument: s.Instrument = "burgerpeiling",
    corrected: bool = False,
    **more: Any,
) -> EventData:
    """A result of 40 answers, or its correction; without a value it is suppressed."""
    suppressed = value is None
    said: dict[str, Any] = {
        **facts(kernen, date(year, 11, 1)),
        "survey_id": f"{instrument}-{year}",
        "instrument": instrument,
        "indicator": "say-in-plans",
        "audience": "residents",
        "year": year,
        "unit": "mark",
        "standing": "suppressed" if suppressed else "published",
        "invited": None,
        "n": None if suppressed else 40,
        "value": value,
        "spread": None if suppressed else 1.3,
        "distribution": (),
        "comparable_with": (),
        "source": f"Enquête {year}",
    }
    return (s.SurveyCorrected if corrected else s.SurveyCompleted)(**said | more)


def published(kernen: Iterable[str], on: date) -> EventData:
    return s.StoryPublished(**facts(kernen, on), theme=None, initiative_id=None)


def taken_back(kernen: Iterable[str], on: date) -> EventData:
    return s.StoryWithdrawn(**facts(kernen, on))


GRANTS: dict[str, type[b.GrantData]] = {
    "waitlisted": b.GrantWaitlisted,
    "reserved": b.GrantReserved,
    "released": b.GrantReleased,
    "allocated": b.GrantAllocated,
    "amended": b.GrantAmended,
    "paid": b.GrantPaid,
    "declined": b.GrantDeclined,
    "withdrawn": b.GrantWithdrawn,
    "settled": b.GrantSettled,
    "returned": b.GrantReturned,
}


def grant(
    what: str, kernen: Iterable[str], year: int, cents: int, initiative: str = "i-1", **more: Any
) -> EventData:
    """One grant event; `allocated=` is what was promised, for one that is settled."""
    on = date(year, 6, 1)
    said: dict[str, Any] = {
        **facts(kernen, on),
        "initiative_id": initiative,
        "line": more.get("line", "shore"),
        "year": year,
        "amount_cents": cents,
    }
    match what:
        case "allocated":
            said |= {"decided_on": on, "legal_basis": "artikel 4", "recipient_kind": "residents-group"}
        case "declined":
            said |= {"decided_on": on, "reason": more.get("reason", "no-room"), "criteria": ()}
        case "amended":
            said |= {"before_cents": more["allocated"], "decided_on": on}
        case "settled":
            said |= {"allocated_cents": more["allocated"]}
        case "returned":
            said |= {"refunded": more.get("refunded", False)}
    return GRANTS[what](**said)


def considered(kernen: Iterable[str], on: date, fits: bool = True) -> EventData:
    return p.ParticipationConsidered(
        **facts(kernen, on),
        guide_version="2021-p",
        answers=(),
        fits=fits,
        overruled=False,
        public_subject="Plein",
    )


def asked(kernen: Iterable[str], on: date) -> EventData:
    return p.ParticipationStarted(
        **facts(kernen, on),
        rung="advise",
        invited=("residents",),
        public_goal="Een plein",
        public_reaching="Aan de deur",
    )


def held(kernen: Iterable[str], on: date, attendance: int) -> EventData:
    return p.ActivityHeld(
        **facts(kernen, on), rung="advise", form="walk-in", invited_by="letter", attendance=attendance,
        groups=("young-people",),
    )  # fmt: skip


def concluded(kernen: Iterable[str], on: date) -> EventData:
    point = p.PointTaken(public_input="Meer bomen", use="partly", public_answer="Er komen er drie.")
    return p.ParticipationConcluded(**facts(kernen, on), rung="advise", points=(point,), to_tell=())


def cancelled(kernen: Iterable[str], on: date) -> EventData:
    return p.ParticipationCancelled(**facts(kernen, on), public_reason="Geen geld.", to_tell=())


def linked(kern: str, on: date, organisation: str) -> EventData:
    return p.NetworkChanged(
        **facts([kern], on),
        organisations=(organisation,),
        teams=("village-team",),
        roles=("active-resident",),
    )


def met(slug: str, on: date) -> EventData:
    return p.MilestoneReached(**facts([], on), milestone=slug)
