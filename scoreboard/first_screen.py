"""What the first screen says, from published values alone: the number, its quality and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from core import show
from core.periods import Grain, Period
from metrics.published import Number, Values
from scoreboard import sentences
from scoreboard.charts.shape import Chart, Kind, Role, Series, bounds_of
from scoreboard.quality import shares
from scoreboard.reading import METRICS, Setting, Tile, basis_of, history, tile, value_of, written
from scoreboard.signals import limits, side
from scoreboard.verdict import Shown, judge
from scoreboard.views_of_time import code_of, name_of

KPIS = ("gross_margin", "early_churn", "discount_depth", "nrr", "logo_churn", "strategic_share")
DELAYED = frozenset({"early_churn"})
HERO_KEYS = (
    "net_revenue",
    "attainment",
    "growth_yoy",
    "target",
    "run_rate",
    "quality_share",
    "quality_revenue",
    "quality_coverage",
)


@dataclass(frozen=True)
class Hero:
    """The number and its verdict."""

    verdict: Shown
    number: str
    step: str
    exact: str
    basis: str  # of the number: "" for revenue lines
    say: tuple[sentences.Piece, ...]
    facts: tuple[Tile, ...]


def hero(
    values: Values, setting: Setting, *, floor: Decimal | None, signal: int, currency: str, noise: bool = False
) -> Hero:
    """The number of the page's period, to date where it is not over. `noise`: its growth is usual ups and downs."""
    grain, start = setting.view.period.grain, setting.view.period.start
    net = value_of(values.get("net_revenue", grain, start))
    attained, growth = values.get("attainment", grain, start), values.get("growth_yoy", grain, start)
    parts = shares(values, setting)
    verdict = judge(
        growth=value_of(growth), attainment=value_of(attained), signal=signal, quality=parts.at_best, floor=floor
    )
    number, step = show.compact(net) if net is not None else (show.NONE, "")
    facts = _facts(values, setting, currency)
    return Hero(
        verdict=verdict,
        number=f"{show.symbol(currency)}{number}" if net is not None else show.NONE,
        step=step,
        exact=show.money_exact(net, currency),
        basis=basis_of(setting, "net_revenue"),
        say=sentences.situation(
            growth=value_of(growth),
            attainment=value_of(attained),
            failed=parts.failed,
            to_date=setting.view.to_date,
            noise=noise,
        ),
        facts=facts,
    )


def _facts(values: Values, setting: Setting, currency: str) -> tuple[Tile, ...]:
    """Plan, last year and run rate: what the number is compared with."""
    grain, start, running = setting.view.period.grain, setting.view.period.start, setting.view.to_date
    attained, growth = values.get("attainment", grain, start), values.get("growth_yoy", grain, start)
    amounts = [
        ("attainment", "Plan to date" if running else "Plan", attained.denominator if attained else None),
        ("target", f"Plan for {setting.view.name}", value_of(values.get("target", grain, start)) if running else None),
        ("growth_yoy", "Last year, same days" if running else "Last year", growth.denominator if growth else None),
        ("run_rate", "Run rate, a year", value_of(values.get("run_rate", grain, start))),
    ]
    return tuple(Tile(key, label, show.money(amount, currency)) for key, label, amount in amounts if amount is not None)


def kpis(values: Values, setting: Setting) -> tuple[Tile, ...]:
    """Margin, discount, retention, early churn and strategic share; what no run has published yet is left out."""
    tiles = []
    for key in KPIS:
        known = [n for n in values.series(key, setting.view.period.grain) if n.value is not None and n.period]
        known = [n for n in known if n.period and n.period <= setting.view.period.start]
        if not known:
            continue
        if known[-1].period == setting.view.period.start:
            tiles.append(tile(values, setting, key, news=is_news(values, setting, key)))
        elif key in DELAYED:
            tiles.append(_latest(known[-1], setting, key))
    return tuple(tiles)


