# SPDX-License-Identifier: EUPL-1.2
"""Chance that covers each single answer, where anybody could make up all the others.

An open link takes as many answers as somebody likes to send. Who sent all but one knows the sum of those, and
reads the last one from the result, however many there are. So a number drawn by chance goes into each sum
(two-sided geometric, as in differential privacy): whatever is published, each answer of one person could be
behind it, and no answer fits it more than `ODDS` times as well as another.
"""

import hashlib
import math
from collections.abc import Callable
from itertools import count

# What is added to a sum to which one answer adds at most so much more than another.
Noise = Callable[[int], int]
ODDS = 1.5


def none(_reach: int) -> int:
    """For answers that each took a code: nobody can make them up."""
    return 0


def by(secret: str) -> Noise:
    """Drawn from a secret that nobody can guess: the same one draws the same, so it must be kept nowhere."""
    draws = count()

    def geometric(reach: int) -> int:
        digest = hashlib.sha256(f"{secret}/{next(draws)}".encode()).digest()
        share = (int.from_bytes(digest[:8]) + 1) / 2**64  # above 0, of which there is no logarithm
        return math.floor(-math.log(share) * reach / math.log(ODDS))

    return lambda reach: geometric(reach) - geometric(reach)
