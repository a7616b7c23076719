# SPDX-License-Identifier: EUPL-1.2
"""What several commands have in common: the kernen they are about, and lists that name each thing once."""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from shared.contracts.envelope import Slug

T = TypeVar("T")
MOST_NAMED = 100  # of anything in one list; no municipality has more kernen or criteria


def _each_once(values: tuple[T, ...]) -> tuple[T, ...]:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value} is named twice; name it once")
    return values


Once = AfterValidator(_each_once)
Named = Field(min_length=1, max_length=MOST_NAMED, json_schema_extra={"uniqueItems": True})
Perhaps = Field(max_length=MOST_NAMED, json_schema_extra={"uniqueItems": True})
Kernen = Annotated[tuple[Slug, ...], Named, Once]
