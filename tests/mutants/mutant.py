# SPDX-License-Identifier: EUPL-1.2
"""One fault, sown into the code on purpose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`old` stands once in `file`, and becomes `new`; one of `tests` must then fail.

    They run on SQLite, unless only PostgreSQL can show it.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    on_postgresql: bool = False
