"""When people report, by the clocks of the place: hours, weekdays, bank holidays, clock changes."""

from datetime import date, datetime, timedelta

import numpy as np

from lightship.simulate.counts.setting import Setting
from lightship.vocabulary.time import HOUR, TICK, Instant, Tick, start_of
from lightship.vocabulary.zones import local

ZONE = "Europe/London"
DAY_TICKS = 1440
_HALF = 30
"""Ticks: clocks change on the hour, so that one look-up each half-hour is exact."""


def habit(setting: Setting, first: Tick, ticks: int) -> np.ndarray:
    """(ticks,) reports against those of a weekday's noon."""
    starts = range(0, ticks, _HALF)
    clocks = [local(start_of(Tick(first + n)), ZONE) for n in starts]
    base = np.array([(c.hour * 60 + c.minute) / 60 for c in clocks])
    hour = (np.repeat(base, _HALF)[:ticks] + np.tile(np.arange(_HALF), len(base))[:ticks] / 60.0) % 24.0
    days = np.repeat([_day(setting, clock) for clock in clocks], _HALF)[:ticks]
    return np.asarray(by_hour(setting, hour) * days)


def by_hour(setting: Setting, hour: np.ndarray) -> np.ndarray:
    """Reports by local hour against noon's: night, a climb of two hours in the morning, an evening bump."""
    knots = (0.0, 1.5, 4.5, setting.morning - 1.0, setting.morning + 1.0, 22.0, 24.0)
    late = 0.5 * (1.0 + setting.night)
    awake = np.interp(hour, knots, (late, setting.night, setting.night, late, 1.0, 1.0, late))
    bump = 1.0 + (setting.evening - 1.0) * np.exp(-0.5 * ((hour - 20.0) / 1.2) ** 2)
    return np.asarray(awake * bump)


def _day(setting: Setting, clock: datetime) -> float:
    if clock.date() in bank_holidays(clock.year):
        return setting.holiday
    return setting.weekend if clock.weekday() >= 5 else 1.0


def bank_holidays(year: int) -> frozenset[date]:
    """England's: New Year, Easter, three Mondays, Christmas; those on weekends move to the next working day.

    Source: Banking and Financial Dealings Act 1971, schedule 1, with the usual substitute days.
    """
    sunday = easter(year)
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    found = {
        sunday - timedelta(2),
        sunday + timedelta(1),
        _monday(year, 5, 1),
        _last_monday(year, 5),
        _last_monday(year, 8),
    }
    for each in fixed:
        while each.weekday() >= 5 or each in found:
            each += timedelta(1)
        found.add(each)
    return frozenset(found)


def easter(year: int) -> date:
    """Easter Sunday, Gregorian (the anonymous algorithm of Nature, 20 April 1876).

    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    a, b, c = year % 19, year // 100, year % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    last = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * last) // 433
    month = (h + last - 7 * m + 90) // 25
    return date(year, month, (h + last - 7 * m + 33 * month + 19) % 32)


def _monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta((-first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday(year: int, month: int) -> date:
    fifth = _monday(year, month, 5)
    return fifth if fifth.month == month else fifth - timedelta(7)


def first_tick(day: Instant) -> Tick:
    """The first tick of a stretch that begins at that instant."""
    assert day % HOUR == 0, "stretches begin on the hour"
    return Tick(day // TICK)
