"""What growth costs, and what an hour of selling brings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Unit, shaped
from metrics.definitions.customers import customers
from metrics.definitions.grouping import UNDATED, Ints, Windows, group
from metrics.definitions.growth import days, windows
from metrics.definitions.long import Long, long, pool, stack
from metrics.definitions.recurring import TWELFTH, moves
from metrics.definitions.scene import Cut, Scene

FAMILY = "cost and return"
_BOTH = (Function.SALES, Function.MARKETING)
_MONTHLY = (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL)  # costs are monthly
_CUSTOMERS = ("lines", "subscriptions")
NO_COST = "no cost on record"
_COMMON: dict[str, Any] = {
    "family": FAMILY, "functions": _BOTH, "dims": (), "grains": _MONTHLY,
    "looks_ahead": True,  # before any cost is on record nothing is said, of no period
}  # fmt: skip


def sales_cost(scene: Scene) -> tuple[Ints, Ints]:
    """Day and amount of every cost of the functions that count as cost of sales, up to `as_of`."""

    def make() -> tuple[Ints, Ints]:
        costs = scene.rows("costs")
        day = costs.days("day")
        used = costs.isin("source_function", scene.setting.policy.sales_functions)
        used &= (day <= scene.as_of) | (day == UNDATED)
        return day[used], costs["amount"][used]

    return scene.once("cost of sales", make)


def _two(cut: Cut, top: tuple[Ints, Ints], bottom: tuple[Ints, Ints], n: tuple[Ints, Ints], nothing: str) -> Long:
    """Σ of the first amounts (costs) / Σ of the second, with Σ n: each given as (day, amount).

    `nothing` says why there is no value where the second is zero.
    """
    sizes = [top[0].size, bottom[0].size, n[0].size]
    zero = [np.zeros(size, dtype=np.int64) for size in sizes]
    day = np.concatenate([top[0], bottom[0], n[0]])
    member = np.zeros(day.size, dtype=np.int64)
    table = pool(
        cut, day, member,
        numerator=np.concatenate([top[1], zero[1], zero[2]]),
        denominator=np.concatenate([zero[0], bottom[1], zero[2]]),
        n=np.concatenate([zero[0], zero[1], n[1]]),
    )  # fmt: skip
    # Where no cost is on record it is not 0 but unknown.
    recorded = pool(cut, day, member, numerator=np.arange(day.size) < sizes[0])
    status = np.where(recorded.numerator == 0, NO_COST, np.where(table.denominator == 0, nothing, "")).astype(object)
    return table.where(np.ones(len(table), dtype=bool), status)


def _new_customers(scene: Scene) -> tuple[Ints, Ints]:
    first = customers(scene).first
    return first, np.ones(first.size, dtype=np.int64)


@shaped(
    "cac", "Customer acquisition cost", Unit.MONEY, reads=("costs", *_CUSTOMERS), **_COMMON, direction=Direction.DOWN,
    empty=NO_COST,
    formula="Sales and marketing cost divided by customers with their first revenue in the period.",
    why="Growth that costs more than it brings is shrinking.",
)  # fmt: skip
def cac(cut: Cut) -> Long:
    """Σ cost / new customers; a period without any cost on record has no value."""
    if not sales_cost(cut.scene)[0].size:
        return stack([])
    new = _new_customers(cut.scene)
    return _two(cut, sales_cost(cut.scene), new, new, "no new customers")


@shaped(
    "cost_of_sales_ratio", "Cost of sales ratio", Unit.RATE, reads=("costs", "lines"), **_COMMON, zero=True,
    direction=Direction.DOWN, empty=NO_COST, numerator_scale=10_000, denominator_scale=10_000,
    formula="Sales and marketing cost divided by net revenue; it should not be above the same period of the year "
    "before.",
    why="Successful is not the same as productive.",
)  # fmt: skip
def cost_of_sales_ratio(cut: Cut) -> Long:
    """Σ cost / Σ net."""
    lines = cut.scene.rows("lines")
    if not sales_cost(cut.scene)[0].size:
        return stack([])
    cells = cut.grouping("lines", "day")
    net, n = (cells.sum(lines[name]) for name in ("net", "n"))
    return _two(cut, sales_cost(cut.scene), (cells.day, net), (cells.day, n), "no revenue")


@shaped(
    "magic_number", "Magic number", Unit.RATIO, looks_ahead=True, reads=("costs", "lines"), family=FAMILY,
    functions=_BOTH, dims=(), grains=(Grain.QUARTER,), empty="no cost in the quarter before", zero=True,
    numerator_scale=10_000, denominator_scale=10_000,
    formula="(Revenue of the quarter − revenue of the quarter before) × 4 / sales and marketing cost of the quarter "
    "before.",
    why="What a year of revenue the last quarter's money has bought.",
)  # fmt: skip
def magic_number(cut: Cut) -> Long:
    """For full quarters."""
    money, lines = windows(cut, "net")
    day, amount = sales_cost(cut.scene)
    if not money.members.size or not day.size:
        return stack([])
    grouping = group(np.zeros(day.size, dtype=np.int64), day)
    spent = Windows(grouping, grouping.sum(amount))
    quarters = cut.periods(Grain.QUARTER, money.first_day, cut.scene.as_of)
    full = [q for q in quarters if q.end <= cut.setting.as_of + timedelta(1)]
    if len(full) < 2 or not spent.members.size:
        return stack([])
    start, end = days([q.start for q in full]), days([q.end for q in full])
    revenue, n = money.between(start, end)[0], lines.between(start, end)[0]
    cost = spent.between(start, end)[0]
    return long(
        Grain.QUARTER, start[1:], np.zeros(start.size - 1), numerator=4 * np.diff(revenue), denominator=cost[:-1],
        n=n[1:],
    )  # fmt: skip


@shaped(
    "cac_payback_months", "CAC payback", Unit.MONTHS, reads=("costs", *_CUSTOMERS, "accounts"),
    **{**_COMMON, "grains": _MONTHLY[:3]}, direction=Direction.DOWN, zero=True,
    empty="no new customers with recurring revenue, or no margin",
    formula="Acquisition cost per new customer / (monthly recurring revenue per new customer × gross margin).",
    why="How long a new customer's money is lent to them.",
)  # fmt: skip
def cac_payback_months(cut: Cut) -> Long:
    """Σ cost / (new MRR × gross margin of the period): the number of new customers cancels out."""
    day, amount = sales_cost(cut.scene)
    if not day.size:
        return stack([])
    lines = cut.scene.rows("lines")
    known = lines["cost_known"]
    grouping = cut.grouping("lines", "day")
    profit = Windows(grouping, grouping.sum(np.where(known, lines["net"] - lines["cost"], 0)))
    revenue = Windows(grouping, grouping.sum(np.where(known, lines["net"], 0)))
    costs = group(np.zeros(day.size, dtype=np.int64), day)
    spent = Windows(costs, costs.sum(amount))
    tables = []
    for grain in cut.grains:
        moved = moves(cut, grain)
        if not moved.periods.size or not revenue.members.size or not spent.members.size:
            continue
        ends = days([cut.setting.calendar.period(grain, d).end for d in moved.periods.astype("datetime64[D]").tolist()])
        new = moved.started & ~moved.before
        fresh, count = moved.table(np.where(new, moved.moved, 0))[0], moved.table(new)[0]
        top, bottom = profit.between(moved.periods, ends)[0], revenue.between(moved.periods, ends)[0]
        cost = spent.between(moved.periods, ends)[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            monthly = fresh / TWELFTH * np.where(bottom > 0, top / bottom, np.nan)
            value = np.where(monthly > 0, cost / 10_000 / monthly, np.nan)
        seen = (cost != 0) | (count > 0)
        tables.append(long(grain, moved.periods[seen], np.zeros(int(seen.sum())), value=value[seen], n=count[seen]))
    return stack(tables)


def _per_hour(cut: Cut, profit: bool) -> Long:
    """Σ net or Σ gross profit / Σ selling hours, of the weeks for which hours are logged."""
    hours, lines = cut.scene.rows("hours"), cut.scene.rows("lines")
    week, day = hours.days("day"), lines.days("day")
    logged = hours["selling_known"] & (week <= cut.scene.as_of)
    if not logged.any():
        return stack([])
    inside = np.isin(day - (day + 3) % 7, week[logged])  # 1970 began on a Thursday
    amount = lines["net"]
    if profit:
        inside &= lines["cost_known"]
        amount = amount - lines["cost"]
    zero_hours, zero_lines = np.zeros(int(logged.sum()), dtype=np.int64), np.zeros(int(inside.sum()), dtype=np.int64)
    return pool(
        cut, np.concatenate([day[inside], week[logged]]),
        np.concatenate([cut.codes("lines")[inside], cut.codes("hours")[logged]]),
        numerator=np.concatenate([amount[inside], zero_hours]),
        denominator=np.concatenate([zero_lines, hours["selling"][logged]]),
        n=np.concatenate([zero_lines, np.ones(zero_hours.size, dtype=np.int64)]),
    )  # fmt: skip


_HOURS: dict[str, Any] = {
    "reads": ("hours", "lines"), "family": FAMILY, "functions": (Function.SALES,), "numerator_scale": 10_000,
    "denominator_scale": 10_000, "empty": "no selling hours logged", "dims": ("team", "rep"),
}  # fmt: skip


@shaped(
    "revenue_per_selling_hour", "Revenue per selling hour", Unit.PER_HOUR, **_HOURS,
    formula="Net revenue divided by hours logged as selling, over the weeks for which hours are logged.",
    why="Time is what sales people spend.",
)  # fmt: skip
def revenue_per_selling_hour(cut: Cut) -> Long:
    """Σ net / Σ selling hours."""
    return _per_hour(cut, profit=False)


@shaped(
    "gross_profit_per_selling_hour", "Gross profit per selling hour", Unit.PER_HOUR, **_HOURS,
    formula="Gross profit divided by hours logged as selling, over the weeks for which hours are logged.",
    why="An hour spent on a discount earns less than it seems.",
)  # fmt: skip
def gross_profit_per_selling_hour(cut: Cut) -> Long:
    """Σ gross profit / Σ selling hours."""
    return _per_hour(cut, profit=True)
