# SPDX-License-Identifier: EUPL-1.2
"""Messages on the bus that are none of the suite's: they must lie aside, and nothing beside them."""

import json
from dataclasses import dataclass

from shared.contracts.envelope import TYPE_PREFIX, entity_of, source_of
from shared.messaging.decode import OWNERS
from shared.service import Service

OIN = "00000099000000214000"  # of the municipality that the campaign plays


@dataclass(frozen=True)
class Stranger:
    """`kind`: `poison` (bytes that are nothing), `broken` (an event whose data is wrong) or `unknown` (a type
    that no software knows). Each is about a subject of its own, so that it holds nothing else."""

    id: str
    kind: str
    entity: str

    @property
    def nats_subject(self) -> str:
        return f"kernpuls.gm0214.ingen.{self._type}"

    @property
    def _type(self) -> str:
        known = {"initiative": "initiative.submitted.v1", "grant": "grant.allocated.v1"}
        return f"{self.entity}.exploded.v1" if self.kind == "unknown" else known[self.entity]

    @property
    def payload(self) -> bytes:
        if self.kind == "poison":
            return b"\xff\x00{" + self.id.encode()
        label = {
            "specversion": "1.0", "id": self.id, "source": source_of(OIN, OWNERS[self.entity]),
            "type": TYPE_PREFIX + self._type, "subject": self.id, "subjectsequence": "1",
            "gemeente": "gm0214", "kern": "ingen",
            "data": {"amount": "NaN"},
        }  # fmt: skip
        return json.dumps(label).encode()

    def reaches(self, service: Service) -> bool:
        return self.entity in {entity_of(data_type.TYPE) for data_type in service.handlers}
