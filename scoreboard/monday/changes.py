"""What changed: the last full week, and a month that ended in it, held against the process limits of those before.

A value inside its limits is noise and is counted, not told. What is outside is told largest first; its size is its
distance from the mean in units of the limits' own distance, so that money and rates can stand in one order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from core import show
from core.periods import Grain, Period
from metrics.published import Values
from scoreboard.charts.shape import Chart, Kind, Limits, Role, Series, Tone, bounds_of
from scoreboard.charts.svg import Spark, spark
from scoreboard.reading import METRICS, Setting, frames_in_words, history, tone_of, written
from scoreboard.rowsets import BY_FRAME
from scoreboard.signals import limits, side
from scoreboard.views_of_time import code_of, name_of

WEEKLY = (
    "net_revenue", "bookings", "gross_margin", "discount_depth", "quality_share", "broker_share", "strategic_share",
    "win_rate", "avg_deal_size", "sales_cycle_days", "new_logos", "icp_fit", "influenced", "mrr_new", "mrr_expansion",
    "mrr_contraction", "mrr_churned", "logo_churn", "gross_profit_per_selling_hour", "coaching_hours",
    "coaching_coverage", "coaching_adherence", "prebrief_rate", "debrief_rate", "commitments_kept",
    "best_practice_share",
)  # fmt: skip
MONTHLY = ("net_revenue", "gross_margin", "nrr", "grr", "logo_churn", "early_churn", "cost_of_sales_ratio", "cac")
BEFORE = {Grain.WEEK: 52, Grain.MONTH: 24}  # periods behind the limits
DRAWN = 13


@dataclass(frozen=True)
class Change:
    """One measure outside its usual range. `size` is 1 at the limit itself; `spark` its last thirteen periods."""

    key: str
    label: str
    value: str
    usual: str
    sentence: str
    tone: str
    rose: bool  # above its usual range, which is bad news where less is better
    size: Decimal
    period: str  # as an address writes it
    rows: bool
    spark: Spark
    alternative: str
    chart: Chart


@dataclass(frozen=True)
class Judged:
    """What could be said: changes, how many measures stayed in range, and how many have no limits yet."""

    changes: tuple[Change, ...]
    noise: int
    unjudged: int

    @property
    def measures(self) -> int:
        """How many measures had a value at all."""
        return len(self.changes) + self.noise + self.unjudged


def counted(count: int) -> str:
    """The sentence of how many measures changed, without an end: "Two measures left their usual range"."""
    if not count:
        return "Nothing changed last week: every measure stayed within its usual range"
    if count == 1:
        return "One measure left its usual range"
    return f"{_COUNTS[count] if count < len(_COUNTS) else count} measures left their usual range"


_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def last_week(setting: Setting) -> Period:
    """The last week that was over on the run's day."""
    week = setting.calendar.period(Grain.WEEK, setting.run.as_of + timedelta(days=1))
    return setting.calendar.previous(week)


def ended_month(setting: Setting, week: Period) -> Period | None:
    """The month whose last day lies in the week, if there is one."""
    month = setting.calendar.previous(setting.calendar.period(Grain.MONTH, week.end))
    return month if week.start < month.end <= week.end else None


def judge_all(values: Values, setting: Setting, periods: Iterable[tuple[Period, Iterable[str]]]) -> Judged:
    """Each measure in its period, largest change first."""
    found: list[Change] = []
    noise = unjudged = 0
    for period, keys in periods:
        for key in keys:
            told = _judge(values, setting, key, period)
            found += [told] if isinstance(told, Change) else []
            noise += told == "noise"
            unjudged += told == "unjudged"
    found.sort(key=lambda change: (-change.size, change.label))
    return Judged(tuple(found), noise, unjudged)


