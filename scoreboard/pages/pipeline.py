"""Is the next number in sight? The pipeline by month, its coverage and its speed, with the coaching behind it."""

from __future__ import annotations

from decimal import Decimal

from core import show
from core.periods import Grain
from metrics.published import Values
from scoreboard.charts.shape import Chart, Kind, Role, Series, bounds_of
from scoreboard.pages.build import bars, group, label_of, source_of, tiles, trend
from scoreboard.pages.deal_flow import movement, win_curve
from scoreboard.pages.shape import Content, Page
from scoreboard.reading import Setting, value_of

TILES = (
    "pipeline_coverage",
    "pipeline_coverage_total",
    "win_rate",
    "win_rate_value",
    "avg_deal_size",
    "sales_cycle_days",
)
COACHING = ("coaching_hours_per_rep_week", "coaching_coverage")
FLOW = ("pipeline_movement", "stuck_deals", "pipeline_velocity", "win_curve")
AHEAD = 9


def build(values: Values, setting: Setting) -> Content:
    """The page's content. Coaching stands beside the pipeline: it is what moves the win rate."""
    following = setting.calendar.next(setting.view.period)
    return Content(
        tiles(values, setting, TILES),
        (
            group(
                by_month(values, setting),
                bars(values, setting, "pipeline_open", "segment", noun="segment", period=following),
            ),
            group(movement(values, setting),
                  bars(values, setting, "stuck_deals", "rep", noun="rep", grain=Grain.ALL), title="How it moves"),
            group(trend(values, setting, "win_rate", grain=Grain.QUARTER),
                  trend(values, setting, "sales_cycle_days", grain=Grain.QUARTER), win_curve(values, setting),
                  bars(values, setting, "pipeline_velocity", "team", noun="team", grain=Grain.ALL),
                  title="Whether it turns into deals"),
            group(*(trend(values, setting, key) for key in COACHING), title="The coaching behind it"),
            group(*(bars(values, setting, "win_rate", dim, noun=dim) for dim in ("rep", "team"))),
        ),
    )  # fmt: skip


def by_month(values: Values, setting: Setting) -> Chart | None:
    """Open pipeline by the month in which it is expected to close, with its weighted part and the plan."""
    period = setting.calendar.period(Grain.MONTH, setting.run.as_of)
    periods = [period]
    while len(periods) < AHEAD:
        periods.append(setting.calendar.next(periods[-1]))
    drawn = {
        key: tuple(value_of(values.get(key, Grain.MONTH, p.start)) for p in periods)
        for key in ("pipeline_open", "pipeline_weighted", "target")
    }
    opened, weighted = (
        sum((v for v in drawn[key] if v is not None), Decimal(0)) for key in ("pipeline_open", "pipeline_weighted")
    )
    if not opened:
        return None
    currency = setting.company.currency
    names = tuple(label_of(p, setting) for p in periods)
    series = [
        Series("Weighted by probability", Role.ACTUAL, drawn["pipeline_weighted"]),
        Series("All that is open", Role.PRIOR, drawn["pipeline_open"]),
    ]
    if any(drawn["target"]):
        series.append(Series("Revenue target", Role.PLAN, drawn["target"]))
    return Chart(
        key="pipeline-by-month", kind=Kind.COLUMNS, unit="money", currency=currency, metric="pipeline_open",
        title=f"{show.money(opened, currency)} is open up to {names[-1]}; weighted by probability it is worth "
        f"{show.money(weighted, currency)}",
        period=f"by expected close, {names[0]} – {names[-1]}", source=source_of("pipeline_open"),
        first_heading="Month", categories=names, short=names, series=tuple(series), bounds=bounds_of(periods),
    )  # fmt: skip


PAGE = Page(
    "pipeline", "Pipeline", "Is the next number in sight?",
    tuple(dict.fromkeys((*TILES, *COACHING, *FLOW, "pipeline_open", "pipeline_weighted", "target"))), build,
    "Import deals with stage, amount, probability and expected close date. This page then shows what is open, what it "
    "is worth and whether it covers the target.",
    dims=("segment", "rep", "team"), own=("movement", "days"),
    grains=frozenset({Grain.MONTH, Grain.QUARTER, Grain.ALL}),
)  # fmt: skip
