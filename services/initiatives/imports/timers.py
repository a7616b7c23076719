# SPDX-License-Identifier: EUPL-1.2
"""The leader goes on with what was sent in, soon after it came."""

from collections.abc import Mapping

from services.initiatives.imports.handlers import go_on
from shared.messaging.leader import Task
from shared.messaging.timers import Timers
from shared.runtime import Runtime

LOOK_EVERY = 0.5  # seconds


def tasks(runtime: Runtime) -> Mapping[str, Task]:
    return {"imports": Timers(runtime.transactions, (go_on,), LOOK_EVERY).run}
