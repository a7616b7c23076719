# SPDX-License-Identifier: EUPL-1.2
"""How much a service works on at once: beyond it new work is refused before it costs anything, and the
probes are answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.exceptions import HTTPException

from shared.http.bodies import SMALL
from shared.http.pages import is_probe
from shared.http.problems import RETRY_AFTER

MOST_REQUESTS = 1000
MOST_HELD = 128 * 1024 * 1024  # bytes of all bodies together, the small ones left out


class Load:
    """What is being worked on."""

    def __init__(self) -> None:
        self.requests = self.held = 0

    @contextmanager
    def carry(self, path: str, size: int) -> Iterator[None]:
        """One request whose body has at most so many bytes; 503 when it would be too much."""
        held = size if size > SMALL else 0
        full = self.requests >= MOST_REQUESTS or self.held + held > MOST_HELD
        if full and not is_probe(path):
            again = {"Retry-After": RETRY_AFTER}
            raise HTTPException(503, "There are too many requests now. Send it again later.", again)
        self.requests += 1
        self.held += held
        try:
            yield
        finally:
            self.requests -= 1
            self.held -= held
