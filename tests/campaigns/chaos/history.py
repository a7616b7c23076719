# SPDX-License-Identifier: EUPL-1.2
"""What the clients asked and heard: a line before a command is sent, one when it is known what came of it."""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Literal
from uuid import NAMESPACE_OID, uuid5

Outcome = Literal["ok", "fail", "unknown"]


@dataclass
class Asked:
    """One command, sent once or more under one key.

    `ok`: acknowledged. `fail`: refused, so that it must have no effect. `unknown`: no answer, or one that
    does not tell; it may have had its effect, once.
    """

    key: str
    kind: str
    service: str
    path: str
    body: dict[str, Any]
    round: int
    outcome: Outcome = "unknown"
    status: int = 0
    id: str = ""  # of what was made, by the answer
    sent: int = 0
    open: int = 0  # sent and not answered, or by nothing that tells: may still be on its way
    asked_at: float = 0.0
    answered_at: float = 0.0  # when it was known what came of it
    answers: list[str] = field(default_factory=list)  # what was wrong with the answers, if anything

    @property
    def chain(self) -> str:
        """The correlation id, by which its events are found."""
        return str(uuid5(NAMESPACE_OID, self.key))


class History:
    """Append-only: what is in the file was never changed after."""

    def __init__(self, path: Path) -> None:
        self.asked: dict[str, Asked] = {}
        self._file, self._lock = path.open("a", buffering=1), Lock()

    def invoke(self, asked: Asked) -> None:
        asked.asked_at = time.time()
        self._write("asked", asked)
        self.asked[asked.key] = asked

    def complete(self, asked: Asked) -> None:
        asked.answered_at = time.time()
        self._write(asked.outcome, asked)

    def _write(self, what: str, asked: Asked) -> None:
        line = {"what": what, **asdict(asked)}
        if what != "asked":
            del line["body"], line["path"]
        with self._lock:
            self._file.write(json.dumps(line) + "\n")

    def of(self, *kinds: str) -> Iterable[Asked]:
        return (each for each in list(self.asked.values()) if each.kind in kinds)

    def close(self) -> None:
        self._file.close()
