"""Plan and cost: targets by month, what selling and marketing cost, the euro's rates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import floor

import numpy as np
import polars as pl

from revenue.demo.columns import dates
from revenue.demo.marketing import PROGRAMMES, Campaigns
from revenue.demo.people import SIZES, People
from revenue.demo.span import MONTHS, Span, add_months, day, quarter_start
from revenue.demo.stories import LAST_QUARTER_ATTAINMENT, POLICY, QUARTER_ATTAINMENT, Stories
from revenue.demo.weeks import Rates, daily_level

# Attainment of the quarters before the last full one, the nearest first: most near the plan, two missed.
_EARLIER = (0.988, 1.021, 1.004, 0.967, 1.013, 0.995, 1.026, 0.972, 1.008, 1.0, 1.0)
_WITHIN = (0.985, 0.975, 1.04)  # attainment of a quarter's months, relative to the quarter's
_LEAD_TARGETS = (
    ("gross_margin", "0.58"), ("discount_depth", "0.13"), ("win_rate", "0.33"), ("coaching_hours_per_rep_week", "0.5"),
    ("coaching_coverage", "0.7"), ("prebrief_rate", "0.4"), ("debrief_rate", "0.4"), ("pipeline_coverage", "3"),
    ("quality_share", f"{POLICY.quality_floor}"), ("gross_profit_per_selling_hour", "900"),
)  # fmt: skip
COLUMNS = ("metric", "period_start", "period_end", "amount", "currency", "team", "rep", "segment", "function")


def monthly_plan(stories: Stories, net_by_month: Mapping[str, int], seed: int, scale: int) -> dict[date, int]:
    """Planned revenue by month in whole thousands of dollars, through the end of the next quarter.

    Months that are over: actual / attainment, so that the plan carries the season. The current month and those to
    come: the level expected, and the current quarter so fitted that its plan to date is met by QUARTER_ATTAINMENT.
    """
    span = stories.span
    actual = {month: net_by_month.get(month.isoformat(), 0) / 10_000 for month in span.months}
    plan = {m: actual[m] / _attainment(span, m) for m in span.months if add_months(m, 1) <= span.as_of}
    _fit_last_quarter(span, plan, actual)
    ahead = add_months(quarter_start(span.as_of), 6)
    month = span.months[MONTHS]
    while month < ahead:
        if month not in plan:
            plan[month] = _expected(stories, month, seed) * scale
        month = add_months(month, 1)
    factor = _current_factor(span, plan, actual)
    for month in plan:
        if day(month) >= span.quarter:
            plan[month] *= factor
    return {month: max(1000, round(amount / 1000) * 1000) for month, amount in sorted(plan.items())}


def _attainment(span: Span, month: date) -> float:
    """Attainment of a month that is over, before the quarters are fitted."""
    quarters = (quarter_start(span.as_of), quarter_start(month))
    back = (quarters[0].year - quarters[1].year) * 4 + (quarters[0].month - quarters[1].month) // 3
    base = QUARTER_ATTAINMENT if back == 0 else LAST_QUARTER_ATTAINMENT if back == 1 else _EARLIER[back - 2]
    return base * (_WITHIN[(month.month - 1) % 3] if back else 1.0)


def _fit_last_quarter(span: Span, plan: dict[date, float], actual: dict[date, float]) -> None:
    """Scales the last full quarter's plan so that it was met by LAST_QUARTER_ATTAINMENT, to the thousand."""
    months = [m for m in plan if span.last_quarter <= day(m) < span.quarter]
    wanted = sum(actual[m] for m in months) / LAST_QUARTER_ATTAINMENT
    factor = wanted / sum(plan[m] for m in months)
    for month in months:
        plan[month] *= factor


def _current_factor(span: Span, plan: dict[date, float], actual: dict[date, float]) -> float:
    """What the current quarter's plan is multiplied by; within a fifth, however few days there are to go by."""
    months = [m for m in plan if span.quarter <= day(m) <= span.last]
    to_date = 0.0
    for month in months:
        length = (add_months(month, 1) - month).days
        to_date += plan[month] * min(1.0, ((span.as_of - month).days + 1) / length)
    met = sum(actual[m] for m in months) / to_date
    return float(np.clip(met / QUARTER_ATTAINMENT, 0.85, 1.2))


