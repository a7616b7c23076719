# SPDX-License-Identifier: EUPL-1.2
"""What one check found, and how it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from services.suite.console import console

SHOWN = 10  # of what is wrong; one fault may show in every event


@dataclass(frozen=True)
class Finding:
    """`compared` says what the check compared with what, `wrong` what did not agree; empty when all did."""

    check: str
    service: str
    compared: str
    wrong: tuple[str, ...] = ()


def show(findings: Sequence[Finding]) -> bool:
    """Print them as a table; whether nothing was wrong."""
    for found in sorted(findings, key=lambda each: each.check):
        result = ("WRONG", "bold red") if found.wrong else ("ok", "green")
        line = (f"{found.check:<4}{found.service:<15}", f"{result[0]:<7}", found.compared)
        console.print(Text.assemble(line[0], (line[1], result[1]), line[2]))
        for each in found.wrong[:SHOWN]:
            console.print(Text(f"{'':<26}{each}"))
        if len(found.wrong) > SHOWN:
            console.print(Text(f"{'':<26}… and {len(found.wrong) - SHOWN} more"))
    return not any(found.wrong for found in findings)
