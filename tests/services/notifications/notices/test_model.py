# SPDX-License-Identifier: EUPL-1.2
"""Notices: given a state, when something becomes of them, then what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.notices import model
from services.notifications.notices.model import Notice

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
FRESH = Notice("n1", "e1", "i1", "submitter", "", "email", "receipt", {}, NOW, next_at=NOW)


def middle() -> float:
    return 0.5


def test_a_message_that_was_accepted_is_over() -> None:
    sent = model.succeed(model.begin(FRESH))
    assert (sent.state, sent.attempts, sent.next_at) == ("sent", 1, None)


def test_each_wait_is_twice_the_last_up_to_the_longest() -> None:
    notice, waits = FRESH, []
    for _ in range(14):
        notice = model.postpone(model.begin(notice), NOW, middle)
        assert notice.next_at is not None
        waits.append(notice.next_at - NOW)
    assert waits[:4] == [timedelta(seconds=s) for s in (30, 60, 120, 240)]
    assert waits[-1] == model.LONGEST_WAIT


def test_a_try_that_never_got_as_far_as_sending_counts_as_a_try() -> None:
    twice = model.postpone(model.postpone(FRESH, NOW, middle), NOW, middle)
    assert twice.attempts == 2
    assert twice.next_at == NOW + timedelta(seconds=60)


def test_jitter_spreads_a_wait_from_half_to_one_and_a_half() -> None:
    soon, late = (model.postpone(FRESH, NOW, lambda j=j: j) for j in (0.0, 1.0))  # type: ignore[misc]
    assert (soon.next_at, late.next_at) == (NOW + timedelta(seconds=15), NOW + timedelta(seconds=45))


def test_it_is_tried_for_at_least_four_days() -> None:
    after_four = model.postpone(FRESH, NOW + timedelta(days=4), middle)
    after_six = model.postpone(FRESH, NOW + timedelta(days=6), middle)
    assert after_four.state == "waiting"
    assert (after_six.state, after_six.reason) == ("failed", "expired")


@pytest.mark.parametrize("before", [0, 3])
def test_a_lost_answer_is_counted_and_the_message_goes_out_again(before: int) -> None:
    lost = model.lose_track(model.begin(replace(FRESH, unknown=before)), NOW, middle)
    assert (lost.state, lost.unknown) == ("waiting", before + 1)
