# SPDX-License-Identifier: EUPL-1.2
"""The public keys of one issuer, from its address or from a file."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import import_key

AT_MOST_EVERY = 60.0  # seconds: a token of nobody's has no provider asked more often
WITHIN = 5.0  # seconds
LARGEST = 256 * 1024  # bytes
log = structlog.get_logger(__name__)


def _known(listed: Any) -> Iterator[tuple[str, Any]]:
    """Those that can be used, by their id: one of a kind that we do not know keeps nobody out."""
    for each in listed if isinstance(listed, list) else ():
        try:
            key = import_key(each)
        except (JoseError, ValueError, LookupError, TypeError):
            continue
        if key.kid:
            yield str(key.kid), key


class Keys:
    """Fetched when first needed, and again when they do not fit a token: a provider changes its keys without
    notice, some under an id that was there before. Those that were there stay if it cannot be reached.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._keys: dict[str, Any] = {}
        self._fetched: float | None = None
        self._fetching = asyncio.Lock()

    async def find(self, kid: str) -> Any | None:
        """The key of that id, or None."""
        if kid not in self._keys:
            await self.refresh()
        return self._keys.get(kid)

    async def refresh(self) -> bool:
        """Fetch them again, if that is not too soon; whether they were fetched."""
        async with self._fetching:
            if self._fetched is not None and monotonic() - self._fetched < AT_MOST_EVERY:
                return False
            self._fetched = monotonic()
            try:
                listed = json.loads(await self._read())["keys"]
            except (OSError, ValueError, LookupError, TypeError, httpx.HTTPError) as error:
                log.error("keys of an issuer cannot be fetched", place=self.place, error=type(error).__name__)
                return False
            self._keys = dict(_known(listed))
            return True

    async def _read(self) -> bytes:
        if not self.place.startswith("https://"):
            return await asyncio.to_thread(Path(self.place).read_bytes)
        async with httpx.AsyncClient(timeout=WITHIN) as client, client.stream("GET", self.place) as answer:
            answer.raise_for_status()
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise ValueError("larger than keys are")
            return body
