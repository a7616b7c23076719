# SPDX-License-Identifier: EUPL-1.2
"""The installation's own issuer of tokens: for the example, and for whoever has the server in an emergency.

Its private key is a file that only the user of the installation reads; the services need the public one.
"""

import json
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.access.issuers import OURS, Issuer
from shared.access.roles import ROLES, SCOPES
from shared.access.tokens import MACHINE
from shared.clock import Clock
from shared.errors import OperatorError

NAME, ALGORITHM = OURS, "Ed25519"
PRIVATE, PUBLIC = "private.json", "public/keys.json"  # the services may be given the folder `public` alone
LONGEST = timedelta(hours=8)


class NoKey(OperatorError):
    """There is no key here to sign with."""


def own_issuer(folder: Path) -> Issuer:
    """As the services believe it: it may make somebody anything, under its own words for it."""
    return Issuer(
        issuer=NAME,
        audience=NAME,
        keys=str(folder / PUBLIC),
        algorithms=(ALGORITHM,),
        longest_minutes=int(LONGEST.total_seconds()) // 60,
        roles={role: role for role in ROLES},
        scopes=SCOPES,
    )


def make_keys(folder: Path) -> None:
    """Make them if they are not there."""
    if (folder / PUBLIC).exists() and (folder / PRIVATE).exists():
        return
    (folder / PUBLIC).parent.mkdir(parents=True, exist_ok=True)
    key = OKPKey.generate_key("Ed25519")
    key.ensure_kid()
    private = os.open(folder / PRIVATE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(private, "w") as file:
        json.dump(key.as_dict(private=True), file)
    half = folder / f"{PUBLIC}.new"  # a service that starts meanwhile reads all of it or nothing
    half.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    half.replace(folder / PUBLIC)


def sign(
    folder: Path,
    subject: str,
    clock: Clock,
    roles: Iterable[str] = (),
    scopes: Iterable[str] = (),
    life: timedelta = timedelta(hours=1),
    kind: str = MACHINE,
    **claims: str,
) -> str:
    """A token for `subject`, as whoever reads the private key may make one. May raise NoKey."""
    try:
        key = OKPKey.import_key(json.loads((folder / PRIVATE).read_text()))
    except OSError as error:
        raise NoKey(
            f"{folder / PRIVATE} cannot be read ({error.strerror}). Tokens are made on the server, by the "
            "user of the installation, once `kernpuls keys` or `up` has made its keys."
        ) from None
    issued = int(clock().timestamp())
    payload = {
        **claims,
        "iss": NAME,
        "aud": NAME,
        "sub": subject,
        "iat": issued,
        "exp": issued + int(life.total_seconds()),
        "roles": sorted(roles),
        "scope": " ".join(sorted(scopes)),
    }
    return jwt.encode({"alg": ALGORITHM, "typ": kind, "kid": key.kid}, payload, key, algorithms=[ALGORITHM])
