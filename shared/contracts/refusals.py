# SPDX-License-Identifier: EUPL-1.2
"""How the domain says no: the HTTP edge turns these into problem+json, nothing else knows HTTP."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with a request: `field` as in the JSON, `message` says what to do."""

    field: str
    message: str


class Invalid(Exception):
    """The request cannot be right whatever the state (400)."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{e.field}: {e.message}" for e in errors))
        self.errors = errors


class NotFound(Exception):
    """The thing the request is about does not exist (404)."""


class Refused(Exception):
    """The request is right, but not in the present state (409).

    `code` is for programs and metrics, `detail` for people, `allowed` names what can be done now.
    """

    def __init__(self, code: str, detail: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.code, self.detail, self.allowed = code, detail, allowed


class NotKnown(Exception):
    """Whoever asks has to say who they are first (401)."""


class NotAllowed(Exception):
    """It is not for who asks (403)."""


class Findings:
    """Collects everything that is wrong with a request, so that one answer names it all."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    def __len__(self) -> int:
        return len(self._errors)

    def require(self, holds: bool, field: str, message: str) -> None:
        if not holds:
            self._errors.append(FieldError(field, message))

    def settle(self) -> None:
        if self._errors:
            raise Invalid(*self._errors)
