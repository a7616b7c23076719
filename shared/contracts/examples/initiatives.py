# SPDX-License-Identifier: EUPL-1.2
"""An initiative in Noordoever, and the kernambtenaar who looks after it."""

from shared.contracts.examples.common import BOTH, HERE, INITIATIVE, OFFICER, SECOND, Told, day
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

STORY: Told = (
    (OFFICER, 1, KernambtenaarAppointed(
        **BOTH, actor="official", happened_on=day(1, 1), officer_id=OFFICER, valid_from=day(1, 1),
        valid_until=None)),
    (OFFICER, 2, KernambtenaarRelieved(
        **BOTH, actor="official", happened_on=day(12, 1), officer_id=OFFICER, valid_until=day(12, 31))),
    (INITIATIVE, 1, SUBMITTED),
    (INITIATIVE, 2, InitiativeAssigned(
        **HERE, actor="system", happened_on=day(3, 1), officer_id=OFFICER, due_on=day(4, 26))),
    (INITIATIVE, 3, ASSESSED),
    (INITIATIVE, 4, InitiativeStarted(**HERE, actor="kernambtenaar", happened_on=day(4, 1))),
    (INITIATIVE, 5, InitiativeRealised(
        **HERE, actor="kernambtenaar", happened_on=day(6, 30), support_given=("money", "network"))),
    (SECOND, 4, InitiativeWithdrawn(**HERE, actor="submitter", happened_on=day(9, 9))),
)  # fmt: skip
