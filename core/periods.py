"""Half-open periods `[start, next start)` and what each is compared with.

A `Calendar` knows the fiscal year's first month and turns days into period starts, one at a time or a whole array at
once. Weeks begin on Monday. With a pattern of weeks (4-4-5 and its kin) the fiscal year begins on the Monday nearest
the first of that month, each quarter has months of so many weeks, and every fifth or sixth year the last month has a
53rd week. The rules of comparison: a week with the week before, or with the seven days that end 364 days earlier;
months, quarters and years to date with the same calendar dates (29 February with 28 February), or, in months of weeks,
with the same number of elapsed days.
"""

from __future__ import annotations

import bisect
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
    """The company's calendar. `fiscal_start` is the month (1–12) in which its fiscal year begins.

    `weeks` is the pattern of a quarter, such as "4-4-5", or "" for calendar months.
    """

    fiscal_start: int = 1
    weeks: str = ""

    def period(self, grain: Grain, day: date) -> Period:
        """The period of that grain in which `day` lies. Raises ValueError for ALL, which has no bounds."""
        if grain is Grain.ALL:
            raise ValueError("the period 'all' has no first day")
        if grain is Grain.WEEK:
            start = day - timedelta(days=day.weekday())
            return Period(grain, start, start + timedelta(days=7))
        if self.weeks:
            return self._of_weeks(grain, day)
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
        if self.weeks:
            return self._year_apart(period, -1)
        return Period(period.grain, _years(period.start, -1), _years(period.end, -1))

    def year_after(self, period: Period) -> Period:
        """The same month, quarter or year a year later."""
        if self.weeks:
            return self._year_apart(period, 1)
        return Period(period.grain, _years(period.start, 1), _years(period.end, 1))

    def year_earlier(self, day: date) -> date:
        """The day a year before: the same date, or 364 days before where months are made of weeks."""
        return day - timedelta(days=364) if self.weeks else _years(day, -1)

    def to_date(self, period: Period, base: Period, as_of: date) -> tuple[date, date]:
        """The days of `base` that compare with `period` up to and including `as_of`.

        A period that is over compares with the whole of its base. One that is not compares with the same calendar
        dates of the base (for weeks: the same number of days), never beyond the base's end.
        """
        if as_of >= period.end - timedelta(days=1):
            return base.start, base.end
        if period.grain is Grain.WEEK or self.weeks:
            return base.start, min(base.start + (as_of - period.start) + timedelta(days=1), base.end)
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
        if self.weeks:
            return self._starts_of_weeks(grain, days)
        length = _MONTHS[grain]
        months = days.astype("datetime64[M]").astype("int64")  # since January 1970
        starts = (months - (months - (self.fiscal_start - 1)) % length).astype("datetime64[M]").astype("datetime64[D]")
        return np.where(np.isnat(days), np.datetime64("NaT"), starts)

    def _year_start(self, year: int) -> date:
        """The Monday nearest the first day of the fiscal year's first month in that calendar year."""
        first = date(year, self.fiscal_start, 1)
        after = first.weekday()
        return first - timedelta(days=after) if after <= 3 else first + timedelta(days=7 - after)

    def _year_of(self, day: date) -> int:
        """The calendar year in which the fiscal year that holds `day` begins, by its first month."""
        return next(y for y in (day.year + 1, day.year, day.year - 1) if self._year_start(y) <= day)

    def _bounds(self, grain: Grain, year: int) -> list[date]:
        """First days of the periods of one fiscal year, and the first day of the next year."""
        first, after = self._year_start(year), self._year_start(year + 1)
        months = [int(part) for part in self.weeks.split("-")] * 4
        steps = {Grain.MONTH: months, Grain.QUARTER: [13] * 4, Grain.YEAR: [52]}[grain]
        # The 53rd week, where there is one, lengthens the year's last period.
        return [*(first + timedelta(weeks=sum(steps[:place])) for place in range(len(steps))), after]

    def _of_weeks(self, grain: Grain, day: date) -> Period:
        bounds = self._bounds(grain, self._year_of(day))
        place = bisect.bisect_right(bounds, day) - 1
        return Period(grain, bounds[place], bounds[place + 1])

    def _year_apart(self, period: Period, years: int) -> Period:
        year = self._year_of(period.start)
        place = self._bounds(period.grain, year).index(period.start)
        bounds = self._bounds(period.grain, year + years)
        return Period(period.grain, bounds[place], bounds[place + 1])

    def _starts_of_weeks(self, grain: Grain, days: Days) -> Days:
        known = days[~np.isnat(days)]
        if not known.size:
            return days
        first, last = self._year_of(known.min().item()), self._year_of(known.max().item())
        bounds = [start for year in range(first, last + 1) for start in self._bounds(grain, year)[:-1]]
        table = np.array(bounds, dtype="datetime64[D]")
        place = np.searchsorted(table, np.where(np.isnat(days), table[0], days), side="right") - 1
        return np.where(np.isnat(days), np.datetime64("NaT"), table[place])

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
