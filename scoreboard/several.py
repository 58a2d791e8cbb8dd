"""Metrics that have no one number in the period looked at: several by a column of their own, or one of another span.

The quality split has a value for each reason, a survival curve one for each month since the first revenue, and stuck
deals are counted as they stand now, whatever the period. What was published of them stands here as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.text import capfirst

from core import show
from core.periods import Grain
from metrics.compute.store import JOINT
from metrics.definitions.base import Metric
from metrics.published import Number, Values, Wanted, home_of
from scoreboard import sentences
from scoreboard.focus import Part, dims_of, focus
from scoreboard.pages.shape import Cell, Table, plain
from scoreboard.reading import Setting, frames_in_words, written
from scoreboard.views_of_time import code_of, name_of

MOST = 240  # rows of one table
ONE = timedelta(days=1)
_HEADS = {
    "months": "Months since", "days": "Days since", "ahead": "Months ahead", "first_route": "First route",
    "discount_band": "Discount",
}  # fmt: skip


@dataclass(frozen=True)
class Other:
    """What is known beside the period asked for: the newest value before it, and where it stands."""

    number: Number
    name: str  # "Q2 2026"
    code: str  # as an address names it; "" for what is of no period


def wanted(metric: Metric, setting: Setting, of: Part | None) -> Wanted | None:
    """What to read beside the metric's history; None where it has one number in each period like the one asked for."""
    grain, part = setting.view.period.grain, of or home_of(setting.user)
    if not metric.own_dims and grain in metric.grains:
        return None
    near = {grain, Grain.ALL} & set(metric.grains)
    return Wanted(
        metrics=[metric.key], grains=tuple(sorted(near or metric.grains)),
        dims=dims_of(part, [",".join(metric.own_dims)] if metric.own_dims else []), until=setting.view.period.end,
    )  # fmt: skip


def table(values: Values, setting: Setting, metric: Metric, of: Part | None, *, part_unit: str) -> Table | None:
    """Its values by its own columns, in the period looked at or the nearest that has any; None without any."""
    if not metric.own_dims:
        return None
    inside = values if setting.within else focus(values, of or home_of(setting.user))
    known = [n for n in inside.numbers.values() if n.metric == metric.key and n.dim == ",".join(metric.own_dims)]
    found, label = _nearest(known, setting)
    if not found:
        return None
    dated = len({n.period for n in found}) > 1
    found.sort(key=lambda n: (n.period or date.min, _place(n, len(metric.own_dims))))
    heads = [_HEADS.get(name, name.replace("_", " ").capitalize()) for name in metric.own_dims]
    halves = any(n.denominator is not None for n in found)
    rows = tuple(_row(n, metric, setting, part_unit, dated=dated, halves=halves) for n in found[:MOST])
    named = " and ".join(head[0].lower() + head[1:] for head in heads)
    few = f", the first {MOST} of {len(found):,}" if len(found) > MOST else ""
    return Table(
        "values", _title(found, metric, setting, named, dated=dated),
        f"{label} · by {named}{few} · source: {frames_in_words(metric.reads)}",
        (*(["Period"] if dated else []), *heads, "Value", *(["Numerator", "Denominator"] if halves else []), "n"),
        rows, wide=True, words=True,
    )  # fmt: skip


def other(values: Values, setting: Setting, metric: Metric, of: Part | None) -> Other | None:
    """The newest number of it up to the period looked at, of whatever span it has; None where there is none."""
    home = of or values.home
    known = [
        n for n in values.numbers.values()
        if n.metric == metric.key and (n.dim, n.member) == home and n.value is not None
    ]  # fmt: skip
    found, label = _nearest(known, setting)
    if not found:
        return None
    number = max(found, key=lambda n: n.period or date.min)
    if number.period is None:
        return Other(number, label, "")
    period = setting.calendar.period(Grain(number.grain), number.period)
    return Other(number, name_of(period, setting.calendar), code_of(period, setting.calendar))


def _nearest(numbers: Sequence[Number], setting: Setting) -> tuple[list[Number], str]:
    """Those of the period; else those of no period; else those of shorter periods in a year; else the newest before."""
    view = setting.view
    same = [n for n in numbers if n.grain == str(view.period.grain) and n.period == view.period.start]
    if same:
        return same, view.label
    undated = [n for n in numbers if n.period is None]
    if undated:
        return undated, f"All that is known up to {show.day(setting.run.as_of)}"
    year = view.period.end - timedelta(days=366)
    inside = [
        n for n in numbers if n.period and year <= n.period < view.period.end and n.grain != str(view.period.grain)
    ]
    if inside:
        return inside, f"By {inside[0].grain}, a year up to {show.day(min(view.period.end - ONE, setting.run.as_of))}"
    newest = max((n.period for n in numbers if n.period and n.period < view.period.start), default=None)
    found = [n for n in numbers if n.period == newest]
    if newest is None or not found:
        return [], ""
    return found, name_of(setting.calendar.period(Grain(found[0].grain), newest), setting.calendar)


def _labels(number: Number, count: int) -> list[str]:
    labels = number.member.split(JOINT)
    return labels if len(labels) == count else [number.member]


def _place(number: Number, count: int) -> tuple[tuple[int, str], ...] | tuple[tuple[Decimal, str], ...]:
    """Numbers in their order, names of several columns by the alphabet, those of one by their size."""
    labels = _labels(number, count)
    if all(label.isdigit() for label in labels):
        return tuple((int(label), "") for label in labels)
    if len(labels) > 1:
        return tuple((0, label) for label in labels)
    return ((-(number.value if number.value is not None else Decimal("-1e18")), labels[0]),)


def _row(
    number: Number, metric: Metric, setting: Setting, part_unit: str, *, dated: bool, halves: bool
) -> tuple[Cell, ...]:
    currency = setting.company.currency
    cells = [Cell(label.lstrip("0") or "0" if label.isdigit() else capfirst(label or "none given"))
             for label in _labels(number, len(metric.own_dims))]  # fmt: skip
    if dated and number.period:
        cells.insert(0, Cell(name_of(setting.calendar.period(Grain(number.grain), number.period), setting.calendar)))
    few = " (too few)" if number.too_few else ""
    cells.append(Cell(f"{written(metric.key, number.value)}{few}", plain(number.value), number=True))
    if halves:
        cells += [Cell(show.value(each, part_unit, currency, exact=True), plain(each), number=True)
                  for each in (number.numerator, number.denominator)]  # fmt: skip
    return (*cells, Cell(f"{number.n:,}", str(number.n), number=True))


def _title(found: list[Number], metric: Metric, setting: Setting, named: str, *, dated: bool) -> str:
    """The largest of those that can be judged; where they are a course or a grid, what they are."""
    sure = [(capfirst(n.member), n.value) for n in found if n.value is not None and not n.too_few]
    if dated or JOINT in found[0].member or found[0].member.isdigit() or len(sure) < 2:
        return f"{metric.label}, by {named}"
    sure.sort(key=lambda each: each[1], reverse=True)
    if " by " in metric.label:
        name, most = sure[0]
        return f"{metric.label}: {name} leads with {written(metric.key, most)}"
    return sentences.largest(named, sure, unit=str(metric.unit), currency=setting.company.currency, what=metric.label)