def _expected(stories: Stories, month: date, seed: int) -> float:
    """Dollars a month to come should bring: the level of its business days without the stories' weeks."""
    days = np.arange(day(month), day(add_months(month, 1)))
    days = days[(days + 3) % 7 < 5]
    return float(daily_level(stories, seed, days).sum())


def target_table(
    stories: Stories, plan: Mapping[date, int], net_by_team: Mapping[str, int], people: People
) -> pl.DataFrame:
    """`targets`: net revenue by month (company, joint, teams, which add up to it); lead measures by quarter."""
    total = sum(net_by_team.values())
    rows: list[tuple[str | date | int | None, ...]] = []
    for month, amount in plan.items():
        until = add_months(month, 1)
        rows.append(("net_revenue", month, until, amount, "USD", None, None, None, None))
        rows.append(("net_revenue", month, until, amount, "USD", None, None, None, "joint"))
        left = amount
        for team in people.team_names[:-1]:
            part = floor(amount * net_by_team.get(team, 0) / total)
            rows.append(("net_revenue", month, until, part, "USD", team, None, None, None))
            left -= part
        rows.append(("net_revenue", month, until, left, "USD", people.team_names[-1], None, None, None))
    quarter = quarter_start(stories.span.start)
    while quarter <= stories.span.as_of:
        until = add_months(quarter, 3)
        rows += [(key, quarter, until, value, None, None, None, None, None) for key, value in _LEAD_TARGETS]
        quarter = until
    text = [tuple(None if v is None else str(v) for v in row) for row in rows]
    return pl.DataFrame(text, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def cost_table(
    stories: Stories, net_by_month: Mapping[str, int], people: People, campaigns: Campaigns, scale: int
) -> pl.DataFrame:
    """`costs` by month, function and category; the current month's in proportion to its days so far."""
    span = stories.span
    rows: list[tuple[date, str, str, int, str | None, str | None]] = []
    for index, month in enumerate(span.months):
        length = (add_months(month, 1) - month).days
        part = min(1.0, ((span.as_of - month).days + 1) / length)
        raise_ = 1.0 + 0.004 * index
        net = net_by_month.get(month.isoformat(), 0) / 10_000
        for team, name in enumerate(people.team_names):
            salaries = (
                (9_400 * SIZES[team % len(SIZES)] + 14_500) * raise_ * scale / (len(people.team_names) / len(SIZES))
            )
            rows.append((month, "sales", "salaries", round(salaries * part), name, None))
        rows.append((month, "sales", "commissions", round(0.042 * net), None, None))
        rows.append((month, "sales", "travel", round(31_000 * raise_ * part * scale), None, None))
        rows.append((month, "sales", "tools", round(17_500 * part * scale), None, None))
        rows.append((month, "marketing", "salaries", round(96_000 * raise_ * part * scale), None, None))
        rows.append((month, "marketing", "tools", round(22_000 * part * scale), None, None))
        quarter = campaigns.of(np.zeros(1, dtype=np.int64), np.array([day(month)]))[0]
        for place, programme in enumerate(PROGRAMMES):
            spent = round(programme[3] / 3 * part * scale)
            rows.append((month, programme[2], "campaigns", spent, None, campaigns.ids[int(quarter) + place]))
    return pl.DataFrame(
        {
            "month": [r[0] for r in rows],
            "function": [r[1] for r in rows],
            "category": [r[2] for r in rows],
            "amount": [r[3] for r in rows],
            "currency": ["USD"] * len(rows),
            "team": pl.Series([r[4] for r in rows], dtype=pl.String),
            "campaign": pl.Series([r[5] for r in rows], dtype=pl.String),
        }
    )


def rate_table(rates: Rates) -> pl.DataFrame:
    """`fx_rates`: dollars per euro, one for each day."""
    whole, part = pl.Series(rates.rate // 10_000), pl.Series(rates.rate % 10_000)
    return pl.DataFrame(
        {
            "currency": ["EUR"] * len(rates.rate),
            "on_date": dates(rates.first + np.arange(len(rates.rate))),
            "rate": whole.cast(pl.String) + "." + part.cast(pl.String).str.zfill(4),
        }
    )
