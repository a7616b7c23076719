# SPDX-License-Identifier: EUPL-1.2
"""Fields that several commands of this service have."""

import re
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from shared.contracts.envelope import Data, Slug
from shared.contracts.fields import Text
from shared.contracts.initiatives import SupportKind

T = TypeVar("T")
MAIL = r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"
MOST_NAMED = 100  # of anything in one list; no municipality has more kernen or criteria


def _each_once(values: tuple[T, ...]) -> tuple[T, ...]:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value} is named twice; name it once")
    return values


def _mail_address(value: str) -> str:
    if not re.fullmatch(MAIL, value):
        raise ValueError("is not an e-mail address; write it like info@example.nl")
    return value


Once = AfterValidator(_each_once)
Named = Field(min_length=1, max_length=MOST_NAMED, json_schema_extra={"uniqueItems": True})
Perhaps = Field(max_length=MOST_NAMED, json_schema_extra={"uniqueItems": True})
Kernen = Annotated[tuple[Slug, ...], Named, Once]
SupportKinds = Annotated[tuple[SupportKind, ...], Perhaps, Once]
Goals = Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=9)], ...], Perhaps, Once]
AmountCents = Annotated[int, Field(strict=True, gt=0, le=10**12)]
MailAddress = Annotated[
    str, Text(254), AfterValidator(_mail_address), Field(json_schema_extra={"pattern": f"^{MAIL}$"})
]


class Part(Data, extra="forbid"):
    """A part of a command: unknown fields are refused here too."""
