"""The change of a number and its members' parts, from published values: nothing is computed but differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import show
from core.periods import Grain, Period
from metrics.definitions.base import Metric, Unit
from metrics.published import Number, Values
from scoreboard.reading import METRICS, PREVIOUS, Setting
from scoreboard.views_of_time import name_of
from scoreboard.why.decompose import Parts, Step, adds_up, decompose, steps

STOCKS = frozenset({"mrr", "arr"})  # a level on a day: a running period's can be held against any period's end
SUBJECT = "net_revenue"
GROWTH = {Grain.WEEK: "growth_wow", Grain.MONTH: "growth_mom", Grain.QUARTER: "growth_qoq", Grain.YEAR: "growth_yoy"}


@dataclass(frozen=True)
class Change:
    """A value before and now with the steps between them, which add up to the difference."""

    metric: Metric
    dim: str
    before: Decimal
    now: Decimal
    before_name: str
    now_name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Spans:
    """The two periods that are compared, and what they are called."""

    now: Period
    base: Period
    now_name: str
    base_name: str
    like: str = ""  # the growth metric that holds both sides to date, where there is one


def subject_of(metric: Metric) -> Metric:
    """What changed: growth is a change of net revenue."""
    return METRICS[SUBJECT] if metric.key.startswith("growth_") else metric


def explains(metric: Metric) -> bool:
    """Whether its values have parts that members could add up to."""
    return not metric.own_dims and bool(metric.dims) and metric.key not in ("attainment", "quality_attainment")


def spans(metric: Metric, setting: Setting) -> Spans:
    """A running period is compared like with like: net revenue with the same days, other sums in the last full
    period, rates with the last full period's, a level with the level at that period's end."""
    view, calendar = setting.view, setting.calendar
    name = f"{view.name} to date" if view.to_date else view.name
    if metric.key == SUBJECT:
        previous = setting.versus == PREVIOUS
        like = GROWTH.get(view.period.grain, "growth_yoy") if previous else "growth_yoy"
        base_name = name_of(setting.base, calendar)
        return Spans(
            view.period, setting.base, name, f"the same days of {base_name}" if view.to_date else base_name, like
        )
    if not view.to_date or metric.key in STOCKS:
        return Spans(view.period, setting.base, name, name_of(setting.base, calendar))
    last = calendar.previous(view.period)
    if metric.unit is Unit.RATE:
        return Spans(view.period, last, name, name_of(last, calendar))
    base = calendar.previous(last) if setting.versus == PREVIOUS else calendar.year_before(last)
    return Spans(last, base, name_of(last, calendar), name_of(base, calendar))


def changed(values: Values, metric: Metric, at: Spans, dim: str, *, whole: tuple[str, str]) -> Change | None:
    """The change of `whole` by the members of `dim`; None where a side is missing or the members are not all of it."""
    read = _both if at.like else _each
    found = read(values, metric, at, dim, whole)
    if found is None:
        return None
    (before, now), (whole_before, whole_now) = found
    if not before and not now:
        return None
    if not adds_up(before.values(), whole_before) or not adds_up(now.values(), whole_now):
        return None
    sides = _value(whole_before), _value(whole_now)
    if sides[0] is None or sides[1] is None:
        return None
    made = steps(decompose(before, now))
    return Change(metric, dim, sides[0], sides[1], at.base_name, at.now_name, tuple(made)) if made else None


Members = Mapping[str, Parts]
Found = tuple[tuple[Members, Members], tuple[Parts, Parts]]


def _each(values: Values, metric: Metric, at: Spans, dim: str, whole: tuple[str, str]) -> Found | None:
    """Both periods from the metric's own values."""
    sides: list[Members] = []
    wholes: list[Parts] = []
    for period in (at.base, at.now):
        part = _parts(values.get(metric.key, period.grain, period.start, of=whole))
        if part is None:
            return None
        wholes.append(part)
        sides.append(_members(values, metric.key, period.grain, period.start, dim))
    return (sides[0], sides[1]), (wholes[0], wholes[1])


def _both(values: Values, metric: Metric, at: Spans, dim: str, whole: tuple[str, str]) -> Found | None:
    """Both sides to date from the growth metric: its numerator is the change, its denominator what was before."""
    number = values.get(at.like, at.now.grain, at.now.start, of=whole)
    part = _parts(number)
    if part is None or part.denominator is None:
        return None
    found = _members(values, at.like, at.now.grain, at.now.start, dim)
    before = {name: Parts(p.denominator or Decimal(0)) for name, p in found.items()}
    now = {name: Parts((p.denominator or Decimal(0)) + p.numerator) for name, p in found.items()}
    return (before, now), (Parts(part.denominator), Parts(part.denominator + part.numerator))


def _members(values: Values, key: str, grain: Grain, start: date, dim: str) -> dict[str, Parts]:
    found = ((n.member, _parts(n)) for n in values.members(key, grain, start, dim))
    return {name: part for name, part in found if part is not None}


def _parts(number: Number | None) -> Parts | None:
    if number is None or number.numerator is None:
        return None
    return Parts(number.numerator, number.denominator)


def _value(whole: Parts) -> Decimal | None:
    if whole.denominator is None:
        return whole.numerator
    return whole.numerator / whole.denominator if whole.denominator else None


def difference(change: Change, currency: str) -> str:
    """The change as a tile writes it."""
    return show.difference(change.now - change.before, str(change.metric.unit), currency)
