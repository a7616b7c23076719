# SPDX-License-Identifier: EUPL-1.2
"""Python runs this at the start of every process with this folder on its PYTHONPATH: each step of the event
loop is timed by the loop itself, by the processor time of its thread, so that a busy machine does not count.
The long ones go to the file $LOOP_STEPS, as lines of JSON.
"""

import json
import os
import sys
import time
from asyncio import events
from typing import Any

BOUND = 0.02  # seconds
SETTLED = 3.0  # seconds after the start of a process: what is done once, before it is ready, is not a step
sys.modules["uvloop"] = None  # type: ignore[assignment]  # its steps cannot be timed
run, started = events.Handle._run, time.monotonic()


def timed(self: Any) -> None:
    begun, doing = time.thread_time(), repr(self._callback)
    run(self)
    spent = time.thread_time() - begun
    if spent > BOUND and time.monotonic() - started > SETTLED:
        line = {"process": sys.argv, "seconds": round(spent, 4), "step": doing, "after": repr(self._callback)}
        with open(os.environ["LOOP_STEPS"], "a") as file:
            file.write(json.dumps(line) + "\n")


if "LOOP_STEPS" in os.environ:
    events.Handle._run = timed  # type: ignore[method-assign]
