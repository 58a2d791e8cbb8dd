"""The charts of the revenue page, made of published values."""

from __future__ import annotations

from decimal import Decimal

from core.periods import Grain, Period
from metrics.published import Values
from scoreboard import sentences
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone, bounds_of
from scoreboard.first_screen import month_chart
from scoreboard.reading import METRICS, Setting, history, value_of
from scoreboard.signals import limits, side

STEPS = {  # as the axis and the title call them
    "mrr_new": ("New", "through new customers"), "mrr_reactivation": ("Reactivated", "through customers who came back"),
    "mrr_expansion": ("Expansion", "through expansion"), "mrr_contraction": ("Contraction", "through contraction"),
    "mrr_churned": ("Churned", "through customers who left"), "mrr_fx": ("FX", "through exchange rates"),
}  # fmt: skip
MOVEMENTS = tuple(STEPS)
LOSSES = frozenset({"mrr_contraction", "mrr_churned"})
MONTHS, QUARTERS, RATE_MONTHS = 24, 12, 24


def _back(setting: Setting, grain: Grain, count: int) -> list[Period]:
    """`count` periods up to the one in which the page's period ends."""
    last = min(setting.run.as_of, setting.view.period.end)
    period = setting.calendar.period(grain, last)
    if period.start >= setting.view.period.end:
        period = setting.calendar.previous(period)
    periods = [period]
    while len(periods) < count:
        periods.append(setting.calendar.previous(periods[-1]))
    return periods[::-1]


def over_time(values: Values, setting: Setting, grain: Grain, currency: str) -> Chart:
    """Net revenue by month or quarter with last year and plan; periods before the data are left out."""
    periods = _back(setting, grain, MONTHS if grain is Grain.MONTH else QUARTERS)
    known = {n.period for n in values.series("net_revenue", grain)}
    first = next((i for i, p in enumerate(periods) if p.start in known), 0)
    return month_chart(values, setting, periods[first:], currency, grain=grain)


def _through(step: str) -> str:
    return next((words for name, words in STEPS.values() if name == step), "")


def bridge(values: Values, setting: Setting, currency: str) -> Chart | None:
    """From the recurring revenue at the period's start to that at its end, by what moved it; None without any."""
    grain, period = setting.view.period.grain, setting.view.period
    closing = value_of(values.get("mrr", grain, period.start))
    opening = value_of(values.get("mrr", grain, setting.calendar.previous(period).start))
    if closing is None or opening is None:
        return None
    steps: list[tuple[str, Decimal]] = []
    for key in MOVEMENTS:
        amount = value_of(values.get(key, grain, period.start))
        if amount:
            steps.append((STEPS[key][0], -amount if key in LOSSES else amount))
    up = max((s for s in steps if s[1] > 0), key=lambda s: s[1], default=("", Decimal(0)))[0]
    down = min((s for s in steps if s[1] < 0), key=lambda s: s[1], default=("", Decimal(0)))[0]
    title = sentences.movement(opening, closing, currency=currency, grew_most=_through(up), fell_most=_through(down))
    return Chart(
        key="mrr-bridge", title=title, kind=Kind.BRIDGE, unit="money", currency=currency, period=setting.view.label,
        source="subscriptions", first_heading="Movement", metric="mrr", bounds=bounds_of([period]),
        categories=("Opening", *(s[0] for s in steps), "Closing"), cut=_small(steps, opening),
        series=(Series("Monthly recurring revenue", Role.ACTUAL, (opening, *(s[1] for s in steps), closing)),),
    )  # fmt: skip


def _small(steps: list[tuple[str, Decimal]], opening: Decimal) -> bool:
    """Whether the movements would be hairlines beside columns that stand on zero."""
    return all(abs(amount) * 5 < opening for _, amount in steps)


def rate_by_month(values: Values, setting: Setting, key: str, currency: str) -> Chart:
    """A rate by month with its limits; months outside them are coloured good or bad."""
    metric, periods = METRICS[key], _back(setting, Grain.MONTH, RATE_MONTHS)
    actual = history(values, key, Grain.MONTH, [p.start for p in periods])
    prior = history(values, key, Grain.MONTH, [setting.calendar.year_before(p).start for p in periods])
    over = [p.end <= setting.run.as_of for p in periods]
    within = limits([v for v, done in zip(actual, over, strict=True) if v is not None and done])
    sides = [side(v, within) if done else 0 for v, done in zip(actual, over, strict=True)]
    up = str(metric.direction) == "up"
    tones = tuple(Tone.NONE if s == 0 else Tone.GOOD if (s > 0) is up else Tone.BAD for s in sides)
    last = max((i for i, v in enumerate(actual) if v is not None and over[i]), default=len(actual) - 1)
    title = sentences.rate_change(
        f"{metric.label} in {periods[last].start:%B %Y}", actual[last], prior[last],
        signal=sides[last] != 0, judged=within is not None,
    )  # fmt: skip
    first = next((i for i, v in enumerate(actual) if v is not None), 0)
    series = [Series(metric.label, Role.ACTUAL, tuple(actual[first:]), tones[first:])]
    if any(v is not None for v in prior[first:]):
        series.append(Series("A year before", Role.PRIOR, tuple(prior[first:])))
    return Chart(
        key=key.replace("_", "-"), title=title, kind=Kind.LINE, unit="rate", currency=currency, low=True, metric=key,
        period=f"by month, {periods[first].start:%b ’%y} – {periods[-1].start:%b ’%y}", source="revenue lines",
        first_heading="Month", categories=tuple(f"{p.start:%b} ’{p.start:%y}" for p in periods[first:]),
        series=tuple(series), limits=within, bounds=bounds_of(periods[first:]),
    )  # fmt: skip
