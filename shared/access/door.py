# SPDX-License-Identifier: EUPL-1.2
"""Who sends a request: whom its token names, or nobody."""

import re
from collections.abc import Mapping, Sequence

from shared.access.actor import NOBODY, Actor
from shared.access.issuers import Issuer
from shared.access.roles import SCOPES
from shared.access.session import KIND as SESSION
from shared.access.session import token_in
from shared.access.tokens import MACHINE, BadToken, Claims, Reader
from shared.clock import Clock
from shared.contracts.refusals import FieldError, Invalid, NotKnown

OFFICER = re.compile(r"[A-Za-z0-9._:-]{1,64}")
MOST = 1000  # tokens that are remembered: their signature takes as long as a small answer
AGAIN = "Ask its issuer for another; `kernpuls` takes tokens of the issuers in KERNPULS_ACCESS."


class Door:
    """Without issuers nobody is known, and only what is public is served.

    `own` is this installation's own issuer, whose sessions are believed in the cookie of that name.
    """

    def __init__(
        self, issuers: Sequence[Issuer], clock: Clock, own: Issuer | None = None, cookie: str = ""
    ) -> None:
        self._tokens, self._clock, self._cookie = Reader(issuers, MACHINE), clock, cookie
        self._sessions = Reader([own] if own else [], SESSION)
        self._known: dict[str, tuple[int, Actor]] = {}

    async def who(self, headers: Mapping[str, str]) -> Actor:
        """May raise NotKnown, for a token that is not valid here; without one it is nobody.

        So it is with a session that ended, or of another installation: the browser has it, not the person.
        """
        scheme, _, token = headers.get("authorization", "").partition(" ")
        session = token_in(headers.get("cookie", ""), self._cookie)
        if scheme.lower() != "bearer":  # a gateway before us may ask for a password of its own
            return await self._in_session(session) if session else NOBODY
        if session:
            raise Invalid(FieldError("Cookie", "is a session, beside a token; send one of the two"))
        return await self.sent(token.strip())

    async def sent(self, token: str) -> Actor:
        """Whose token it is. May raise NotKnown."""
        try:
            return await self._actor(token, self._tokens)
        except BadToken as bad:
            raise NotKnown(f"The token is not valid here ({bad}). {AGAIN}") from None

    async def _in_session(self, token: str) -> Actor:
        try:
            return await self._actor(token, self._sessions)
        except BadToken:
            return NOBODY

    async def _actor(self, token: str, reader: Reader) -> Actor:
        now = self._clock()
        ends, actor = self._known.get(f"{reader.kind} {token}", (0, NOBODY))
        if ends > now.timestamp():
            return actor
        issuer, claims = await reader.read(token, now)
        if len(self._known) >= MOST:
            self._known.clear()
        actor = _actor_of(issuer, claims, in_session=reader is self._sessions)
        self._known[f"{reader.kind} {token}"] = (claims["exp"], actor)
        return actor


def _actor_of(issuer: Issuer, claims: Claims, in_session: bool) -> Actor:
    """May raise BadToken. A provider has a `sid` of its own in its tokens, which is no session of ours."""
    claimed, officer = claims.get(issuer.roles_claim), claims.get(issuer.officer_claim)
    roles = {issuer.roles[each] for each in _words(claimed) if each in issuer.roles}
    scopes = set(_words(claims.get("scope"))) & SCOPES & issuer.scopes
    return Actor(
        kind="person" if roles else "machine",
        issuer=issuer.issuer,
        subject=claims["sub"],
        name=_printable(str(claims.get("name", "")))[:200],
        roles=frozenset(roles),
        scopes=frozenset(scopes),
        officer_id=_officer(officer),
        session=str(claims.get("sid", "")) if in_session else "",
        known_at=claims["iat"],
        ends_at=claims["exp"],
    )


def _officer(claim: object) -> str | None:
    """May raise BadToken: it goes into events, which take an id and no name."""
    if claim in (None, ""):
        return None
    if not isinstance(claim, str) or not OFFICER.fullmatch(claim):
        raise BadToken("officer id")
    return claim


def _printable(text: str) -> str:
    return "".join(each for each in text if each.isprintable())


def _words(claim: object) -> Sequence[str]:
    """A claim of several words: a list of them, or with spaces between."""
    if isinstance(claim, list):
        return [each for each in claim if isinstance(each, str)]
    return claim.split() if isinstance(claim, str) else []
