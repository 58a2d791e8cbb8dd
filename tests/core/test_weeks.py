"""Months made of weeks: 4-4-5 and its kin, the 53rd week, and what each period is compared with."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import pytest

from core.periods import Calendar, Grain

RETAIL = Calendar(2, "4-5-4")


def test_the_year_begins_on_the_monday_nearest_its_first() -> None:
    starts = [Calendar(1, "4-4-5").period(Grain.YEAR, date(year, 6, 1)).start for year in (2024, 2025, 2026, 2027)]
    assert starts == [date(2024, 1, 1), date(2024, 12, 30), date(2025, 12, 29), date(2027, 1, 4)]


@pytest.mark.parametrize("pattern", ["4-4-5", "4-5-4", "5-4-4"])
def test_months_have_the_weeks_of_the_pattern(pattern: str) -> None:
    calendar = Calendar(1, pattern)
    year = calendar.period(Grain.YEAR, date(2025, 6, 1))
    months = calendar.range(Grain.MONTH, year.start, year.end - timedelta(days=1))
    assert [m.days // 7 for m in months] == [int(part) for part in pattern.split("-")] * 4
    assert [q.days for q in calendar.range(Grain.QUARTER, year.start, year.end - timedelta(days=1))] == [91] * 4


def test_the_53rd_week_falls_into_the_last_month_quarter_and_year() -> None:
    calendar = Calendar(1, "4-4-5")
    year = calendar.period(Grain.YEAR, date(2026, 6, 1))
    assert (year.start, year.end, year.days) == (date(2025, 12, 29), date(2027, 1, 4), 53 * 7)
    december = calendar.period(Grain.MONTH, date(2026, 12, 31))
    assert (december.end, december.days) == (year.end, 6 * 7)
    assert calendar.period(Grain.QUARTER, date(2026, 12, 31)).days == 14 * 7


@pytest.mark.parametrize("calendar", [Calendar(1, "4-4-5"), RETAIL, Calendar(7, "5-4-4")])
def test_periods_leave_no_day_out_and_arrays_agree_with_days(calendar: Calendar) -> None:
    days = [date(2023, 1, 1) + timedelta(days=k) for k in range(1800)]
    array = np.array([*days, None], dtype="datetime64[D]")
    for grain in (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR):
        found = [calendar.period(grain, day) for day in days]
        assert all(p.contains(day) for p, day in zip(found, days, strict=True))
        assert all(a == b or a.end == b.start for a, b in itertools.pairwise(found))
        starts = calendar.starts(grain, array)
        assert starts[:-1].tolist() == [p.start for p in found]
        assert np.isnat(starts[-1])
        assert all(calendar.next(p).start == p.end for p in found[::50])
        assert all(calendar.next(calendar.previous(p)) == p for p in found[::50])


def test_a_period_compares_with_the_same_one_of_the_year_before() -> None:
    calendar = Calendar(1, "4-4-5")
    long = calendar.period(Grain.MONTH, date(2026, 12, 31))
    before = calendar.year_before(long)
    assert (before.start, before.days) == (date(2025, 11, 24), 35)
    assert calendar.year_after(before) == long
    assert calendar.to_date(long, before, long.end - timedelta(days=1)) == (before.start, before.end)
    # Three weeks in, three weeks of the base; in its sixth week, all of the base, which has five.
    assert calendar.to_date(long, before, long.start + timedelta(days=20)) == (
        before.start, before.start + timedelta(days=21),
    )  # fmt: skip
    assert calendar.to_date(long, before, long.start + timedelta(days=38)) == (before.start, before.end)


def test_weeks_keep_their_own_rule() -> None:
    week = RETAIL.period(Grain.WEEK, date(2026, 9, 23))
    assert RETAIL.year_before(week).start == week.start - timedelta(days=364)
    assert RETAIL.year_earlier(date(2026, 9, 23)) == date(2025, 9, 24)
    assert Calendar().year_earlier(date(2024, 2, 29)) == date(2023, 2, 28)
