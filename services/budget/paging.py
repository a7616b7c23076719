# SPDX-License-Identifier: EUPL-1.2
"""Collections of this service are in the order of a number."""

from shared.contracts.refusals import FieldError, Invalid
from shared.http.paging import Paging


def after(paging: Paging) -> int:
    """The number that the page before ended with."""
    if paging.after is None:
        return 0
    if not (paging.after.isascii() and paging.after.isdigit() and len(paging.after) <= 18):
        raise Invalid(FieldError("after", "is no cursor of this collection; follow the next link of a page"))
    return int(paging.after)
