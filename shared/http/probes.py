# SPDX-License-Identifier: EUPL-1.2
"""For whoever keeps a service running: is it alive, is it ready, and its measurements."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from shared.access.rules import reads
from shared.http.problems import problem
from shared.http.router import Pages

Ready = Callable[[], Awaitable[dict[str, str]]]


def probes(ready: Ready, registry: CollectorRegistry) -> Pages:
    """`ready` tells what is not: name to reason; empty when everything is."""
    router = Pages()

    @router.get("/health/live")
    @reads("anybody")
    async def live() -> Response:
        return JSONResponse({"status": "alive"})

    @router.get("/health/ready")
    @reads("anybody")
    async def is_ready(request: Request) -> Response:
        waiting = await ready()
        if not waiting:
            return JSONResponse({"status": "ready"})
        return problem(request, 503, "Not ready: " + ", ".join(sorted(waiting)), notReady=waiting)

    @router.get("/metrics")
    @reads("anybody")
    async def metrics() -> Response:
        measured = await asyncio.to_thread(generate_latest, registry)  # some of it is read from the store
        return Response(measured, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router
