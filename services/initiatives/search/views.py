# SPDX-License-Identifier: EUPL-1.2
"""What is shown when many initiatives are looked at: numbers, and whose work they are."""

from datetime import date

from services.initiatives.initiative.lifecycle import State
from shared.contracts.envelope import Data


class StateCount(Data):
    state: State
    count: int


class Counts(Data):
    """How many initiatives a list with the same filters holds, and in which states; none are left out."""

    total: int
    by_state: tuple[StateCount, ...]


class Workload(Data):
    """The work of one kernambtenaar: what is open, what of it is not decided yet, and past its date."""

    officer_id: str
    open: int
    waiting: int
    exceeded: int


class KernDuty(Data):
    """Who is on duty in a kern today. `waiting` is what nobody took up there."""

    slug: str
    name: str
    officer_id: str | None
    uncovered_since_date: date | None
    waiting: int


class KernenOnDuty(Data):
    """Every kern of the municipality."""

    items: tuple[KernDuty, ...]
