# SPDX-License-Identifier: EUPL-1.2
"""For whoever keeps a service running: is it alive, is it ready, and its measurements."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from shared.http.problems import problem

Ready = Callable[[], Awaitable[dict[str, str]]]


def probes(ready: Ready, registry: CollectorRegistry) -> APIRouter:
    """`ready` tells what is not: name to reason; empty when everything is."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"status": "alive"})

    @router.get("/health/ready")
    async def is_ready(request: Request) -> Response:
        waiting = await ready()
        if not waiting:
            return JSONResponse({"status": "ready"})
        return problem(request, 503, "Not ready: " + ", ".join(sorted(waiting)), notReady=waiting)

    @router.get("/metrics")
    async def metrics() -> Response:
        measured = await asyncio.to_thread(generate_latest, registry)  # some of it is read from the store
        return Response(measured, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router
