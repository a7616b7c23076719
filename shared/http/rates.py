# SPDX-License-Identifier: EUPL-1.2
"""How many forms one address may send: whoever sends them by the thousand drowns what people answer.

Counted in the memory of this process and nowhere else: an address is a person's.
"""

import ipaddress
import math

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.requests import Request

from shared.clock import Clock, utc_now


class FormRates:
    """`clock` is by which the hours are counted: this machine's."""

    def __init__(self, per_hour: int, clock: Clock = utc_now) -> None:
        self.clock = clock
        self._most = RateLimitItemPerHour(per_hour)
        self._counts = FixedWindowRateLimiter(MemoryStorage())

    def count(self, request: Request) -> None:
        """One more form from where this request comes; refused (429) if that is one too many."""
        sender = _sender(request.client.host) if request.client else ""
        if not self._counts.hit(self._most, sender):
            detail = (
                f"More than {self._most.amount} forms came from this address in an hour. Try again later."
            )
            left = self._counts.get_window_stats(self._most, sender).reset_time - self.clock().timestamp()
            raise HTTPException(429, detail, {"Retry-After": str(max(1, math.ceil(left)))})


def _sender(host: str) -> str:
    """One household has a whole network of IPv6 addresses, and may choose another for each form."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network(f"{host}/64", strict=False)) if address.version == 6 else host
