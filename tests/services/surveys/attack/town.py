# SPDX-License-Identifier: EUPL-1.2
"""A municipality of three small kernen whose answers are known here, and a bureau that sends what it counted:
too early, with late answers later, with answers taken back or mistyped, whole or in parts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import fmean, pstdev
from typing import Any

KERNEN = ("noordoever", "zuidoever", "de-plaat")
MARK, SHARE = "say-in-plans", "welcome-at-town-hall"
COLUMNS = "area,year,instrument,indicator,mark,percentage,n,source"


@dataclass
class Answers:
    """Who answered what, by kern; a mistyped answer that is put right has another name."""

    chance: Random
    by_kern: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)  # kern, name, indicator
    number: int = 0

    def __post_init__(self) -> None:
        for kern in KERNEN:
            size = self.chance.choice([3, 4, 5, 6, 7, 9, 12, 15, 25, 40])
            mood = self.chance.choice(["mixed", "mixed", "mixed", "alike", "delighted"])
            self.by_kern[kern] = {}
            for _ in range(size):
                self.add(kern, mood)

    def add(self, kern: str, mood: str = "mixed") -> None:
        self.number += 1
        mark = {"alike": 7, "delighted": self.chance.choice([9, 10, 10, 10])}.get(
            mood, self.chance.randint(1, 10)
        )
        agrees = self.chance.random() < {"alike": 1.0, "delighted": 0.95}.get(mood, 0.5)
        self.by_kern[kern][f"p{self.number}"] = {MARK: mark, SHARE: int(agrees)}

    def go_on(self) -> None:
        """What happens between two deliveries."""
        kern = self.chance.choice(KERNEN)
        people = self.by_kern[kern]
        match self.chance.choice(["late", "late", "many", "taken back", "put right", "nothing"]):
            case "late":
                self.add(kern)
            case "many":
                for _ in range(self.chance.randint(5, 12)):
                    self.add(kern, self.chance.choice(["mixed", "alike"]))
            case "taken back" if len(people) > 1:
                del people[self.chance.choice(sorted(people))]
            case "put right":
                before = self.chance.choice(sorted(people))
                answers = people.pop(before)
                people[f"{before}'"] = answers | {
                    MARK: self.chance.choice([1, 10]),
                    SHARE: 1 - answers[SHARE],
                }

    def forge(self, count: int) -> frozenset[str]:
        """One person answers, and all the others are made up; returns those."""
        kern = self.chance.choice(KERNEN)
        self.by_kern = {each: {} for each in KERNEN}
        self.add(kern)
        person = set(self.by_kern[kern])
        for _ in range(count):
            self.add(kern)
        return frozenset(set(self.by_kern[kern]) - person)

    def rows(self, data: Sequence[Mapping[str, Any]]) -> "list[Row]":
        """Whose answers are in the results of a survey that was held once."""
        return [
            Row(
                area,
                each["indicator"],
                frozenset(self.of(area, each["indicator"])),
                each["n"],
                each["value"],
                "",
            )
            for each in data
            if each["n"] is not None
            for area in [each["kernen"][0] if each["kernen"] else None]
        ]

    def of(self, area: str | None, indicator: str) -> dict[str, int]:
        kernen = KERNEN if area is None else (area,)
        return {name: given[indicator] for kern in kernen for name, given in self.by_kern[kern].items()}


@dataclass(frozen=True)
class Row:
    """One line of a delivery, and whose answers are in it."""

    area: str | None
    indicator: str
    answers: frozenset[str]
    n: int
    value: float
    text: str


def delivery(answers: Answers, chance: Random) -> tuple[list[str], list[Row]]:
    """A file: all of it or a part, with more or fewer columns."""
    details = chance.random() < 0.5
    decimals = chance.choice([1, 1, 1, 2])
    areas = [area for area in (*KERNEN, None) if chance.random() < 0.7]
    rows = [
        row
        for indicator in (MARK, SHARE)
        for area in areas
        if (row := _row(answers.of(area, indicator), area, indicator, decimals, details))
    ]
    header = COLUMNS + (",spread,distribution" if details else "")
    return [header, *(row.text for row in rows)], rows


def _row(given: dict[str, int], area: str | None, indicator: str, decimals: int, details: bool) -> Row | None:
    if not given:
        return None
    numbers, n = list(given.values()), len(given)
    if indicator == MARK:
        value = round(fmean(numbers) + 1e-9, decimals)
        shown = f"{value},"
        counts = " ".join(f"{mark}={count}" for mark, count in sorted(Counter(numbers).items()))
        spread = f"{round(pstdev(numbers), 1)}"
    else:
        value = round(100 * fmean(numbers) + 1e-9, 1)
        shown, counts, spread = f",{value}", f"yes={sum(numbers)} no={n - sum(numbers)}", ""
    text = f"{area or 'municipality'},2021,interim,{indicator},{shown},{n},Bureau"
    return Row(area, indicator, frozenset(given), n, value, text + (f",{spread},{counts}" if details else ""))


def histories(count: int, seed: str) -> Iterator[Random]:
    return (Random(f"{seed}/{number}") for number in range(count))
