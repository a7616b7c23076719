# SPDX-License-Identifier: EUPL-1.2
"""Who asks for something."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Actor:
    """Somebody or something, as its token names it.

    `subject` is what `issuer` calls it, the same at every visit. `name` is what a person is called now: for
    the record and their own page alone. `officer_id` is who they are in appointments, if a kernambtenaar.
    `session` is the id of theirs, if they come by one. Their token is of `known_at`, and valid until
    `ends_at` (seconds since 1970).
    """

    kind: Literal["nobody", "person", "machine", "system"]
    issuer: str = ""
    subject: str = ""
    name: str = field(default="", repr=False)
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    officer_id: str | None = None
    session: str = ""
    known_at: int = 0
    ends_at: int = 0

    @property
    def person(self) -> str | None:
        """Who that is among those of all issuers; None if it is no person."""
        return f"{self.issuer} {self.subject}" if self.kind == "person" else None


NOBODY = Actor("nobody")
SYSTEM = Actor("system", subject="kernpuls")  # a timer, a followed event, a command on the server
