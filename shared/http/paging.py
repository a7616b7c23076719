# SPDX-License-Identifier: EUPL-1.2
"""Pages of a collection, with a link to the next one.

A page begins after the sort key of the last row of the one before, so that rows added meanwhile
neither repeat nor hide a row, and the thousandth page costs what the first does.

    @router.get("/initiatives", response_model=Page[InitiativeView])
    async def all(paging: PagingDep, http: EndpointDep) -> Response:
        return await http.read(
            lambda c: page_of(store.views(c, paging.after, paging.limit + 1), paging, key=lambda v: v.id)
        )

The store orders by that unique key and returns what is greater than `after`. Where the key is a number,
`paging.number()` reads it; where it is a value and an id (`position_key`), `paging.position(parse)`.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import AfterValidator, Field

from shared.contracts.envelope import Data
from shared.contracts.refusals import FieldError, Invalid

Item = TypeVar("Item")
Part = TypeVar("Part")
BETWEEN = "~"  # the parts of a sort key; in no date and no number
LONGEST = 400  # characters of a cursor; no sort key of ours comes near
WHAT_TO_DO = "follow the next link of a page, or leave it out"


class Link(Data):
    href: str


class SelfLink(Data):
    """Where what is answered can be asked for again."""

    self: Link


class Links(SelfLink):
    """Where this page is, and the next one if there is one."""

    next: Link | None = None


class Page(Data, Generic[Item]):
    """A part of a collection, in the order of its key."""

    items: tuple[Item, ...]
    links: Links = Field(alias="_links")

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__}Page"  # a schema's name in the OpenAPI is UpperCamelCase


@dataclass(frozen=True)
class Paging:
    """Which part of a collection is asked for.

    `after` is the last sort key that the caller has seen, or None to begin; `limit` is 1 to 200.
    """

    after: str | None
    limit: int
    path: str
    filters: tuple[tuple[str, str], ...]

    def number(self) -> int:
        """The number that the page before ended with, 0 to begin. May raise Invalid."""
        if self.after is None:
            return 0
        if not (self.after.isascii() and self.after.isdigit() and len(self.after) <= 18):
            raise _not_a_cursor()
        return int(self.after)

    def position(self, parse: Callable[[str], Part]) -> tuple[Part, str] | None:
        """The value and the id that the page before ended with, None to begin. May raise Invalid."""
        if self.after is None:
            return None
        value, _, last_id = self.after.partition(BETWEEN)
        try:
            return parse(value), last_id
        except ValueError:
            raise _not_a_cursor() from None

    def link(self, after: str | None) -> Link:
        keys = [*self.filters, ("limit", str(self.limit))]
        if after is not None:
            keys.append(("after", _cursor(after)))
        return Link(href=f"{self.path}?{urlencode(keys)}")


def position_key(value: date | datetime, last_id: str) -> str:
    """The sort key that `Paging.position` reads."""
    return f"{value.isoformat()}{BETWEEN}{last_id}"


def page_of(found: Sequence[Item], paging: Paging, key: Callable[[Item], str]) -> Page[Item]:
    """`found` has one row more than `paging.limit` if there is a next page; that row is cut off here."""
    items = tuple(found[: paging.limit])
    following = paging.link(key(items[-1])) if len(found) > paging.limit else None
    return Page[Item](items=items, links=Links(self=paging.link(paging.after), next=following))


def _not_a_cursor() -> Invalid:
    return Invalid(FieldError("after", f"is not a cursor of this list; {WHAT_TO_DO}"))


def _cursor(sort_key: str) -> str:
    return base64.urlsafe_b64encode(sort_key.encode()).decode().rstrip("=")


def _sort_key(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        sort_key = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:  # bad base64, or no text
        sort_key = ""
    if not sort_key or "\0" in sort_key or _cursor(sort_key) != cursor:
        raise ValueError(f"is not a cursor of ours; {WHAT_TO_DO}")
    return sort_key


async def paging(
    request: Request,
    after: Annotated[
        str | None,
        Query(
            max_length=LONGEST,
            description="From the `next` link",
            json_schema_extra={"pattern": "^[A-Za-z0-9_-]+$"},
        ),
        AfterValidator(_sort_key),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many items")] = 50,
) -> Paging:
    filters = tuple(pair for pair in request.query_params.multi_items() if pair[0] not in ("after", "limit"))
    return Paging(after, limit, request.url.path, filters)


PagingDep = Annotated[Paging, Depends(paging)]
