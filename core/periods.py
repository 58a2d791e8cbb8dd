"""Half-open periods `[start, next start)` and what each is compared with.

A `Calendar` knows the fiscal year's first month and turns days into period starts, one at a time or a whole array at
once. Weeks begin on Monday. The rules of comparison: a week with the week before, or with the seven days that end 364
days earlier; months, quarters and years to date with the same calendar dates (29 February with 28 February).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]


class Grain(enum.StrEnum):
    """How long a period is. ALL is everything there is, rows without a date included."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


GRAINS: tuple[Grain, ...] = (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL)
_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


@dataclass(frozen=True)
class Period:
    """`[start, end)`; `end` is the first day that no longer belongs to it."""

    grain: Grain
    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length in days."""
        return (self.end - self.start).days

    def contains(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.start <= day < self.end


@dataclass(frozen=True)
class Calendar:
    """The company's calendar. `fiscal_start` is the month (1–12) in which its fiscal year begins."""

    fiscal_start: int = 1

    def period(self, grain: Grain, day: date) -> Period:
        """The period of that grain in which `day` lies. Raises ValueError for ALL, which has no bounds."""
        if grain is Grain.ALL:
            raise ValueError("the period 'all' has no first day")
        if grain is Grain.WEEK:
            start = day - timedelta(days=day.weekday())
            return Period(grain, start, start + timedelta(days=7))
        length = _MONTHS[grain]
        index = day.year * 12 + day.month - 1
        offset = (index - (self.fiscal_start - 1)) % length
        return Period(grain, _month(index - offset), _month(index - offset + length))

    def previous(self, period: Period) -> Period:
        """The period just before."""
        return self.period(period.grain, period.start - timedelta(days=1))

    def next(self, period: Period) -> Period:
        """The period just after."""
        return self.period(period.grain, period.end)

    def year_before(self, period: Period) -> Period:
        """The same period a year earlier: for weeks the seven days that end 364 days earlier."""
        if period.grain is Grain.WEEK:
            start = period.start - timedelta(days=364)
            return Period(period.grain, start, start + timedelta(days=7))
        return Period(period.grain, _years(period.start, -1), _years(period.end, -1))

    def to_date(self, period: Period, base: Period, as_of: date) -> tuple[date, date]:
        """The days of `base` that compare with `period` up to and including `as_of`.

        A period that is over compares with the whole of its base. One that is not compares with the same calendar
        dates of the base (for weeks: the same number of days), never beyond the base's end.
        """
        if as_of >= period.end - timedelta(days=1):
            return base.start, base.end
        if period.grain is Grain.WEEK:
            return base.start, base.start + (as_of - period.start) + timedelta(days=1)
        months = (as_of.year - period.start.year) * 12 + as_of.month - period.start.month
        last = _day_in_month(base.start.year * 12 + base.start.month - 1 + months, as_of.day)
        return base.start, min(last + timedelta(days=1), base.end)

    def starts(self, grain: Grain, days: Days) -> Days:
        """First days (datetime64[D]) of the periods in which `days` lie; NaT stays NaT. For ALL: NaT throughout."""
        days = days.astype("datetime64[D]")
        if grain is Grain.ALL:
            return np.full(days.shape, np.datetime64("NaT"), dtype="datetime64[D]")
        if grain is Grain.WEEK:
            # 1970-01-01 was a Thursday: three days after its week's Monday.
            number = days.astype("int64")
            monday = (number + 3) // 7 * 7 - 3
            return np.where(np.isnat(days), np.datetime64("NaT"), monday.astype("datetime64[D]"))
        length = _MONTHS[grain]
        months = days.astype("datetime64[M]").astype("int64")  # since January 1970
        starts = (months - (months - (self.fiscal_start - 1)) % length).astype("datetime64[M]").astype("datetime64[D]")
        return np.where(np.isnat(days), np.datetime64("NaT"), starts)

    def range(self, grain: Grain, first: date, last: date) -> list[Period]:
        """All periods of that grain from the one with `first` to the one with `last`, both included."""
        periods = [self.period(grain, first)]
        while periods[-1].end <= last:
            periods.append(self.next(periods[-1]))
        return periods


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _day_in_month(index: int, day: int) -> date:
    last = (_month(index + 1) - timedelta(days=1)).day
    return _month(index).replace(day=min(day, last))


def shift_months(day: date, months: int) -> date:
    """The same day of the month `months` later (earlier if negative), or that month's last day if it is shorter."""
    return _day_in_month(day.year * 12 + day.month - 1 + months, day.day)


def _years(day: date, years: int) -> date:
    return _day_in_month((day.year + years) * 12 + day.month - 1, day.day)
