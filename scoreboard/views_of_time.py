"""The period a page looks at, as it stands in the address: `?period=2026Q3`, `qtd`, `2026-07`, `2026`, `2026W33`.

A fiscal year is named by the calendar year in which it ends, and its quarters are numbered from its first month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core import show
from core.periods import Calendar, Grain, Period, shift_months

RUNNING = {"wtd": Grain.WEEK, "mtd": Grain.MONTH, "qtd": Grain.QUARTER, "ytd": Grain.YEAR}
_NAMES = {Grain.WEEK: "Week", Grain.MONTH: "Month", Grain.QUARTER: "Quarter", Grain.YEAR: "Year"}
_QUARTER = re.compile(r"(\d{4})Q([1-4])", re.ASCII)
_WEEK = re.compile(r"(\d{4})W(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)

_NEAR = timedelta(days=3)
_MIDDLE = 15  # a day of a month that lies in the month of weeks with its name


@dataclass(frozen=True)
class View:
    """A period as a page shows it. `to_date`: it is not over at `as_of`."""

    period: Period
    code: str
    name: str  # "Q3 2026"
    label: str  # "Quarter to date, 1 Jul – 21 Sep 2026"
    to_date: bool
    previous: str  # codes of its neighbours; `next` is empty at the running period
    next: str


def current_quarter(calendar: Calendar, as_of: date) -> View:
    """The quarter that holds `as_of`."""
    return view_of(calendar.period(Grain.QUARTER, as_of), calendar, as_of)


def parse(code: str, calendar: Calendar, as_of: date) -> View:
    """The view for `code`; the running quarter for an empty one. Raises ValueError for what is no period."""
    code = code.strip()
    running = RUNNING.get(code.lower() or "qtd")
    period = calendar.period(running, as_of) if running else _named(code, calendar)
    return view_of(period, calendar, as_of)


def view_of(period: Period, calendar: Calendar, as_of: date) -> View:
    """The view of one period."""
    last = period.end - timedelta(days=1)
    to_date = period.start <= as_of < last
    shown = as_of if to_date else last
    name = name_of(period, calendar)
    first = f"{_NAMES[period.grain]} to date" if to_date else name
    following = calendar.next(period)
    return View(
        period=period,
        code=code_of(period, calendar),
        name=name,
        label=f"{first}, {show.span(period.start, shown)}",
        to_date=to_date,
        previous=code_of(calendar.previous(period), calendar),
        next=code_of(following, calendar) if following.start <= as_of else "",
    )


def code_of(period: Period, calendar: Calendar) -> str:
    """What stands in the address for it."""
    if period.grain is Grain.WEEK:
        year, week, _ = period.start.isocalendar()
        return f"{year}W{week:02d}"
    if period.grain is Grain.MONTH:
        return f"{_nominal(period.start, calendar):%Y-%m}"
    year, quarter = _fiscal(period.start, calendar)
    return f"{year}Q{quarter}" if period.grain is Grain.QUARTER else str(year)


def name_of(period: Period, calendar: Calendar) -> str:
    """Its name: "Week 33, 2026", "July 2026", "Q3 2026", "2026"; fiscal years that differ from these are "FY2026"."""
    if period.grain is Grain.WEEK:
        year, week, _ = period.start.isocalendar()
        return f"Week {week}, {year}"
    if period.grain is Grain.MONTH:
        return f"{_nominal(period.start, calendar):%B %Y}"
    year, quarter = _fiscal(period.start, calendar)
    written = str(year) if calendar.fiscal_start == 1 else f"FY{year}"
    return f"Q{quarter} {written}" if period.grain is Grain.QUARTER else written


def _nominal(start: date, calendar: Calendar) -> date:
    """The first day of the calendar month after which the month that begins on `start` is named.

    A month of weeks may begin some days before or behind that: its place in the fiscal year names it.
    """
    if not calendar.weeks:
        return start
    year = calendar.period(Grain.YEAR, start)
    month, place = calendar.period(Grain.MONTH, year.start), 0
    while month.end <= start:
        month, place = calendar.next(month), place + 1
    first = (year.start + _NEAR).replace(day=1)  # the year begins on the Monday nearest to it
    return shift_months(first, place)


def _fiscal(start: date, calendar: Calendar) -> tuple[int, int]:
    first = _nominal(calendar.period(Grain.YEAR, start).start, calendar)
    month = _nominal(start, calendar)
    months = (month.year - first.year) * 12 + month.month - first.month
    return shift_months(first, 11).year, months // 3 + 1


def _named(code: str, calendar: Calendar) -> Period:
    upper = code.upper()
    if found := _QUARTER.fullmatch(upper):
        first = _fiscal_year(int(found[1]), calendar)
        return _ahead(calendar, Grain.QUARTER, first.start, int(found[2]) - 1)
    if found := _WEEK.fullmatch(upper):
        return calendar.period(Grain.WEEK, date.fromisocalendar(int(found[1]), int(found[2]), 1))
    if found := _MONTH.fullmatch(upper):
        return calendar.period(Grain.MONTH, date(int(found[1]), int(found[2]), _MIDDLE))
    if found := _YEAR.fullmatch(upper):
        return _fiscal_year(int(found[1]), calendar)
    raise ValueError(f"{code!r} is not a period; write qtd, 2026Q3, 2026-07, 2026W33 or 2026")


def _fiscal_year(year: int, calendar: Calendar) -> Period:
    if not 1900 <= year <= 2999:
        raise ValueError(f"the year {year} is out of reach")
    first = year if calendar.fiscal_start == 1 else year - 1
    return calendar.period(Grain.YEAR, date(first, calendar.fiscal_start, _MIDDLE))


def _ahead(calendar: Calendar, grain: Grain, start: date, steps: int) -> Period:
    period = calendar.period(grain, start)
    for _ in range(steps):
        period = calendar.next(period)
    return period
