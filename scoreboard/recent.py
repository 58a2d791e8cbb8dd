"""The line beside the number: the last thirteen full weeks, with process limits and the year before.

Where weeks are not published for the reader's part of the company, months stand in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from core import show
from core.periods import Grain, Period
from metrics.published import Values
from scoreboard import sentences
from scoreboard.charts.svg import Spark, spark
from scoreboard.pages.shape import plain
from scoreboard.reading import Setting, history
from scoreboard.signals import limits, side
from scoreboard.views_of_time import name_of

SHOWN = 13
BASELINE = {Grain.WEEK: 39, Grain.MONTH: 0}  # further periods behind the limits; months have no more than two years


@dataclass(frozen=True)
class Recent:
    """The line with its sentence; `unit` is week or month, `rows` its values as a file has them."""

    title: str
    spark: Spark
    alternative: str
    unit: str
    rows: tuple[tuple[str, str, str], ...] = ()
    key: str = "recent"

    def headings(self) -> list[str]:
        """Of the file."""
        return [self.unit.capitalize(), "Net revenue", "Last year"]

    def plain(self) -> list[list[str]]:
        """Its rows."""
        return [list(row) for row in self.rows]


@dataclass(frozen=True)
class _Series:
    periods: list[Period]
    values: list[Decimal | None]
    running: bool  # the last period is not over


def recent(values: Values, setting: Setting, currency: str) -> Recent | None:
    """The line up to the end of the page's period; None without revenue by week or month."""
    for grain in (Grain.WEEK, Grain.MONTH):
        series = _series(values, setting, grain)
        if any(value is not None for value in series.values):
            return _draw(values, setting, grain, series, currency)
    return None


def _series(values: Values, setting: Setting, grain: Grain) -> _Series:
    calendar, as_of = setting.calendar, setting.run.as_of
    period = calendar.period(grain, min(as_of, setting.view.period.end - timedelta(days=1)))
    running = as_of < period.end - timedelta(days=1)
    periods = [period]
    while len(periods) < SHOWN + BASELINE[grain] + running:
        periods.append(calendar.previous(periods[-1]))
    periods.reverse()
    return _Series(periods, history(values, "net_revenue", grain, [p.start for p in periods]), running)


def _draw(values: Values, setting: Setting, grain: Grain, series: _Series, currency: str) -> Recent:
    full = series.values[:-1] if series.running else series.values
    within = limits([value for value in full if value is not None])
    keep = SHOWN + series.running
    periods, actual = series.periods[-keep:], series.values[-keep:]
    before = [setting.calendar.year_before(p).start for p in periods]
    sides = [side(value, within) for value in actual[:SHOWN]] + [0] * series.running
    names = [_name(period, setting) for period in periods]
    title = sentences.weeks(names[:SHOWN], sides[:SHOWN], judged=within is not None, noun=f"{grain.value}s")
    texts = [f"{name}: {show.money(value, currency)}" for name, value in zip(names, actual, strict=True)]
    if series.running:
        texts[-1] += " so far"
    prior = history(values, "net_revenue", grain, before)
    drawn = spark(
        actual, prior, within=within, sides=sides, texts=texts,
        names=[_short(period) for period in periods], running=series.running,
    )  # fmt: skip
    rows = tuple(
        (period.start.isoformat(), plain(now), plain(then))
        for period, now, then in zip(periods, actual, prior, strict=True)
    )
    return Recent(title, drawn, f"{title} " + "; ".join(texts), grain.value, rows)


def _name(period: Period, setting: Setting) -> str:
    """Week 39, September 2026: within thirteen weeks no number comes twice."""
    if period.grain is Grain.WEEK:
        return f"Week {period.start.isocalendar()[1]}"
    return name_of(period, setting.calendar)


def _short(period: Period) -> str:
    if period.grain is Grain.WEEK:
        return f"w{period.start.isocalendar()[1]}"
    return f"{period.start:%b ’%y}"
