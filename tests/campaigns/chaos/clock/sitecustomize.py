# SPDX-License-Identifier: EUPL-1.2
"""Steps the clock of one process of a suite under test: Python runs this file where it is on PYTHONPATH.

`CHAOS_CLOCK` names a folder; the seconds in its file `services.budget` are added to what the process of that
name, which is forked from the one that ran this, takes for the time. The software itself has no such
setting. Not stepped are what a clock of the machine does not step either (waiting times) and the clock of
the database.
"""

import os
from datetime import datetime, timedelta
from multiprocessing import current_process
from pathlib import Path

if "CHAOS_CLOCK" in os.environ:
    from shared import clock

    _folder = Path(os.environ["CHAOS_CLOCK"])
    _right = clock.utc_now

    def stepped() -> datetime:
        try:
            return _right() + timedelta(seconds=float((_folder / current_process().name).read_text() or 0))
        except FileNotFoundError:
            return _right()

    clock.utc_now = stepped
