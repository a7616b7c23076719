# SPDX-License-Identifier: EUPL-1.2
"""Read a token (RFC 9068), and believe nothing of it that its issuer did not sign for us.

The library checks the signature. What it lets through, each of which was tried, is refused here: a claim that
stands there twice, a token of another type, one that is valid for ever, and a megabyte.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from shared.access.issuers import Issuer
from shared.access.keys import Keys

MACHINE = "at+jwt"  # RFC 9068
LONGEST = 8 * 1024  # characters
LONGEST_SUBJECT = 255  # OpenID Connect Core 2
LEEWAY = 60  # seconds that clocks may differ
Claims = Mapping[str, Any]


class BadToken(Exception):
    """Not to be believed. Why is for the metric, and is no secret of the token's."""


class Reader:
    """Reads the tokens of some issuers, of one type."""

    def __init__(self, issuers: Sequence[Issuer], kind: str) -> None:
        self.kind = kind
        self.issuers = {each.issuer: (each, Keys(each.keys)) for each in issuers}

    async def read(self, token: str, now: datetime) -> tuple[Issuer, Claims]:
        """May raise BadToken."""
        header, claims = _parts(token)
        if str(header.get("typ", "")).lower().removeprefix("application/") != self.kind:
            raise BadToken("type")
        issuer, keys = self.issuers.get(str(claims.get("iss")), (None, None))
        if issuer is None or keys is None:
            raise BadToken("issuer")
        if header.get("alg") not in issuer.algorithms or "crit" in header:
            raise BadToken("algorithm")
        if not await _is_signed(token, str(header.get("kid", "")), header["alg"], keys):
            raise BadToken("signature")
        _check(claims, issuer, int(now.timestamp()))
        return issuer, claims


def _parts(token: str) -> tuple[Mapping[str, Any], Claims]:
    if len(token) > LONGEST:
        raise BadToken("length")
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("form")
    return _object(parts[0]), _object(parts[1])


def _object(part: str) -> Mapping[str, Any]:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        found = json.loads(raw, object_pairs_hook=_once)
    except (binascii.Error, ValueError, RecursionError):
        raise BadToken("form") from None
    if not isinstance(found, dict):
        raise BadToken("form")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadToken("a name twice")
    return found


async def _is_signed(token: str, kid: str, algorithm: str, keys: Keys) -> bool:
    """A provider may have put another key under an id that we know: those keys are fetched once more."""
    key = await keys.find(kid)
    if key is None:
        return False
    if _fits(token, key, algorithm):
        return True
    return await keys.refresh() and _fits(token, await keys.find(kid), algorithm)


def _fits(token: str, key: Any, algorithm: str) -> bool:
    try:
        jws.deserialize_compact(token, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError):
        return False
    return True


def _check(claims: Claims, issuer: Issuer, now: int) -> None:
    audience = claims.get("aud")
    if issuer.audience not in (audience if isinstance(audience, list) else [audience]):
        raise BadToken("audience")
    issued, ends = _moment(claims, "iat"), _moment(claims, "exp")
    if issued > now + LEEWAY or _moment({"nbf": issued, **claims}, "nbf") > now + LEEWAY:
        raise BadToken("not yet")
    if ends <= now - LEEWAY:
        raise BadToken("expired")
    if not 0 < ends - issued <= issuer.longest_minutes * 60:
        raise BadToken("life")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.isprintable() or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise BadToken("subject")


def _moment(claims: Claims, name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadToken(name)
    return value
