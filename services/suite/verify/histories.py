# SPDX-License-Identifier: EUPL-1.2
"""How far the history of every subject goes in the stream, by one rule: the next one counts, no other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared.messaging.decode import Incoming
from shared.messaging.versions import Aggregate


@dataclass
class Histories:
    """Counts as every consumer does. About a hundred bytes for each subject.

    `given_up` are the sequences that people discarded: they count as taken. `held_at` is where a dead letter
    holds a subject: its history goes no further here.
    """

    given_up: Mapping[Aggregate, set[int]] = field(default_factory=dict)
    held_at: Mapping[Aggregate, int] = field(default_factory=dict)
    reached: dict[Aggregate, int] = field(default_factory=dict)
    _highest: dict[Aggregate, int] = field(default_factory=dict)

    def take(self, incoming: Incoming) -> bool:
        """Whether it is the next of its history; what comes too early comes again, after what is missing."""
        of, number = incoming.aggregate, incoming.sequence
        if of is None:
            return False
        next_one = self._past_given_up(of, self.reached.get(of, 0)) + 1
        if number == next_one and number != self.held_at.get(of):
            self.reached[of] = self._past_given_up(of, number)
            return True
        if next_one > 1:
            self.reached[of] = next_one - 1
        if number > next_one:
            self._highest[of] = max(number, self._highest.get(of, 0))
        return False

    def broken(self) -> Iterator[tuple[str, int, int]]:
        """Subjects of which something is missing: how far they go without it, and the last that is there."""
        for of, highest in self._highest.items():
            reached = self.reached.get(of, 0)
            if highest > reached and of not in self.held_at:
                yield of.subject, reached, highest

    def _past_given_up(self, of: Aggregate, sequence: int) -> int:
        gone = self.given_up.get(of, ())
        while sequence + 1 in gone:
            sequence += 1
        return sequence
