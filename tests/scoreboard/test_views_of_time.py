"""Periods in the address."""

from __future__ import annotations

from datetime import date

import pytest

from core.periods import Calendar, Grain
from scoreboard.views_of_time import RUNNING, parse, view_of

AS_OF = date(2026, 9, 20)


@pytest.mark.parametrize(
    ("code", "start", "end", "name"),
    [
        ("", date(2026, 7, 1), date(2026, 10, 1), "Q3 2026"),
        ("qtd", date(2026, 7, 1), date(2026, 10, 1), "Q3 2026"),
        ("2026q1", date(2026, 1, 1), date(2026, 4, 1), "Q1 2026"),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1), "February 2026"),
        ("2025", date(2025, 1, 1), date(2026, 1, 1), "2025"),
        ("2026W01", date(2025, 12, 29), date(2026, 1, 5), "Week 1, 2026"),
    ],
)
def test_codes(code: str, start: date, end: date, name: str) -> None:
    view = parse(code, Calendar(), AS_OF)
    assert (view.period.start, view.period.end, view.name) == (start, end, name)


@pytest.mark.parametrize("code", ["2026Q5", "2026-13", "yesterday", "2026W60", "99999", "0000"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence differs, the page shows whichever
        parse(code, Calendar(), AS_OF)


@pytest.mark.parametrize("running", ["wtd", "mtd", "qtd", "ytd"])
def test_codes_come_back_to_their_period(running: str) -> None:
    for fiscal_start in range(1, 13):
        calendar = Calendar(fiscal_start)
        for period in calendar.range(RUNNING[running], date(2024, 1, 1), AS_OF)[-15:]:
            code = parse(running, calendar, period.start).code
        assert parse(code, calendar, AS_OF).period == period, (fiscal_start, code)


@pytest.mark.parametrize("weeks", ["4-4-5", "4-5-4", "5-4-4"])
def test_months_of_weeks_are_named_by_their_place_in_the_fiscal_year(weeks: str) -> None:
    for fiscal_start in (1, 2, 7):
        calendar = Calendar(fiscal_start, weeks)
        for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR):
            views = [view_of(p, calendar, AS_OF) for p in calendar.range(grain, date(2017, 2, 1), date(2031, 2, 1))]
            assert len({view.code for view in views}) == len({view.name for view in views}) == len(views)
            for view in views:
                assert parse(view.code, calendar, AS_OF).period == view.period, (fiscal_start, view.code)
    january = parse("2025-01", Calendar(1, weeks), AS_OF)
    assert (january.period.start, january.name) == (date(2024, 12, 30), "January 2025")
    assert parse("2020", Calendar(1, weeks), AS_OF).period.days == 53 * 7, "it ends on 3 January 2021"


def test_a_fiscal_year_is_named_by_the_year_it_ends_in() -> None:
    view = parse("qtd", Calendar(fiscal_start=4), date(2026, 5, 10))
    assert (view.code, view.name) == ("2027Q1", "Q1 FY2027")
    assert view.label == "Quarter to date, 1 Apr – 10 May 2026"


def test_the_running_period_has_no_next() -> None:
    assert parse("qtd", Calendar(), AS_OF).next == ""
    assert parse("2026Q2", Calendar(), AS_OF).next == "2026Q3"
