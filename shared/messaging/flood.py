# SPDX-License-Identifier: EUPL-1.2
"""When nearly everything fails, it is the software that is wrong: stop, rather than park the stream."""

from collections import Counter, OrderedDict

from shared.messaging.intake import Taken
from shared.messaging.parked import FAILED
from shared.messaging.versions import Aggregate

LOOK_BACK = 100  # distinct aggregates
TOO_MANY = LOOK_BACK // 2


class Flood(Exception):
    """Half of the last 100 aggregates fail in one way; nothing more is put aside."""


class FloodRule:
    """Remembers how the last aggregates fared."""

    def __init__(self) -> None:
        self._fared: OrderedDict[Aggregate, str | None] = OrderedDict()

    def judge(self, taken: Taken) -> None:
        """Raises Flood, remembering nothing, when this batch would make it half."""
        fared = self._with(taken)
        worst = Counter(kind for kind in fared.values() if kind).most_common(1)
        fails = any(parking.reason == FAILED for parking in taken.parkings)
        if fails and worst[0][1] >= TOO_MANY:
            raise Flood(f"{worst[0][1]} of the last {len(fared)} aggregates fail with {worst[0][0]}")
        self._fared = fared

    def recovered(self, taken: Taken) -> None:
        """What was handled late no longer counts as failing."""
        self._fared = self._with(taken)

    def _with(self, taken: Taken) -> "OrderedDict[Aggregate, str | None]":
        fared = self._fared.copy()
        for incoming in taken.handled:
            _remember(fared, incoming.aggregate, None)
        for parking in taken.parkings:
            if parking.reason == FAILED:
                _remember(fared, parking.incoming.aggregate, str(parking.error).split(":", 1)[0])
        return fared


def _remember(fared: "OrderedDict[Aggregate, str | None]", of: Aggregate | None, kind: str | None) -> None:
    if of is None:
        return
    fared[of] = kind
    fared.move_to_end(of)
    while len(fared) > LOOK_BACK:
        fared.popitem(last=False)
