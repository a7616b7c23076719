# SPDX-License-Identifier: EUPL-1.2
"""How long the event loops of real processes were busy at a time (steps/sitecustomize.py measures)."""

import json
import os
from pathlib import Path

STEPS = Path(__file__).parent / "steps"


def watched(file: Path) -> dict[str, str]:
    """Environment of a process whose long steps go to the file."""
    file.touch()
    return {"PYTHONPATH": os.pathsep.join([str(STEPS), str(STEPS.parents[2])]), "LOOP_STEPS": str(file)}


def long_steps(file: Path, after: int = 0) -> list[str]:
    """Those of services, from a place in the file on."""
    lines = [json.loads(line) for line in file.read_text()[after:].splitlines()]
    return [
        f"{Path(line['process'][0]).parent.name}: {line['seconds']:.3f} s, {line['step']}"
        for line in lines
        if line["process"][0].endswith("__main__.py")
    ]
