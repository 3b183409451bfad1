"""Days on which people live as on a Sunday: the bank holidays of England and Wales. Elsewhere none are known.

Sources: Banking and Financial Dealings Act 1971, schedule 1, with substitute days; proclaimed days as listed by gov.uk.
Easter by the anonymous Gregorian algorithm (Nature, 20 April 1876).
"""

from datetime import date, timedelta
from functools import lru_cache

ZONES = ("Europe/London",)
PROCLAIMED = (date(2020, 5, 8), date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8))
MOVED = (date(2020, 5, 4), date(2022, 5, 30))
"""Mondays that were working days, their holiday having been moved."""


def is_holiday(day: date, zone: str) -> bool:
    """Is this a bank holiday there?"""
    return zone in ZONES and day in _of(day.year)


@lru_cache(maxsize=8)
def _of(year: int) -> frozenset[date]:
    easter = _easter(year)
    may, june, september = date(year, 5, 1), date(year, 6, 1), date(year, 9, 1)
    spring, summer = (
        _monday_from(each) - timedelta(7) for each in (june, september)
    )  # fmt: skip - the last Mondays of May and August
    fixed = {
        _working(date(year, 1, 1)),
        easter - timedelta(2),
        easter + timedelta(1),
        _monday_from(may),
        spring,
        summer,
    }
    proclaimed = {each for each in PROCLAIMED if each.year == year}
    return frozenset((fixed | _christmas(year) | proclaimed) - set(MOVED))


def _monday_from(day: date) -> date:
    return day + timedelta(-day.weekday() % 7)


def _working(day: date) -> date:
    return day if day.weekday() < 5 else _monday_from(day)


def _christmas(year: int) -> set[date]:
    """25 and 26 December, and the next working days for those that fall on a weekend."""
    both = [date(year, 12, 25), date(year, 12, 26)]
    free = [day for day in both if day.weekday() < 5]
    day = date(year, 12, 27)
    while len(free) < 2:
        if day.weekday() < 5:
            free.append(day)
        day += timedelta(1)
    return set(free)


def _easter(year: int) -> date:
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
