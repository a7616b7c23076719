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
    named = [(line, [word for word in line["process"] if word.startswith("services.")]) for line in lines]
    return [f"{names[0]}: {line['seconds']:.3f} s, {line['step']}" for line, names in named if names]
