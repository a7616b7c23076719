# SPDX-License-Identifier: EUPL-1.2
"""Who the tests come as: tokens of an issuer that is theirs, as an installation has one."""

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

import httpx

from shared.access.door import Door
from shared.access.own import make_keys, own_issuer, sign
from shared.access.roles import ROLES, SCOPES
from shared.access.session import Sessions
from shared.clock import Clock, utc_now

KEYS = Path(tempfile.mkdtemp(prefix="access-"))
atexit.register(shutil.rmtree, KEYS, ignore_errors=True)
make_keys(KEYS)
OWN = own_issuer(KEYS)
SESSIONS = Sessions(KEYS, "gm9999", is_secure=False, offers_roles=True)
DOOR = Door([OWN], utc_now, OWN, SESSIONS.cookie)


def bearer(
    roles: Iterable[str] = (),
    scopes: Iterable[str] = (),
    subject: str = "tester",
    keys: Path = KEYS,
    clock: Clock = utc_now,
    **claims: str,
) -> Mapping[str, str]:
    """The headers of a request by somebody with these roles and scopes."""
    token = sign(keys, subject, clock, roles, scopes, timedelta(hours=8), **claims)
    return {"Authorization": f"Bearer {token}"}


def as_second(request: httpx.Request, keys: Path = KEYS) -> None:
    """Who orders a payment does not send it too: the file of payments is made by another."""
    if request.method == "POST" and request.url.path.endswith("/payment-files"):
        request.headers.update(bearer(["controller"], ["import"], "controller", keys))


# Where a test is about something else than who may.
AS_ANYBODY = bearer(ROLES, SCOPES)
