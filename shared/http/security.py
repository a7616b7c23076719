# SPDX-License-Identifier: EUPL-1.2
"""From where a service may be reached, and the headers that protect who reads it."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from starlette.exceptions import HTTPException

from shared.errors import OperatorError

COMMON = {
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'self'; style-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class OpenNetworkRefused(OperatorError):
    """The service would be reachable by anybody; the message says why not and what to do."""


def require_closed_network(host: str, trusted_network: bool) -> None:
    """Refuse to listen where others can come without passing the proxy."""
    if trusted_network or _is_loopback(host):
        return
    raise OpenNetworkRefused(
        f"Refusing to listen on {host}: a service is reached through the proxy, which keeps its metrics "
        "inside and limits what is sent. Listen on 127.0.0.1; or, in a closed container network only, set "
        "KERNPULS_TRUSTED_NETWORK=yes."
    )


@lru_cache(64)
def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class Reach:
    """Under which names a service is reached, beside those of loopback, and at which address by people."""

    hosts: frozenset[str] = frozenset()
    public_url: str | None = None

    def check_host(self, headers: Mapping[str, str]) -> None:
        """Refuse a page elsewhere whose name resolves to this machine, to read what it may not (DNS
        rebinding).
        """
        host = headers.get("host", "").lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name not in self.hosts and not _is_loopback(name):
            raise HTTPException(
                421,
                f"This service does not answer as {name[:100]!r}; use localhost or 127.0.0.1, or name it in "
                "KERNPULS_HOSTS.",
            )

    def check_site(self, method: str, headers: Mapping[str, str]) -> None:
        """Refuse a form that a page elsewhere has somebody's browser post here.

        A browser that does not say which site sends it (it does so only to https and to loopback) names the
        page's origin.
        """
        if method in SAFE:
            return
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is None:
            ours = (
                origin is None
                or origin == self.public_url
                or _netloc(origin) == headers.get("host", "").lower()
            )
        else:
            ours = site in ("none", "same-origin")
        if not ours:
            raise HTTPException(403, "A page of another site cannot send commands here.")


def _netloc(origin: str) -> str:
    return origin.lower().partition("://")[2]


def headers_for(policy: str, version: str) -> list[tuple[bytes, bytes]]:
    """The headers of every answer, as ASGI wants them."""
    named = {**COMMON, "Content-Security-Policy": policy, "API-Version": version}
    return [(name.lower().encode(), value.encode()) for name, value in named.items()]
