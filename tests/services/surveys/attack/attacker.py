# SPDX-License-Identifier: EUPL-1.2
"""Who tries to find one person's answer in all that was ever published.

It is given more than anybody has: of each number, whose answers are in it. What it does not know is what they
answered, but for its own answers and those that it made up. Every published number says between which bounds
a sum over some people is: of their answers, of the squares of those, of how many gave one answer. It
subtracts what can be subtracted, and looks whether an answer is left that can be one only.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

Answer = int  # a mark; or 1 for agreeing and 0 for not
Weights = dict[str, int]  # by the name of an answer: how often it is counted
MARKS, SHARES = tuple(range(1, 11)), (0, 1)


@dataclass(frozen=True)
class Published:
    """One number of a result: the answers that are in it, and what it says of them."""

    area: str | None
    answers: frozenset[str]
    unit: str
    n: int
    value: float
    spread: float | None
    distribution: Mapping[int, int]


@dataclass(frozen=True)
class Clue:
    """The sum of a function of these answers lies between two bounds."""

    weights: Weights
    low: float
    high: float

    def less(self, other: "Clue") -> "Clue":
        weights = dict(self.weights)
        for name, weight in other.weights.items():
            weights[name] = weights.get(name, 0) - weight
        left = {name: weight for name, weight in weights.items() if weight}
        return Clue(left, self.low - other.high, self.high - other.low)

    def knowing(self, known: Mapping[str, float]) -> "Clue":
        mine = sum(weight * known[name] for name, weight in self.weights.items() if name in known)
        weights = {name: weight for name, weight in self.weights.items() if name not in known}
        return Clue(weights, self.low - mine, self.high - mine)


Function = Callable[[Answer], float]


def named(published: Sequence[Published], known: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers that can be one only, but for the known ones."""
    if not published:
        return {}
    domain = MARKS if published[0].unit == "mark" else SHARES
    left: dict[str, set[Answer]] = {}
    for function, clues in _functions(published, domain):
        values = {name: function(answer) for name, answer in known.items()}
        for clue in _combined(clues):
            for name, possible in _possible(clue.knowing(values), function, domain):
                left[name] = left.get(name, set(domain)) & possible
    return {name: next(iter(possible)) for name, possible in left.items() if len(possible) == 1}


def _functions(
    published: Sequence[Published], domain: Sequence[Answer]
) -> Iterable[tuple[Function, list[tuple[str | None, Clue]]]]:
    yield float, [(each.area, _sum(each)) for each in published]
    yield lambda answer: float(answer**2), [(e.area, _squares(e)) for e in published if e.spread is not None]
    for option in domain:
        counted = [
            (each.area, Clue(dict.fromkeys(each.answers, 1), count, count))
            for each in published
            if each.distribution
            for count in [each.distribution.get(option, 0)]
        ]
        yield lambda answer, option=option: float(answer == option), counted  # type: ignore[misc]


def _sum(each: Published) -> Clue:
    factor = 1 if each.unit == "mark" else 100
    total, half = each.value * each.n / factor, _half(each.value) * each.n / factor
    return Clue(dict.fromkeys(each.answers, 1), total - half, total + half)


def _squares(each: Published) -> Clue:
    assert each.spread is not None
    half, spread = _half(each.value), _half(each.spread)
    least = max(each.spread - spread, 0) ** 2 + max(each.value - half, 0) ** 2
    most = (each.spread + spread) ** 2 + (each.value + half) ** 2
    return Clue(dict.fromkeys(each.answers, 1), least * each.n, most * each.n)


def _half(value: float) -> float:
    return 0.05 if math.isclose(value, round(value, 1)) else 0.005


def _combined(clues: Sequence[tuple[str | None, Clue]]) -> list[Clue]:
    """Each clue, the municipality less any choice of versions of kernen, and what is between any two."""
    kernen = {area for area, _ in clues if area is not None}
    wholes = [clue for area, clue in clues if area is None]
    versions = [[None, *(clue for area, clue in clues if area == kern)] for kern in sorted(kernen)]
    found = [clue for _area, clue in clues]
    for whole in wholes:
        for choice in product(*versions):
            rest = whole
            for clue in choice:
                rest = rest.less(clue) if clue else rest
            found.append(rest)
    unique = {(*sorted(c.weights.items()), c.low, c.high): c for c in found}
    found = list(unique.values())
    return found + [one.less(other) for one in found for other in found if one is not other]


def _possible(clue: Clue, function: Function, domain: Sequence[Answer]) -> Iterable[tuple[str, set[Answer]]]:
    """What each answer can be, if all the others are as favourable as they can."""
    if not clue.weights:
        return
    least, most = min(map(function, domain)), max(map(function, domain))
    lows = {n: w * (least if w > 0 else most) for n, w in clue.weights.items()}
    highs = {n: w * (most if w > 0 else least) for n, w in clue.weights.items()}
    low, high = sum(lows.values()), sum(highs.values())
    if clue.low <= low and clue.high >= high:
        return  # it says nothing
    slack = 1e-6
    for name, weight in clue.weights.items():
        room = clue.low - (high - highs[name]) - slack, clue.high - (low - lows[name]) + slack
        yield name, {answer for answer in domain if room[0] <= weight * function(answer) <= room[1]}
