# SPDX-License-Identifier: EUPL-1.2
"""Somebody who asked to be erased, and records that had been kept long enough."""

from shared.contracts.examples.common import INITIATIVE, SECOND, History, day, opaque
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed

STORY: History = (
    (
        opaque("contact"),
        1,
        PersonErased(kernen=(), origin="example", actor="official", happened_on=day(10, 4), about=INITIATIVE),
    ),
    (
        opaque("destruction"),
        1,
        RecordsDestroyed(
            kernen=(), origin="example", actor="official", happened_on=day(12, 30), about=(SECOND,)
        ),
    ),
)
