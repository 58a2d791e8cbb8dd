"""Periods once more, one day at a time, without the product's own calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

ONE = timedelta(days=1)


def month_after(day: date, months: int) -> date:
    """The first of the month `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def start_of(grain: str, day: date, fiscal: int) -> date:
    """First day of the period of `day`."""
    if grain == "week":
        while day.weekday():
            day -= ONE
        return day
    day = day.replace(day=1)
    if grain == "month":
        return day
    length = 3 if grain == "quarter" else 12
    while (day.month - fiscal) % length:
        day = month_after(day, -1)
    return day


def end_of(grain: str, start: date) -> date:
    """First day behind the period."""
    return start + 7 * ONE if grain == "week" else month_after(start, {"month": 1, "quarter": 3, "year": 12}[grain])


def before(grain: str, start: date) -> date:
    """First day of the period before."""
    return start - 7 * ONE if grain == "week" else month_after(start, {"month": -1, "quarter": -3, "year": -12}[grain])


def year_before(day: date) -> date:
    """The same calendar date a year earlier, 28 February for the 29th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def periods(grain: str, first: date, last: date, fiscal: int) -> Iterator[date]:
    """First days of all periods from the one of `first` to the one of `last`."""
    start = start_of(grain, first, fiscal)
    while start <= last:
        yield start
        start = end_of(grain, start)


def same_dates(grain: str, start: date, base: date, as_of: date) -> date:
    """First day of the base period that no longer compares with the period so far."""
    if as_of >= end_of(grain, start) - ONE:
        return end_of(grain, base)
    if grain == "week":
        return base + (as_of - start) + ONE
    months = (as_of.year - start.year) * 12 + as_of.month - start.month
    first = month_after(base, months)
    last_day = (month_after(first, 1) - ONE).day
    return min(first.replace(day=min(as_of.day, last_day)) + ONE, end_of(grain, base))
