"""What comes next: pipeline and forecast, always with the coaching that moves them beside it, and productivity."""

from __future__ import annotations

from decimal import Decimal

from core import show
from core.periods import Grain, Period
from scoreboard.charts.shape import Chart, Kind, Role, Series
from scoreboard.deck.figures import figure, figures, table
from scoreboard.deck.material import Material
from scoreboard.deck.shape import Slide
from scoreboard.deck.slides.good import made
from scoreboard.pages import pipeline, productivity
from scoreboard.pages.build import label_of, source_of, trend
from scoreboard.reading import value_of
from scoreboard.views_of_time import name_of

SECTION = "Pipeline and coaching"
SALES_SAY, MARKETING_SAY = ("pipeline_coverage", "win_rate", "coaching_hours_per_rep_week"), ("icp_fit", "influenced")
BEHIND, AHEAD = 6, 6


def open_deals(m: Material) -> Slide:
    """The pipeline by month of expected close; coaching hours beside it."""
    hours = "coaching_hours_per_rep_week"
    return made(
        m, pipeline.PAGE, "pipeline", SECTION, pipeline.by_month(m.values, m.setting),
        beside=trend(m.values, m.setting, hours, goal=m.goals.get(hours)),
        lede="Coaching is what moves the win rate, and with it what the pipeline is worth.",
        keys=("pipeline_coverage", "win_rate", "sales_cycle_days", "coaching_hours_per_rep_week"),
        says=(SALES_SAY, MARKETING_SAY),
    )  # fmt: skip


def forecast(m: Material) -> Slide | None:
    """What the coming months are expected to bring; coaching coverage beside it."""
    calendar = m.setting.calendar
    following, chart = calendar.next(m.setting.view.period), forecast_chart(m)
    if chart is None:
        return None  # the slide before says what to import
    slide = made(
        m, pipeline.PAGE, "forecast", SECTION, chart,
        beside=trend(m.values, m.setting, "coaching_coverage", goal=m.goals.get("coaching_coverage")),
        lede="Won, committed in full, and the rest by its probability: made the same way each week.",
        says=(SALES_SAY, MARKETING_SAY),
    )  # fmt: skip
    this, named = m.setting.view.name, name_of(following, calendar)
    found = (
        figure(m, "forecast", label=f"Forecast, {this}"),
        figure(m, "forecast", period=following, label=f"Forecast, {named}"),
        figure(m, "pipeline_weighted", period=following, label=f"Weighted pipeline, {named}"),
        *figures(m, ("coaching_coverage",)),
    )
    return Slide(**{**slide.__dict__, "figures": found})


def forecast_chart(m: Material) -> Chart | None:
    """Bookings of the months that are over, the forecast from the running one on; None without a forecast."""
    calendar, running = m.setting.calendar, m.setting.calendar.period(Grain.MONTH, m.setting.run.as_of)
    periods = [running]
    while len(periods) <= BEHIND:
        periods.insert(0, calendar.previous(periods[0]))
    while len(periods) < BEHIND + AHEAD + 1:
        periods.append(calendar.next(periods[-1]))
    said = tuple(_amount(m, "forecast", p) if p.start >= running.start else None for p in periods)
    won = tuple(_amount(m, "bookings", p) if p.start < running.start else None for p in periods)
    known = [v for v in said if v is not None]
    if not known:
        return None
    names = tuple(label_of(p, m.setting) for p in periods)
    series = [Series("Forecast", Role.FORECAST, said)]
    if any(v is not None for v in won):
        series.insert(0, Series("Bookings", Role.ACTUAL, won))
    total = show.money(sum(known, Decimal(0)), m.currency)
    return Chart(
        key="forecast-by-month", kind=Kind.COLUMNS, unit="money", currency=m.currency, metric="forecast",
        title=f"The forecast from {names[BEHIND]} to {names[-1]} is {total}", source=source_of("forecast"),
        period=f"by month of close, {names[0]} – {names[-1]}", first_heading="Month", categories=names, short=names,
        series=tuple(series),
    )  # fmt: skip


def _amount(m: Material, key: str, period: Period) -> Decimal | None:
    return value_of(m.values.get(key, period.grain, period.start))


def productive(m: Material) -> Slide:
    """The seven questions."""
    found = productivity.checklist(m.values, m.setting, dict(m.goals))
    return made(
        m, productivity.PAGE, "productivity", "Productivity", None, table=table(found), title=found.title,
        lede="Successful is not the same as productive.",
        says=(("gross_profit_per_selling_hour", "win_rate"), ("cac", "cost_of_sales_ratio")),
    )  # fmt: skip
