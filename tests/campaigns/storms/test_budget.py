# SPDX-License-Identifier: EUPL-1.2
"""Never a cent over, and nobody passed by, whatever 64 clients do at once; on both databases."""

import pytest

from tests.campaigns.storms.budget import storm
from tests.conftest import OpenDatabase

DECISIONS = 1_000  # `make campaign NAME=storms` sends 10,000


@pytest.mark.parametrize("seed", range(1, 6))
async def test_the_books_are_right_after_a_storm(open_database: OpenDatabase, seed: int) -> None:
    outcome = await storm(open_database("budget"), seed, DECISIONS)
    assert outcome.wrong == []
    assert outcome.heard["201"] > DECISIONS / 10
