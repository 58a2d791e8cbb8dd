"""Any span of days as one period, so that what is computed by year can be asked of other days as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from core.periods import Calendar, Days, Grain, Period, shift_months

# Before and behind every day of business, with room for the years before and after.
FIRST, LAST = date(1000, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class SpanCalendar(Calendar):
    """A company's calendar in which the "year" is [since, until), and what lies before and behind are two others.

    A year before are the same dates of the year before, or the days 364 days earlier where months are made of weeks.
    """

    since: date = FIRST
    until: date = LAST

    def period(self, grain: Grain, day: date) -> Period:
        """As in `Calendar`, with the span for a year."""
        if grain is not Grain.YEAR:
            return super().period(grain, day)
        if day < self.since:
            return Period(grain, FIRST, self.since)
        if day < self.until:
            return Period(grain, self.since, self.until)
        return Period(grain, self.until, LAST)

    def year_before(self, period: Period) -> Period:
        """As in `Calendar`, for the span the same dates."""
        if period.grain is not Grain.YEAR:
            return super().year_before(period)
        return Period(period.grain, self._moved(period.start, -1), self._moved(period.end, -1))

    def year_after(self, period: Period) -> Period:
        """As `year_before`, in the other direction."""
        if period.grain is not Grain.YEAR:
            return super().year_after(period)
        return Period(period.grain, self._moved(period.start, 1), self._moved(period.end, 1))

    def starts(self, grain: Grain, days: Days) -> Days:
        """As in `Calendar`, with the span for a year."""
        if grain is not Grain.YEAR:
            return super().starts(grain, days)
        days = days.astype("datetime64[D]")
        first, since, until = (np.datetime64(day, "D") for day in (FIRST, self.since, self.until))
        found = np.where(days < since, first, np.where(days < until, since, until))
        return np.where(np.isnat(days), np.datetime64("NaT"), found)

    def _moved(self, day: date, years: int) -> date:
        return day + timedelta(days=364 * years) if self.weeks else shift_months(day, 12 * years)


def spanning(calendar: Calendar, since: date | None, until: date | None) -> SpanCalendar:
    """The calendar with [since, until) for its year; without a bound, up to the first or last day there is."""
    return SpanCalendar(calendar.fiscal_start, calendar.weeks, since or FIRST, until or LAST)
