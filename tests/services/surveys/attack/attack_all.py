# SPDX-License-Identifier: EUPL-1.2
"""The attack over 200 histories of each kind, which takes minutes."""

import pytest

from tests.services.surveys.attack.test_attack import (
    stores,
    test_nobody_is_named_by_a_survey_in_which_each_code_counts_once,
    test_nobody_is_named_by_an_open_link_of_which_all_answers_but_one_are_made_up,
    test_nobody_is_named_by_what_a_bureau_sends_and_sends_again,
)

__all__ = [
    "count",
    "stores",
    "test_nobody_is_named_by_a_survey_in_which_each_code_counts_once",
    "test_nobody_is_named_by_an_open_link_of_which_all_answers_but_one_are_made_up",
    "test_nobody_is_named_by_what_a_bureau_sends_and_sends_again",
]


@pytest.fixture
def count() -> int:
    return 200
