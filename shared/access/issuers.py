# SPDX-License-Identifier: EUPL-1.2
"""The access file: whose tokens are believed, and which of their claims make somebody what here.

[[issuer]]
issuer = "https://login.waterrijk.example"
audience = "kernpuls-0999"
keys = "https://login.waterrijk.example/jwks"  # or a file beside this one
officer_claim = "employee"

[issuer.roles]  # what the claim `roles` holds there, and what that is here
"app-kernpuls-budget" = "budget-holder"
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.access.roles import ROLES, SCOPES, MachineScope, StaffRole
from shared.errors import OperatorError

OURS = "kernpuls"  # what this installation calls itself in its own tokens
ALGORITHMS = ("PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519", "EdDSA")


class AccessFileError(OperatorError):
    """The access file cannot be used; the message says where and why."""


class Issuer(BaseModel):
    """One issuer of tokens. Of what a token claims, only what is named here counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, Field(min_length=1, max_length=500)]
    audience: Annotated[str, Field(min_length=1, max_length=500)]
    keys: Annotated[str, Field(min_length=1)]
    algorithms: tuple[str, ...] = ALGORITHMS
    longest_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    roles_claim: str = "roles"
    roles: Mapping[str, StaffRole] = {}
    scopes: frozenset[MachineScope] = frozenset()
    officer_claim: str = "officer_id"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    issuer: tuple[Issuer, ...] = ()


def load_issuers(path: Path) -> Sequence[Issuer]:
    """May raise AccessFileError."""
    try:
        found = _File.model_validate(tomllib.loads(path.read_text())).issuer
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AccessFileError(f"{path} cannot be read: {error}.") from None
    except ValidationError as error:
        raise AccessFileError(f"{path}: {_sentences(error)}") from None
    for each in found:
        _check(each, path)
    if any(each.issuer == OURS for each in found):
        raise AccessFileError(f"{path}: {OURS!r} is the name of this installation itself; take another.")
    if len({each.issuer for each in found}) < len(found):
        raise AccessFileError(f"{path}: two issuers have one name. A token could be of either; keep one.")
    return [each.model_copy(update={"keys": _place(each.keys, path)}) for each in found]


def _check(issuer: Issuer, path: Path) -> None:
    if weak := set(issuer.algorithms) - set(ALGORITHMS):
        raise AccessFileError(
            f"{path}: {issuer.issuer} names {', '.join(sorted(weak))}; known are {', '.join(ALGORITHMS)}."
        )
    if "://" in issuer.keys and not issuer.keys.startswith("https://"):
        raise AccessFileError(
            f"{path}: the keys of {issuer.issuer} come over a connection that anybody can change. Use https."
        )


def _place(keys: str, path: Path) -> str:
    return keys if "://" in keys else str(path.parent / keys)


def _sentences(error: ValidationError) -> str:
    known = f" Roles are {', '.join(sorted(ROLES))}; scopes are {', '.join(sorted(SCOPES))}."
    listed = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
    return "; ".join(listed) + "." + (known if "roles" in str(listed) or "scopes" in str(listed) else "")