def _latest(number: Number, setting: Setting, key: str) -> Tile:
    """What takes months to be judged, in the newest period that can be: early churn of customers old enough."""
    period = setting.calendar.period(setting.view.period.grain, number.period or setting.view.period.start)
    note = (
        number.status if number.too_few else f"of those new in {name_of(period, setting.calendar)}, the last to judge"
    )
    note = " · ".join(filter(None, (note, basis_of(setting, key))))
    return Tile(key, METRICS[key].label, written(key, number.value), note=note)


def quality_title(values: Values, setting: Setting) -> str:
    """Without the quality share, what its nearest known part says: the margin."""
    grain = setting.view.period.grain
    now = value_of(values.get("gross_margin", grain, setting.view.period.start))
    if now is None:
        return ""
    # A part of a period is not held against the whole one a year before.
    before = None if setting.view.to_date else value_of(values.get("gross_margin", grain, setting.year_before.start))
    return sentences.rate_change(
        "Gross margin", now, before, signal=is_news(values, setting, "gross_margin"), judged=True
    )


def is_news(values: Values, setting: Setting, key: str) -> bool:
    """Whether a full month of the page's period lies outside the limits of all full months known."""
    months = [
        n for n in values.series(key, Grain.MONTH) if n.value is not None and not n.to_date and n.period is not None
    ]
    within = limits([n.value for n in months if n.value is not None])
    return any(side(n.value, within) for n in months if n.period and setting.view.period.contains(n.period))


def months(values: Values, setting: Setting, currency: str) -> Chart:
    """Net revenue by month of twelve months up to the period's end, with last year and plan."""
    calendar, as_of = setting.calendar, setting.run.as_of
    shown = calendar.period(Grain.MONTH, min(as_of, setting.view.period.end))
    if shown.start >= setting.view.period.end:
        shown = calendar.previous(shown)
    periods = [shown]
    while len(periods) < 12:
        periods.append(calendar.previous(periods[-1]))
    periods.reverse()
    return month_chart(values, setting, periods, currency)


def month_chart(
    values: Values, setting: Setting, periods: list[Period], currency: str, *, grain: Grain = Grain.MONTH
) -> Chart:
    """Actual, the running period hatched, last year and plan over the given months or quarters."""
    starts = [p.start for p in periods]
    actual = history(values, "net_revenue", grain, starts)
    prior = history(values, "net_revenue", grain, [setting.calendar.year_before(p).start for p in periods])
    plan = history(values, "target", grain, starts)
    last = values.get("net_revenue", grain, starts[-1])
    running = bool(last and last.to_date)
    named = periods[-2] if running and len(periods) > 1 else periods[-1]
    name = name_of(named, setting.calendar)
    split = len(actual) - 1 if running else len(actual)
    gap: list[Decimal | None] = [None] * len(actual)
    series = [Series("Net revenue", Role.ACTUAL, (*actual[:split], *gap[split:]))]
    if running:
        series.append(Series("To date", Role.TO_DATE, (*gap[:split], *actual[split:])))
    if any(v is not None for v in prior):
        series.append(Series("Last year", Role.PRIOR, tuple(prior)))
    if any(v for v in plan):
        series.append(Series("Plan", Role.PLAN, tuple(plan)))
    return Chart(
        key=f"revenue-by-{grain.value}", kind=Kind.COLUMNS, unit="money", currency=currency,
        title=sentences.period_result(
            name,
            attainment=value_of(values.get("attainment", grain, named.start)),
            growth=value_of(values.get("growth_yoy", grain, named.start)),
            to_date=False,
        ),
        period=f"{starts[0]:%b %Y} – {periods[-1].end - timedelta(days=1):%b %Y}", source="revenue lines",
        first_heading=grain.value.capitalize(), metric="net_revenue",
        categories=tuple(name_of(p, setting.calendar) for p in periods), series=tuple(series),
        bounds=bounds_of(periods),
        short=tuple(_short(p, p is periods[0], setting) for p in periods),
        links=tuple(f"/revenue/?period={code_of(p, setting.calendar)}" for p in periods),
    )  # fmt: skip


def _short(period: Period, first: bool, setting: Setting) -> str:
    if period.grain is not Grain.MONTH:
        return name_of(period, setting.calendar)
    start = period.start
    return f"{start:%b} ’{start:%y}" if first or start.month == 1 else f"{start:%b}"
