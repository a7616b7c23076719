# SPDX-License-Identifier: EUPL-1.2
"""The leader goes on with what was sent in, soon after it came."""

import asyncio
from collections.abc import Mapping

import structlog

from services.initiatives.imports.handlers import go_on
from shared.messaging.leader import Task
from shared.messaging.lease import Guard, LeaseLost
from shared.messaging.transaction import Cause, Transaction
from shared.runtime import Runtime

LOOK_EVERY = 0.5  # seconds

log = structlog.get_logger()


def tasks(runtime: Runtime) -> Mapping[str, Task]:
    async def imports(_connection: object, guard: Guard) -> None:
        def work(tx: Transaction) -> bool:
            guard(tx.connection)
            return go_on(tx)

        while True:
            try:
                while await runtime.transactions.run(work, Cause(runtime.transactions.new_id())):
                    pass
            except LeaseLost:
                raise
            except Exception:
                log.exception("import.waits")
            await asyncio.sleep(LOOK_EVERY)

    return {"imports": imports}
