"""Growth of net revenue against a comparison period, to date with to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from core.periods import Grain, Period
from metrics.definitions.base import Function, Unit, shaped
from metrics.definitions.grouping import UNDATED, Ints, Windows, group
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut

FAMILY = "growth"
Span = tuple[date, date]
_NONE = "no revenue in the comparison period"
_NEGATIVE = "base is zero or negative"


def windows(cut: Cut, column: str, *, years: int | None = None) -> tuple[Windows, Windows]:
    """Window sums over `lines` of a money column, and of how many lines there are.

    `years`: how long before the periods that are asked for the windows may begin; None: at any time.
    """

    def make() -> tuple[Windows, Windows]:
        rows, first = lines_from(cut, years)
        lines = cut.scene.rows("lines")
        grouping = (
            cut.grouping("lines", "day") if first is None else group(cut.codes("lines")[rows], lines.days("day")[rows])
        )
        money, count = (Windows(grouping, grouping.sum(lines[name][rows]), first) for name in (column, "n"))
        return money, count

    return cut.scene.once(("windows", cut.by, "lines", column, years, cut.floor), make)  # whatever the grains


def lines_from(cut: Cut, years: int | None) -> tuple[Ints | slice, int | None]:
    """The lines from `years` before what is asked for, and the first day of all lines; None where it is all of them."""
    if cut.floor is None or years is None:
        return slice(None), None
    from_day = cut.floor - 366 * years - 7  # weeks compare with those 364 days earlier

    def make() -> tuple[Ints, int]:
        days = cut.scene.rows("lines").days("day")
        return np.flatnonzero((days >= from_day) & (days != UNDATED)), int(days.min(initial=UNDATED))

    return cut.scene.once(("lines from", from_day), make)


def days(values: list[date]) -> Ints:
    """Days since 1970."""
    return np.array(values, dtype="datetime64[D]").astype(np.int64)


def compare(cut: Cut, spans: Callable[[Period], tuple[Span, Span]], *, whole_base: bool = False) -> Long:
    """change / base of net revenue for each period up to the one that holds `as_of`.

    `spans` gives a period's own days and those of its base, both half-open. With `whole_base`, a base that begins
    before the month of the first line is not judged.
    """
    money, lines = windows(cut, "net", years=2)
    tables = []
    for grain in cut.grains:
        periods = cut.periods_asked(grain, money.first_day, cut.scene.as_of) if money.members.size else []
        if not periods:
            continue
        pairs = [spans(period) for period in periods]
        own = days([p[0][0] for p in pairs]), days([p[0][1] for p in pairs])
        base = days([p[1][0] for p in pairs]), days([p[1][1] for p in pairs])
        now, before = money.between(*own), money.between(*base)
        n, base_n = lines.between(*own), lines.between(*base)
        status = np.where(base_n == 0, _NONE, np.where(before <= 0, _NEGATIVE, "")).astype(object)
        if whole_base:
            month = cut.setting.calendar.period(Grain.MONTH, date(1970, 1, 1) + timedelta(money.first_day)).start
            status[:, base[0] < days([month])] = "the comparison period begins before the data"
        member, column = np.nonzero((n > 0) | (base_n > 0))
        tables.append(
            long(
                grain, days([p.start for p in periods])[column], money.members[member],
                numerator=(now - before)[member, column], denominator=before[member, column],
                n=n[member, column], status=status[member, column],
            )
        )  # fmt: skip
    return stack(tables)


def _against(cut: Cut, base_of: Callable[[Period], Period]) -> Long:
    as_of, calendar = cut.setting.as_of, cut.setting.calendar

    def spans(period: Period) -> tuple[Span, Span]:
        own = period.start, min(period.end, as_of + timedelta(1))
        return own, calendar.to_date(period, base_of(period), as_of)

    return compare(cut, spans)


_WHO: dict[str, Any] = {
    "reads": ("lines",), "family": FAMILY, "functions": (Function.EVERYONE,), "empty": _NONE, "zero": True,
    "numerator_scale": 10_000, "denominator_scale": 10_000,
}  # fmt: skip


@shaped(
    "growth_wow", "Growth on the week before", Unit.RATE, grains=(Grain.WEEK,), **_WHO,
    formula="Change of net revenue against the week before, divided by that week's revenue.",
    why="The earliest sign, and the noisiest: read it with the process limits.",
)  # fmt: skip
def growth_wow(cut: Cut) -> Long:
    """Week over week."""
    return _against(cut, cut.setting.calendar.previous)


@shaped(
    "growth_mom", "Growth on the month before", Unit.RATE, grains=(Grain.MONTH,), **_WHO,
    formula="Change of net revenue against the month before (same dates while the month runs), divided by it.",
    why="Shows a turn a quarter earlier than the year's comparison.",
)  # fmt: skip
def growth_mom(cut: Cut) -> Long:
    """Month over month."""
    return _against(cut, cut.setting.calendar.previous)


@shaped(
    "growth_qoq", "Growth on the quarter before", Unit.RATE, grains=(Grain.QUARTER,), **_WHO,
    formula="Change of net revenue against the quarter before (same dates while it runs), divided by it.",
    why="The rhythm in which boards look.",
)  # fmt: skip
def growth_qoq(cut: Cut) -> Long:
    """Quarter over quarter."""
    return _against(cut, cut.setting.calendar.previous)


@shaped(
    "growth_yoy", "Growth on the year before", Unit.RATE,
    grains=(Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR), **_WHO,
    formula="Change of net revenue against the same period (weeks: 364 days earlier; same dates while it runs) of the "
    "year before, divided by it.",
    why="Seasons cancel out: is our revenue growing?",
)  # fmt: skip
def growth_yoy(cut: Cut) -> Long:
    """Year over year."""
    return _against(cut, cut.setting.calendar.year_before)


@shaped(
    "growth_ttm", "Growth over trailing twelve months", Unit.RATE,
    grains=(Grain.MONTH, Grain.QUARTER, Grain.YEAR), **_WHO,
    formula="Net revenue of the twelve months to the period's end against the twelve months before those.",
    why="The trend without its seasons.",
)  # fmt: skip
def growth_ttm(cut: Cut) -> Long:
    """The twelve months that end with the period (or with `as_of`) against the twelve before."""
    as_of, year_earlier = cut.setting.as_of, cut.setting.calendar.year_earlier

    def spans(period: Period) -> tuple[Span, Span]:
        end = min(period.end, as_of + timedelta(1))
        start = year_earlier(end)
        return (start, end), (year_earlier(start), start)

    return compare(cut, spans, whole_base=True)


@shaped(
    "run_rate", "Run rate", Unit.MONEY, reads=("lines",), family=FAMILY, functions=(Function.EVERYONE,),
    grains=(Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL), empty="no full month", zero=True,
    formula="Net revenue of the last full month times twelve.",
    why="Where the year would end if nothing changed.",
)  # fmt: skip
def run_rate(cut: Cut) -> Long:
    """Last full month of the period × 12; for `all` the last full month there is."""
    money, lines = windows(cut, "net", years=1)
    if not money.members.size:
        return stack([])
    first = money.first_day if cut.floor is None else max(money.first_day, cut.floor - 62)  # the month before, for all
    months = [
        m for m in cut.periods(Grain.MONTH, first, cut.scene.as_of)
        if m.end <= cut.setting.as_of + timedelta(1)
    ]  # fmt: skip
    tables = []
    for grain in cut.grains:
        if grain is Grain.ALL:
            last = {date.min: months[-1]} if months else {}
        else:
            last = {cut.setting.calendar.period(grain, month.start).start: month for month in months}
        starts, ends = days([m.start for m in last.values()]), days([m.end for m in last.values()])
        net, n = money.between(starts, ends), lines.between(starts, ends)
        member, column = np.nonzero(n > 0)
        period = np.full(len(last), UNDATED) if grain is Grain.ALL else days(list(last))
        tables.append(
            long(grain, period[column], money.members[member], numerator=12 * net[member, column], n=n[member, column])
        )
    return stack(tables)
