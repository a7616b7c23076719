# SPDX-License-Identifier: EUPL-1.2
"""One address sends so many forms in an hour and no more; others are not kept from theirs."""

from datetime import timedelta

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from shared.clock import utc_now
from shared.http.rates import FormRates


def from_(host: str | None) -> Request:
    client = None if host is None else (host, 40_000)
    return Request({"type": "http", "client": client, "headers": []})


def is_taken(rates: FormRates, host: str | None) -> bool:
    try:
        rates.count(from_(host))
    except HTTPException as refused:
        return refused.status_code != 429
    return True


def test_who_is_refused_is_told_when_to_come_back() -> None:
    passed = timedelta()
    rates = FormRates(1, lambda: utc_now() + passed)
    rates.count(from_("192.0.2.1"))
    assert 3600 - 120 < wait(rates, "192.0.2.1") <= 3600
    passed = timedelta(minutes=50)
    assert wait(rates, "192.0.2.1") <= 600
    passed = timedelta(minutes=61)
    assert wait(rates, "192.0.2.1") == 1


def wait(rates: FormRates, host: str) -> int:
    """Seconds after which this address, which sent too many, may send again."""
    with pytest.raises(HTTPException, match="Try again later") as refused:
        rates.count(from_(host))
    return int((refused.value.headers or {})["Retry-After"])


def test_each_address_has_its_own_number() -> None:
    rates = FormRates(3)
    assert [is_taken(rates, "192.0.2.1") for _ in range(5)] == [True, True, True, False, False]
    assert is_taken(rates, "192.0.2.2")


def test_a_household_has_one_number_for_all_its_addresses() -> None:
    rates = FormRates(3)
    taken = [is_taken(rates, f"2001:db8:0:1::{number}") for number in range(4)]
    assert taken == [True, True, True, False]
    assert is_taken(rates, "2001:db8:0:2::1")


@pytest.mark.parametrize("host", [None, "testclient", ""])
def test_what_is_no_address_is_counted_too(host: str | None) -> None:
    rates = FormRates(1)
    assert [is_taken(rates, host) for _ in range(2)] == [True, False]
