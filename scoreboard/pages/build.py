"""The charts that pages have in common: a metric over time with its limits, and its members side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from core import show
from core.periods import Grain, Period
from metrics.published import Values
from scoreboard import sentences
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone, bounds_of
from scoreboard.pages.shape import Group, Part
from scoreboard.reading import METRICS, Setting, Tile, frames_in_words, history, tile, unit_of, value_of, written
from scoreboard.signals import limits, side
from scoreboard.views_of_time import name_of

COUNT = {Grain.MONTH: 24, Grain.QUARTER: 10}
MEMBERS = 10


def full_periods(setting: Setting, grain: Grain, count: int) -> list[Period]:
    """The last `count` periods that were over at the page's end and at the run's day, oldest first."""
    edge = min(setting.view.period.end, setting.run.as_of + timedelta(days=1))
    period = setting.calendar.period(grain, edge)
    while period.end > edge:
        period = setting.calendar.previous(period)
    periods = [period]
    while len(periods) < count:
        periods.append(setting.calendar.previous(periods[-1]))
    return periods[::-1]


def label_of(period: Period, setting: Setting) -> str:
    """As an axis writes it: "Sep ’26", "Q3 2026"."""
    return f"{period.start:%b ’%y}" if period.grain is Grain.MONTH else name_of(period, setting.calendar)


def trend(
    values: Values, setting: Setting, key: str, *, grain: Grain = Grain.MONTH, goal: Decimal | None = None,
    goal_name: str = "Target",
) -> Chart | None:  # fmt: skip
    """A metric by full month or quarter with the year before, limits and a goal; None with fewer than two values."""
    metric, periods = METRICS[key], full_periods(setting, grain, COUNT[grain])
    actual = history(values, key, grain, [p.start for p in periods])
    first = next((i for i, v in enumerate(actual) if v is not None), len(actual))
    periods, actual = periods[first:], actual[first:]
    last = max((i for i, v in enumerate(actual) if v is not None), default=0)
    if last < 1:
        return None
    prior = history(values, key, grain, [setting.calendar.year_before(p).start for p in periods])
    within = limits([v for v in actual if v is not None])
    sides = [side(v, within) for v in actual]
    up, flat = str(metric.direction) == "up", str(metric.direction) == "neutral"
    tones = tuple(Tone.NONE if s == 0 or flat else Tone.GOOD if (s > 0) is up else Tone.BAD for s in sides)
    series = [Series(metric.label, Role.ACTUAL, tuple(actual), tones)]
    if any(v is not None for v in prior):
        series.append(Series("Last year", Role.PRIOR, tuple(prior)))
    if goal is not None:
        series.append(Series(goal_name, Role.PLAN, tuple([goal] * len(actual))))
    names, named = tuple(label_of(p, setting) for p in periods), name_of(periods[last], setting.calendar)
    title = sentences.value_change(
        f"{metric.label} in {named}", actual[last], prior[last], unit=str(metric.unit),
        currency=setting.company.currency, signal=sides[last] != 0, judged=within is not None,
    )  # fmt: skip
    newest = values.get(key, grain, periods[last].start)
    if newest and newest.too_few:
        title = f"{metric.label} in {named} rests on too few to judge: {written(key, newest.value)}"
    return Chart(
        key=key.replace("_", "-"), kind=Kind.LINE, unit=str(metric.unit), currency=setting.company.currency, metric=key,
        title=title, period=f"by {grain.value}, {names[0]} – {names[-1]}", source=source_of(key), limits=within,
        low=True, first_heading=grain.value.capitalize(), categories=names, series=tuple(series),
        bounds=bounds_of(periods),
    )  # fmt: skip


def bars(
    values: Values, setting: Setting, key: str, dim: str, *, noun: str, grain: Grain | None = None,
    period: Period | None = None,
) -> Chart | None:  # fmt: skip
    """A metric's members in one period or of all time, largest first and those that rest on too few last.

    None where two cannot be judged.
    """
    within = period or setting.view.period
    start = None if grain is Grain.ALL else within.start
    found = [n for n in values.members(key, grain or within.grain, start, dim) if n.value is not None]
    found = sorted(found, key=lambda n: (n.too_few, -(n.value or Decimal(0))))[:MEMBERS]
    if sum(not n.too_few for n in found) < 2:
        return None
    currency, unit, label = setting.company.currency, unit_of(key), METRICS[key].label
    sure = [(n.member, n.value) for n in found if not n.too_few]
    names = tuple(f"{n.member or 'none given'}{' (too few)' if n.too_few else ''}" for n in found)
    shown = setting.view.label if period is None else name_of(within, setting.calendar)
    shown = "all that is known" if start is None else shown
    return Chart(
        key=f"{key}-by-{dim}".replace("_", "-"), kind=Kind.BARS, unit=unit, currency=currency, metric=key, low=True,
        title=sentences.largest(noun, sure, unit=unit, currency=currency, what=label), period=shown,
        source=source_of(key), first_heading=noun.capitalize(), categories=names,
        bounds=() if start is None else bounds_of([within]),
        series=(Series(label, Role.ACTUAL, tuple(n.value for n in found)),),
    )  # fmt: skip


def source_of(key: str) -> str:
    """The frames behind a metric, in words."""
    return frames_in_words(METRICS[key].reads)


def tiles(values: Values, setting: Setting, keys: Sequence[str]) -> tuple[Tile, ...]:
    """The metrics of the page's period that there are."""
    made = [tile(values, setting, key, news=False) for key in keys if key in METRICS]
    return tuple(each for each in made if each.known)


def group(*parts: Part | None, title: str = "") -> Group:
    """The parts that there are."""
    return Group(tuple(part for part in parts if part is not None), title)


def amount(values: Values, setting: Setting, key: str, *, of: tuple[str, str] | None = None) -> Decimal | None:
    """The metric in the page's period."""
    return value_of(values.get(key, setting.view.period.grain, setting.view.period.start, of=of))


def percent_of(part: Decimal, whole: Decimal) -> str:
    """Such as "38 %" of what is above zero, else n/a."""
    return show.rate(part / whole, 0) if whole > 0 else show.NONE
