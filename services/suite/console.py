# SPDX-License-Identifier: EUPL-1.2
"""Where the suite's lines go: prefixed with who wrote them, in colour and readable on a terminal."""

import json
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_green")
LEVEL_COLOURS = {"warning": "yellow", "error": "bold red", "critical": "bold red"}
WIDTH = 13  # of the prefix: the longest name of a service, and a space
Say = Callable[[str], None]

console = Console(highlight=False, soft_wrap=True)


def speaker(name: str, place: int) -> Say:
    """A way to say lines in somebody's name; `place` chooses the colour."""
    prefix = Text(f"{name:<{WIDTH}}| ", COLOURS[place % len(COLOURS)])

    def say(line: str) -> None:
        console.print(prefix + (_readable(line) if console.is_terminal else Text(line)))

    return say


def _readable(line: str) -> Text:
    """A JSON log line as people read it; any other line as it is."""
    try:
        entry = json.loads(line)
        level, event, at = entry.pop("level"), entry.pop("event"), entry.pop("timestamp")
    except (ValueError, AttributeError, KeyError, TypeError):
        return Text(line)
    entry.pop("service", None)
    trace = entry.pop("exception", "")
    rest = "".join(f" {name}={value}" for name, value in entry.items())
    return Text.assemble(
        (at[11:19], "dim"), " ", (event, LEVEL_COLOURS.get(level, "")), rest, "\n" + trace if trace else ""
    )
