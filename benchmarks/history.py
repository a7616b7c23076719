# SPDX-License-Identifier: EUPL-1.2
"""As many events of all types as wanted: the examples again and again, about other subjects each time."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import count, islice

from benchmarks import ground
from services.analytics.fold.projection import FOLDS
from shared.contracts.envelope import envelope_of, nats_subject
from shared.contracts.examples import STORY, example
from shared.contracts.examples.common import OIN
from shared.contracts.initiatives import InitiativeSubmitted
from shared.municipality import Municipality

SELDOM = 200  # what happens once in so many lives: a year, a survey, an organisation
OFTEN = ("initiative", "grant")


def _templates() -> list[tuple[str, list[str], str]]:
    """Entity, pieces between which the number of the life goes, NATS subject: of every example."""
    told: Counter[tuple[str, str]] = Counter()
    events = []
    for subject, _, data in STORY:
        if type(data) in FOLDS:
            event = example(type(data))
            told[event.source, subject] += 1
            changed = {"subject": subject, "subjectsequence": str(told[event.source, subject])}
            events.append(
                envelope_of(type(data)).model_validate(event.model_dump() | changed | {"data": data})
            )
    ids = "|".join({re.escape(name) for event in events for name in (event.subject, event.id)})
    return [
        (
            event.data.TYPE.split(".")[0],
            re.sub(ids, "\\g<0>\0", event.to_bytes().decode()).split("\0"),
            nats_subject(event.gemeente, event.kern, event.data.TYPE),
        )
        for event in events
    ]


def municipality() -> Municipality:
    """Buren under the names that these events bear: a service takes those of its own municipality only."""
    return ground.municipality().model_copy(
        update={"code": example(InitiativeSubmitted).gemeente, "oin": OIN}
    )


def messages(wanted: int) -> Iterator[tuple[str, bytes]]:
    """NATS subject and bytes, in an order in which they can have happened."""
    return islice(_endless(), wanted)


def _endless() -> Iterator[tuple[str, bytes]]:
    templates = _templates()
    often = [it for it in templates if it[0] in OFTEN]
    for life in count():
        number = f"-{life}"
        for _, pieces, subject in templates if life % SELDOM == 0 else often:
            yield subject, number.join(pieces).encode()
