# SPDX-License-Identifier: EUPL-1.2
"""One example of every event: what the documentation shows, the schemas are tried on, tests start from.

All are invented, as is their municipality. They tell one story: an initiative in Noordoever, its money, and
the year around it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.contracts.budget import (
    BudgetAdopted,
    ContributionAllocated,
    GrantAllocated,
    GrantDeclined,
    GrantReleased,
    GrantReserved,
    GrantReturned,
    GrantSettled,
    GrantWithdrawn,
    LineAmount,
    OrganisationRegistered,
)
from shared.contracts.envelope import (
    TYPE_PREFIX,
    WHOLE_MUNICIPALITY,
    Event,
    EventData,
    envelope_of,
    source_of,
)
from shared.contracts.initiatives import (
    CodedAnswer,
    InitiativeAssessed,
    InitiativeAssigned,
    InitiativeRealised,
    InitiativeStarted,
    InitiativeSubmitted,
    InitiativeWithdrawn,
    KernambtenaarAppointed,
    KernambtenaarRelieved,
)
from shared.contracts.notifications import (
    NotificationDelivered,
    NotificationFailed,
    NotificationUnknown,
)
from shared.contracts.surveys import (
    BenchmarkRecorded,
    Share,
    StoryPublished,
    StoryWithdrawn,
    SurveyCompleted,
    SurveyCorrected,
    SurveyOpened,
)

OIN = "00000099000000999900"
SCHEMA_BASE = "https://kernpuls.example/schemas/"
BASIS = "Verordening Dorpen Waterrijk, artikel 3"


def opaque(name: str) -> str:
    """The same made-up id for the same name, every time."""
    return str(uuid5(NAMESPACE_URL, SCHEMA_BASE + name))


INITIATIVE, SECOND, GROUP, OFFICER, GRANT, RESERVED_GRANT = (
    opaque(name) for name in ("initiative", "second", "group", "officer", "grant", "reserved")
)
HERE: dict[str, Any] = {"kernen": ("noordoever",), "origin": "example"}
BOTH: dict[str, Any] = {"kernen": ("noordoever", "zuidoever"), "origin": "example"}
MONEY: dict[str, Any] = {
    **HERE, "initiative_id": INITIATIVE, "line": "incidental", "year": 2021, "amount_cents": 1_200_00,
}  # fmt: skip
OTHER_MONEY = MONEY | {"initiative_id": SECOND, "amount_cents": 400_00}


NOTICE = opaque("notice")
TELLING: dict[str, Any] = {
    "kernen": ("noordoever",), "origin": "live", "actor": "system", "happened_on": date(2021, 3, 1),
    "about": INITIATIVE, "audience": "submitter", "channel": "email", "template": "receipt", "attempts": 1,
}  # fmt: skip


def day(month: int, number: int) -> date:
    return date(2021, month, number)


SUBMITTED = InitiativeSubmitted(
    **HERE, actor="submitter", happened_on=day(3, 1), theme="communication",
    submitter_kind="organisation", channel="web", received_on=day(3, 1), decision_due_on=day(4, 26),
)  # fmt: skip
ASSESSED = InitiativeAssessed(
    **HERE, actor="kernambtenaar", happened_on=day(3, 12), guide_version="2020-1",
    answers=tuple(
        CodedAnswer(criterion=criterion, yes=True)
        for criterion in (
            "beyond-individual", "fits-frames", "contributes", "needs-support", "one-off", "supports-vision",
        )
    ),
    outcome="support", overruled=False, goals=(1, 4), support_kinds=("money", "network"),
    submitter_kind="organisation", line="incidental", amount_asked_cents=1_200_00,
    public_title="Website met meldknop voor de signaleringsgroep",
    public_summary="Een eigen website waarop inwoners van Noordoever de groep makkelijk vinden.",
)  # fmt: skip
ADOPTED = BudgetAdopted(
    kernen=(), origin="example", actor="budget-holder", happened_on=date(2020, 11, 10), year=2021,
    total_cents=50_000_00, decision_reference="Raadsbesluit van 10 november 2020, nummer 7",
    lines=(
        LineAmount(line="incidental", amount_cents=5_000_00, within_total=True),
        LineAmount(line="implementation", amount_cents=30_000_00, within_total=False),
    ),
)  # fmt: skip
SURVEY, RESULT, TOLD = opaque("survey"), opaque("result"), opaque("story")
MEASURED: dict[str, Any] = {
    **HERE, "actor": "official", "survey_id": SURVEY, "instrument": "interim", "audience": "residents",
    "indicator": "cooperation-with-municipality", "year": 2021, "unit": "mark", "standing": "indicative",
    "invited": 60, "n": 24, "value": 6.4, "spread": 1.1, "comparable_with": ("baseline",),
    "distribution": (
        Share(answer="5", count=7), Share(answer="6", count=6), Share(answer="7", count=6),
        Share(answer="8", count=5),
    ),
    "source": "Enquête samenwerking 2021",
}  # fmt: skip
MARKED: dict[str, Any] = {
    "kernen": (), "origin": "example", "actor": "official", "instrument": "burgerpeiling", "year": 2019,
    "indicator": "involving-residents-in-policy", "unit": "mark", "source": "Burgerpeiling 2019",
}  # fmt: skip

# What an event is about, its place in the history of that, and what it says.
STORY: Sequence[tuple[str, int, EventData]] = (
    (OFFICER, 1, KernambtenaarAppointed(
        **BOTH, actor="official", happened_on=day(1, 1), officer_id=OFFICER, valid_from=day(1, 1),
        valid_until=None)),
    (OFFICER, 2, KernambtenaarRelieved(
        **BOTH, actor="official", happened_on=day(12, 1), officer_id=OFFICER, valid_until=day(12, 31))),
    (opaque("budget"), 1, ADOPTED),
    (GROUP, 1, OrganisationRegistered(
        **BOTH, actor="budget-holder", happened_on=day(1, 4), kind="signal-group",
        name="Signaleringsgroep Twee Oevers", active_from=day(1, 1), active_until=None)),
    (opaque("contribution"), 1, ContributionAllocated(
        **BOTH, actor="budget-holder", happened_on=day(1, 15), organisation_id=GROUP,
        organisation_kind="signal-group", year=2021, line="signal-groups", amount_cents=750_00,
        decided_on=day(1, 15), legal_basis=BASIS)),
    (INITIATIVE, 1, SUBMITTED),
    (INITIATIVE, 2, InitiativeAssigned(
        **HERE, actor="system", happened_on=day(3, 1), officer_id=OFFICER, due_on=day(4, 26))),
    (INITIATIVE, 3, ASSESSED),
    (GRANT, 1, GrantReserved(**MONEY, actor="system", happened_on=day(3, 12))),
    (GRANT, 2, GrantAllocated(
        **MONEY, actor="budget-holder", happened_on=day(3, 19), decided_on=day(3, 19), legal_basis=BASIS,
        recipient_kind="organisation")),
    (INITIATIVE, 4, InitiativeStarted(**HERE, actor="kernambtenaar", happened_on=day(4, 1))),
    (INITIATIVE, 5, InitiativeRealised(
        **HERE, actor="kernambtenaar", happened_on=day(6, 30), support_given=("money", "network"))),
    (GRANT, 3, GrantSettled(
        **MONEY | {"amount_cents": 1_050_00}, actor="budget-holder", happened_on=day(7, 15),
        allocated_cents=1_200_00)),
    (GRANT, 4, GrantReturned(
        **MONEY | {"amount_cents": 150_00}, actor="budget-holder", happened_on=day(7, 15))),
    (opaque("refused"), 1, GrantDeclined(
        **OTHER_MONEY, actor="system", happened_on=day(9, 6), decided_on=day(9, 6),
        reason="criteria-not-met", criteria=("one-off",))),
    (RESERVED_GRANT, 2, GrantReleased(**OTHER_MONEY, actor="system", happened_on=day(9, 9))),
    (opaque("given up"), 3, GrantWithdrawn(**OTHER_MONEY, actor="budget-holder", happened_on=day(9, 20))),
    (SECOND, 4, InitiativeWithdrawn(**HERE, actor="submitter", happened_on=day(9, 9))),
    (SURVEY, 1, SurveyOpened(
        **BOTH, actor="official", happened_on=day(10, 4), instrument="interim", audience="residents",
        title="Enquête samenwerking 2021", access="codes", opens_on=day(10, 4), closes_on=day(10, 31))),
    (RESULT, 1, SurveyCompleted(**MEASURED, happened_on=day(11, 1))),
    (RESULT, 2, SurveyCorrected(**MEASURED | {"invited": 62}, happened_on=day(11, 8))),
    (opaque("benchmark"), 1, BenchmarkRecorded(
        **MARKED, happened_on=date(2019, 12, 31), area="netherlands", value=6.1, n=None)),
    (TOLD, 1, StoryPublished(
        **HERE, actor="official", happened_on=day(7, 12), theme="communication", initiative_id=INITIATIVE)),
    (TOLD, 2, StoryWithdrawn(**HERE, actor="submitter", happened_on=day(12, 20))),
    (NOTICE, 1, NotificationUnknown(**TELLING)),
    (NOTICE, 2, NotificationDelivered(**TELLING | {"attempts": 2})),
    (opaque("given up on"), 1, NotificationFailed(**TELLING, reason="refused")),
)  # fmt: skip


def owner_of(data_type: type[EventData]) -> str:
    """The service that alone publishes it: the module it is defined in."""
    return data_type.__module__.rsplit(".", 1)[1]


def example(data_type: type[EventData]) -> Event[Any]:
    """The example of one event type, as it travels."""
    subject, sequence, data = next(entry for entry in STORY if type(entry[2]) is data_type)
    return envelope_of(data_type)(
        id=opaque(f"{subject}/{sequence}"),
        source=source_of(OIN, owner_of(data_type)),
        type=TYPE_PREFIX + data_type.TYPE,
        subject=subject,
        time=datetime(2026, 9, 1, 9, 30, tzinfo=UTC),
        dataschema=f"{SCHEMA_BASE}{data_type.TYPE}.json",
        sequence=str(sequence),
        kern=data.kernen[0] if data.kernen else WHOLE_MUNICIPALITY,
        gemeente="gm9999",
        correlationid=opaque(f"cause of {subject}"),
        data=data,
    )
