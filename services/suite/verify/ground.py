# SPDX-License-Identifier: EUPL-1.2
"""A bus to read from, also of a suite that does not run."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.suite.bus import BUS_GRACE, InUse, SuiteError, held, start_bus
from services.suite.prepare import require_free_bus
from shared.settings import Settings


@asynccontextmanager
async def bus_of(settings: Settings) -> AsyncIterator[bool]:
    """Whether the suite runs. If it does not, its nats-server runs here, and no suite starts meanwhile."""
    async with AsyncExitStack() as stack:
        if settings.nats_url is not None:
            yield True
            return
        if not settings.data_dir.is_dir():
            raise SuiteError(
                f"There is nothing in {settings.data_dir}. Set KERNPULS_DATA_DIR to the directory of a suite."
            )
        try:
            stack.enter_context(held(settings.data_dir))
        except InUse:
            yield True
            return
        require_free_bus(settings)
        stack.push_async_callback(start_bus(settings).stop, BUS_GRACE)
        yield False
