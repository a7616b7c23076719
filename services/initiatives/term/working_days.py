# SPDX-License-Identifier: EUPL-1.2
"""The working days of the law: what ends on a Saturday, a Sunday or a holiday ends on the next day that is
none of these (Algemene termijnenwet, articles 1 and 3). Royal decrees equate other days with holidays, three
years at a time: they are in the municipality's file.
"""

from datetime import date, timedelta
from functools import cache

from holidays import country_holidays


def working_day(day: date, equated: frozenset[date]) -> date:
    """The day itself, or the first one after it that is no day off."""
    while day.weekday() >= 5 or day in equated or day in _holidays(day.year):
        day += timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> frozenset[date]:
    # The fifth of May is `optional` in the library, yet a holiday of every year in this law (article 3).
    found = country_holidays("NL", years=year, categories=("public", "optional"))
    return frozenset(found)
