# SPDX-License-Identifier: EUPL-1.2
"""Of what somebody asks the overview: of which municipality and which year."""

from dataclasses import dataclass
from datetime import date

from shared.contracts.envelope import Data
from shared.municipality import Municipality


class KernName(Data):
    slug: str
    name: str


@dataclass(frozen=True)
class Scope:
    """Which year (None: all together), on which day it is asked, and what the paths of links begin with."""

    municipality: Municipality
    year: int | None
    today: date
    root: str = ""

    @property
    def day(self) -> date:
        """The day that the year is looked at: its last, or today."""
        return min(self.today, date(self.year, 12, 31)) if self.year else self.today

    @property
    def persons(self) -> frozenset[str]:
        """Sorts of organisations that are natural persons."""
        return frozenset(c.kind for c in self.municipality.contributions if c.natural_person)

    def kern_name(self, slug: str) -> KernName:
        return KernName(slug=slug, name=self.municipality.kern_name(slug))
