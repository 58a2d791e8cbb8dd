"""Any span of days as one period."""

from __future__ import annotations

from datetime import date

import numpy as np

from core.periods import Calendar, Grain, Period
from core.spans import FIRST, LAST, spanning


def test_the_span_is_the_year_and_other_grains_are_the_calendars() -> None:
    calendar = spanning(Calendar(4), date(2024, 2, 29), date(2024, 5, 1))
    assert calendar.period(Grain.YEAR, date(2024, 2, 29)) == Period(Grain.YEAR, date(2024, 2, 29), date(2024, 5, 1))
    assert calendar.period(Grain.YEAR, date(2024, 2, 28)) == Period(Grain.YEAR, FIRST, date(2024, 2, 29))
    assert calendar.period(Grain.YEAR, date(2024, 5, 1)) == Period(Grain.YEAR, date(2024, 5, 1), LAST)
    assert calendar.period(Grain.QUARTER, date(2024, 5, 1)).start == date(2024, 4, 1)
    days = np.array(["2024-02-28", "2024-02-29", "2024-04-30", "2024-05-01", "NaT"], dtype="datetime64[D]")
    starts = [str(day) for day in calendar.starts(Grain.YEAR, days)]
    assert starts == ["1000-01-01", "2024-02-29", "2024-02-29", "2024-05-01", "NaT"]


def test_a_year_before_and_after() -> None:
    leap = spanning(Calendar(), date(2024, 2, 29), date(2024, 3, 1))
    period = leap.period(Grain.YEAR, date(2024, 2, 29))
    assert leap.year_before(period) == Period(Grain.YEAR, date(2023, 2, 28), date(2023, 3, 1))
    assert leap.year_after(period) == Period(Grain.YEAR, date(2025, 2, 28), date(2025, 3, 1))
    weeks = spanning(Calendar(2, "4-4-5"), date(2024, 3, 4), date(2024, 3, 11))
    before = weeks.year_before(weeks.period(Grain.YEAR, date(2024, 3, 4)))
    assert before == Period(Grain.YEAR, date(2023, 3, 6), date(2023, 3, 13))
