# SPDX-License-Identifier: EUPL-1.2
"""The session of an official as their browser keeps it: a token of half an hour, for the one address alone.

Whoever works gets a fresh one every ten minutes, from the service that knows all sessions and whether they
have ended; the others believe the token, and ask nobody.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from shared.access.actor import Actor
from shared.access.own import PRIVATE, sign
from shared.clock import Clock

KIND = "session+jwt"
LOG_IN, GO_ON = "/inloggen", "/inloggen/verder"
LIFE, FRESH, LONGEST = timedelta(minutes=30), timedelta(minutes=10), timedelta(hours=8)


def token_in(cookies: str, name: str) -> str | None:
    """The value of a cookie that is there once. Of two of one name, one was set by somebody else."""
    pairs = [each.strip().partition("=") for each in cookies.split(";")]
    found = [value for key, _, value in pairs if key == name]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Sessions:
    """How a session is kept in a browser. `keys` is the folder of this installation's own keys."""

    keys: Path
    gemeente: str
    is_secure: bool
    offers_roles: bool = False  # the example lets everybody choose one

    @property
    def cookie(self) -> str:
        """Its name. Cookies do not tell ports apart, so it has the municipality in it."""
        return f"{'__Host-' if self.is_secure else ''}kernpuls-{self.gemeente}"

    @property
    def can_sign(self) -> bool:
        """Whether the private key is here: only where sessions are kept."""
        return (self.keys / PRIVATE).exists()

    def kept(self, actor: Actor, clock: Clock) -> str:
        """Set-Cookie with a fresh token, which does not outlive the session. May raise NoKey."""
        officer = {"officer_id": actor.officer_id} if actor.officer_id else {}
        claims = {"name": actor.name, "sid": actor.session, **officer}
        life = min(LIFE, timedelta(seconds=actor.ends_at - int(clock().timestamp())))
        token = sign(self.keys, actor.subject, clock, actor.roles, (), life, KIND, **claims)
        return self._header(token, int(life.total_seconds()))

    def gone(self) -> str:
        """Set-Cookie that removes it."""
        return self._header("", 0)

    def _header(self, value: str, seconds: int) -> str:
        secure = "; Secure" if self.is_secure else ""
        return f"{self.cookie}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