def _judge(values: Values, setting: Setting, key: str, period: Period) -> Change | str:
    """A change, or "noise", "unjudged" (too few rows or periods) or "" (not measured)."""
    periods = [period]
    while len(periods) <= BEFORE[period.grain]:
        periods.append(setting.calendar.previous(periods[-1]))
    periods.reverse()
    series = history(values, key, period.grain, [p.start for p in periods])
    number, now = values.get(key, period.grain, period.start), series[-1]
    if key not in METRICS or now is None:
        return ""
    before = [value for value in series[:-1] if value is not None]
    within = limits(before)
    if within is None or (number is not None and number.too_few):
        return "unjudged"
    outside = side(now, within)
    if outside == 0:
        return "noise"
    return _told(setting, key, periods[-DRAWN:], series[-DRAWN:], within, outside, floor=min(before) >= 0)


def _told(
    setting: Setting, key: str, periods: list[Period], series: list[Decimal | None], within: Limits, outside: int, *,
    floor: bool,
) -> Change:  # fmt: skip
    now, calendar, label = series[-1] or Decimal(0), setting.calendar, METRICS[key].label
    value, usual = written(key, now), usual_range(key, within, floor=floor)
    name = name_of(periods[-1], calendar)
    named = name[0].lower() + name[1:] if periods[-1].grain is Grain.WEEK else name
    named = named.partition(",")[0]
    reach = within.high - within.mean
    names = [name_of(p, calendar).partition(",")[0] for p in periods]
    texts = [f"{n}: {written(key, v)}" for n, v in zip(names, series, strict=True)]
    tone = tone_of(key, Decimal(outside))
    news = {"good": 1, "bad": -1}.get(tone, 2)
    sentence = f"{label} stood at {value} in {named}, {'above' if outside > 0 else 'below'} its usual {usual}"
    return Change(
        key=key, label=label, value=value, usual=usual, sentence=sentence, tone=tone, rose=outside > 0,
        size=abs(now - within.mean) / reach if reach else Decimal(1000), period=code_of(periods[-1], calendar),
        rows=any(frame in BY_FRAME for frame in METRICS[key].reads),
        spark=spark(
            series, [], within=within, sides=[0] * (len(series) - 1) + [news], texts=texts, names=[], running=False
        ),
        alternative=f"{sentence}. {'; '.join(texts)}",
        chart=_chart(setting, key, periods, series, within, outside, sentence),
    )  # fmt: skip


def _chart(
    setting: Setting, key: str, periods: list[Period], series: list[Decimal | None], within: Limits, outside: int,
    title: str,
) -> Chart:  # fmt: skip
    """The same periods as a chart with their limits, for a slide."""
    tone = {"good": Tone.GOOD, "bad": Tone.BAD}.get(tone_of(key, Decimal(outside)), Tone.NONE)
    grain, unit = periods[-1].grain, str(METRICS[key].unit)
    names = tuple(name_of(p, setting.calendar) for p in periods)
    short = tuple(f"w{p.start.isocalendar()[1]}" if grain is Grain.WEEK else f"{p.start:%b ’%y}" for p in periods)
    return Chart(
        key=f"change-{key}".replace("_", "-"), title=title, kind=Kind.LINE, unit=unit,
        currency=setting.company.currency, metric=key, limits=within, bounds=bounds_of(periods),
        period=f"full {grain.value}s, {show.span(periods[0].start, periods[-1].end - timedelta(days=1))}",
        source=frames_in_words(METRICS[key].reads), categories=names, short=short,
        series=(Series(METRICS[key].label, Role.ACTUAL, tuple(series), (*[Tone.NONE] * (len(series) - 1), tone)),),
        first_heading=grain.value.capitalize(),
    )  # fmt: skip


def usual_range(key: str, within: Limits, *, floor: bool) -> str:
    """The limits in words; `floor`: the series was never negative, so that a limit below zero is none."""
    low, high = within.low, within.high
    rate = str(METRICS[key].unit) == "rate"
    if floor and low <= 0:
        return f"range up to {written(key, high)}"
    if rate and high >= 1 and within.mean <= 1:
        return f"range from {written(key, low)}"
    if written(key, low) == written(key, high):
        return written(key, low)
    number, _, unit = written(key, low).rpartition(" ")
    first = number if number and unit.isalpha() and written(key, high).endswith(f" {unit}") else written(key, low)
    return f"{first} – {written(key, high)}"
