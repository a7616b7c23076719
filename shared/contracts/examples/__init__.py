# SPDX-License-Identifier: EUPL-1.2
"""One example of every event: what the documentation shows, the schemas are tried on, tests start from.

All are invented, as is their municipality. They tell one story: an initiative in Noordoever, its money, and
the year around it.
"""

from datetime import UTC, datetime
from typing import Any

from shared.contracts.envelope import (
    TYPE_PREFIX,
    WHOLE_MUNICIPALITY,
    Event,
    EventData,
    envelope_of,
    owner_of,
    source_of,
)
from shared.contracts.examples import budget, initiatives, notifications, participation, persons, surveys
from shared.contracts.examples.common import OIN, SCHEMA_BASE, History, opaque

OWNERS = (initiatives, persons, participation, budget, surveys, notifications)
# By date; of one day, first what was done, then what came of it.
STORY: History = sorted(
    (each for owner in OWNERS for each in owner.STORY),
    key=lambda each: each[2].happened_on,
)


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
        subjectsequence=str(sequence),
        kern=data.kernen[0] if data.kernen else WHOLE_MUNICIPALITY,
        gemeente="gm9999",
        correlationid=opaque(f"cause of {subject}"),
        data=data,
    )
