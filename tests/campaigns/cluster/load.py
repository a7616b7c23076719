# SPDX-License-Identifier: EUPL-1.2
"""Clients that submit and assess initiatives for as long as a round lasts, and remember every answer."""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from shared.municipality import load_municipality
from tests.flows.suite import STANDARD, Suite

RULES = load_municipality(STANDARD)
LINE = "incidental"
CLIENTS, PAUSE = 3, 0.1  # seconds of a client between two commands
WEIGHING = {
    "answers": [{"criterion": c.id, "yes": True, "reason": "Ja."} for c in RULES.guide.criteria_for(LINE)],
    "supportKinds": ["money"], "line": LINE, "amountCents": 500_00,
    "publicTitle": "Een plan", "publicSummary": "Een plan voor de buurt.",
}  # fmt: skip


class NoAnswer(Exception):
    """The suite is gone for good."""


class Load:
    """`submitted` and `assessed` hold the initiatives of which a 201 came back."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.submitted: list[str] = []
        self.assessed: list[str] = []
        self.answers: Counter[int | str] = Counter()
        self.longest = 0.0  # seconds that a client waited for an answer
        self.ended = threading.Event()

    @contextmanager
    def going_on(self, pause: float = PAUSE) -> Iterator[None]:
        self.ended.clear()
        threads = [threading.Thread(target=self._send, args=[pause]) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()

    def _send(self, pause: float) -> None:
        with httpx.Client(timeout=30, headers=self.suite.headers) as http, suppress(NoAnswer):
            while not self.ended.is_set():
                kern = random.choice(RULES.kernen).slug
                made = self._post(
                    http, "/v1/initiatives", kernen=[kern], theme="meeting", channel="web",
                    submitterKind="residents-group", title="Een plan", description="Een plan voor de buurt.",
                )  # fmt: skip
                self.submitted.append(made["id"])
                time.sleep(pause)
                if random.random() < 0.5:
                    self._post(http, f"/v1/initiatives/{made['id']}/assessments", **WEIGHING)
                    self.assessed.append(made["id"])
                    time.sleep(pause)

    def _post(self, http: httpx.Client, path: str, **body: Any) -> Any:
        """Sent again under the same key until it is acknowledged; what was answered is counted."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        while True:
            began = time.monotonic()
            try:
                answer = http.post(self.suite.url("initiatives", path), json=body, headers=headers)
            except httpx.TransportError:  # whether it was recorded, nobody knows
                if self.ended.is_set():  # and it will not come back
                    raise NoAnswer from None
                self.answers["unknown"] += 1
                time.sleep(0.2)
                continue
            self.longest = max(self.longest, time.monotonic() - began)
            self.answers[answer.status_code] += 1
            if answer.status_code == 201:
                return answer.json()
            assert answer.status_code == 503, answer.text
            time.sleep(0.5)
