# SPDX-License-Identifier: EUPL-1.2
"""An initiative in Noordoever, and the kernambtenaar who looks after it."""

from shared.contracts.examples.common import (
    BOTH,
    HERE,
    INITIATIVE,
    KERN,
    OFFICER,
    OWN_MATTER,
    SECOND,
    History,
    day,
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
from shared.contracts.initiatives.life import (
    InitiativeEvaluated,
    InitiativePublicationCorrected,
    InitiativeReassigned,
    InitiativeRedirected,
    InitiativeSupplemented,
    InitiativeSupplementRequested,
    InitiativeTermApproaching,
    InitiativeTermExceeded,
    InitiativeTermExtended,
    KernUncovered,
)

SUBMITTED = InitiativeSubmitted(
    **HERE,
    actor="submitter",
    happened_on=day(3, 1),
    theme="communication",
    submitter_kind="organisation",
    channel="web",
    received_on=day(3, 1),
    decision_due_on=day(4, 26),
)
ASSESSED = InitiativeAssessed(
    **HERE,
    actor="kernambtenaar",
    happened_on=day(3, 12),
    guide_version="2020-1",
    answers=tuple(
        CodedAnswer(criterion=criterion, yes=True)
        for criterion in (
            "beyond-individual",
            "fits-frames",
            "contributes",
            "needs-support",
            "one-off",
            "supports-vision",
        )
    ),
    outcome="support",
    overruled=False,
    goals=(1, 4),
    support_kinds=("money", "network"),
    submitter_kind="organisation",
    line="incidental",
    amount_asked_cents=1_200_00,
    public_title="Website met meldknop voor de signaleringsgroep",
    public_summary="Een eigen website waarop inwoners van Noordoever de groep makkelijk vinden.",
    officer_id=OFFICER,
)

# A second initiative takes every turn that a term can take; a third is somebody's own matter.
TURNS: History = (
    (
        SECOND,
        2,
        InitiativeReassigned(
            **HERE, actor="official", happened_on=day(3, 3), officer_id=OFFICER, due_on=day(4, 26)
        ),
    ),
    (
        SECOND,
        3,
        InitiativeSupplementRequested(
            **HERE,
            actor="kernambtenaar",
            happened_on=day(3, 5),
            suspended_from=day(3, 6),
            answer_by=day(3, 19),
            decision_due_on=day(5, 10),
        ),
    ),
    (
        SECOND,
        4,
        InitiativeSupplemented(
            **HERE, actor="kernambtenaar", happened_on=day(3, 15), decision_due_on=day(5, 6)
        ),
    ),
    (
        SECOND,
        5,
        InitiativeTermApproaching(
            **HERE, actor="system", happened_on=day(4, 22), officer_id=OFFICER, decision_due_on=day(5, 6)
        ),
    ),
    (
        SECOND,
        6,
        InitiativeTermExtended(
            **HERE,
            actor="kernambtenaar",
            happened_on=day(5, 3),
            decision_due_on=day(6, 3),
            reason="talks-with-residents",
        ),
    ),
    (
        SECOND,
        7,
        InitiativeTermExceeded(
            **HERE, actor="system", happened_on=day(6, 4), officer_id=OFFICER, decision_due_on=day(6, 3)
        ),
    ),
    (SECOND, 8, InitiativeWithdrawn(**HERE, actor="submitter", happened_on=day(9, 9))),
    (
        OWN_MATTER,
        2,
        InitiativeRedirected(
            **HERE, actor="kernambtenaar", happened_on=day(5, 20), destination="customer-contact"
        ),
    ),
    (
        KERN,
        1,
        KernUncovered(
            kernen=("noordoever",),
            origin="example",
            actor="system",
            happened_on=day(12, 31),
            since=day(12, 31),
        ),
    ),
)

STORY: History = (
    (
        OFFICER,
        1,
        KernambtenaarAppointed(
            **BOTH,
            actor="official",
            happened_on=day(1, 1),
            officer_id=OFFICER,
            valid_from=day(1, 1),
            valid_until=None,
        ),
    ),
    (
        OFFICER,
        2,
        KernambtenaarRelieved(
            **BOTH, actor="official", happened_on=day(12, 1), officer_id=OFFICER, valid_until=day(12, 30)
        ),
    ),
    (INITIATIVE, 1, SUBMITTED),
    (
        INITIATIVE,
        2,
        InitiativeAssigned(
            **HERE, actor="system", happened_on=day(3, 1), officer_id=OFFICER, due_on=day(4, 26)
        ),
    ),
    (INITIATIVE, 3, ASSESSED),
    (
        INITIATIVE,
        4,
        InitiativePublicationCorrected(
            **HERE,
            actor="official",
            happened_on=day(3, 15),
            public_title="Website met meldknop",
            public_summary="Een eigen website waarop inwoners van Noordoever de groep makkelijk vinden.",
        ),
    ),
    (INITIATIVE, 5, InitiativeStarted(**HERE, actor="kernambtenaar", happened_on=day(4, 1))),
    (
        INITIATIVE,
        6,
        InitiativeRealised(
            **HERE, actor="kernambtenaar", happened_on=day(6, 30), support_given=("money", "network")
        ),
    ),
    (
        INITIATIVE,
        7,
        InitiativeEvaluated(
            **HERE, actor="kernambtenaar", happened_on=day(11, 30), result="as-intended", goals=(1, 4)
        ),
    ),
    *TURNS,
)
