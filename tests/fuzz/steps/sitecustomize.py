# SPDX-License-Identifier: EUPL-1.2
"""Python runs this at the start of every process with this folder on its PYTHONPATH: each step of the event
loop is timed by the loop itself, by the processor time of its thread, so that a busy machine counts little.
The long ones go to the file $LOOP_STEPS, as lines of JSON.
"""

import json
import os
import sys
import time
from asyncio import events
from multiprocessing import current_process
from typing import Any

BOUND = 0.02  # seconds
run = events.Handle._run


def timed(self: Any) -> None:
    begun, doing = time.thread_time(), self._callback
    run(self)
    spent = time.thread_time() - begun
    if spent > BOUND:
        task = getattr(doing, "__self__", None)
        line = {
            "process": [current_process().name, *sys.orig_argv],
            "seconds": spent,
            "step": repr(task if task is not None else doing),
        }
        with open(os.environ["LOOP_STEPS"], "a") as file:
            file.write(json.dumps(line) + "\n")


if "LOOP_STEPS" in os.environ:
    sys.modules["uvloop"] = None  # type: ignore[assignment]  # its steps cannot be timed
    events.Handle._run = timed  # type: ignore[method-assign]
