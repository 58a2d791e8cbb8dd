"""The days of the demonstration: from the first of a month thirty months back to the Friday before today.

Days are integers since 1970-01-01, so that whole columns of them can be added, compared and written as dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
DayT = TypeVar("DayT", int, Days)
EPOCH = date(1970, 1, 1)
NEVER = 10**6  # a day that does not come
MONTHS = 30


def day(value: date) -> int:
    """Days since 1970-01-01."""
    return (value - EPOCH).days


def to_date(value: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(value))


def add_months(value: date, months: int) -> date:
    """The first of the month that is `months` after the month of `value`."""
    index = value.year * 12 + value.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def quarter_start(value: date) -> date:
    """The first day of the calendar quarter."""
    return date(value.year, value.month - (value.month - 1) % 3, 1)


@dataclass(frozen=True)
class Span:
    """The days the exports cover, `start` to `as_of`, both included; `as_of` is the last Friday before `today`."""

    today: date

    @cached_property
    def as_of(self) -> date:
        """The Friday the exports were made."""
        return self.today - timedelta(days=(self.today.weekday() - 5) % 7 + 1)

    @cached_property
    def start(self) -> date:
        """The first of the month, thirty months before the month of `as_of`."""
        return add_months(self.as_of, -MONTHS)

    @cached_property
    def first(self) -> int:
        """`start` as a day number."""
        return day(self.start)

    @cached_property
    def last(self) -> int:
        """`as_of` as a day number."""
        return day(self.as_of)

    @cached_property
    def quarter(self) -> int:
        """First day of the quarter in which `as_of` lies."""
        return day(quarter_start(self.as_of))

    @cached_property
    def last_quarter(self) -> int:
        """First day of the last full quarter; it ends before `quarter`."""
        return day(add_months(quarter_start(self.as_of), -3))

    @cached_property
    def business_days(self) -> Days:
        """Mondays to Fridays of the span, in order."""
        return weekdays(np.arange(self.first, self.last + 1))

    @cached_property
    def mondays(self) -> Days:
        """The Monday of every week that has a day in the span."""
        return np.arange(monday(self.first), self.last + 1, 7)

    @cached_property
    def months(self) -> list[date]:
        """Firsts of the months of the span, the last one not over."""
        return [add_months(self.start, i) for i in range(MONTHS + 1)]


def monday(days: DayT) -> DayT:
    """The Monday of the week (day 0 was a Thursday)."""
    return days - (days + 3) % 7


def weekdays(days: Days) -> Days:
    """Those of the days that are Monday to Friday."""
    return days[(days + 3) % 7 < 5]


def next_weekday(days: Days) -> Days:
    """Saturdays and Sundays moved to the Monday after."""
    weekday = (days + 3) % 7
    return days + np.where(weekday > 4, 7 - weekday, 0)
