"""Steady or lucky: what the largest new customer brought, and which counts of new customers are within the usual."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Unit, shaped
from metrics.definitions.customers import customers, members
from metrics.definitions.grouping import Ints, Windows, exact_sum, group, period_starts
from metrics.definitions.growth import days
from metrics.definitions.limits import process_limits
from metrics.definitions.long import Long, long, stack
from metrics.definitions.new_customers import READS
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut

LEAST, MOST = 12, 24  # full months that limits are taken from
_WHO = (Function.SALES, Function.MARKETING)
_COMMON: dict[str, Any] = {"reads": READS, "family": "productivity", "functions": _WHO}


@shaped(
    "new_logo_largest_share", "Share of the largest new customer", Unit.RATE, **_COMMON, dims=ACCOUNT_DIMS,
    direction=Direction.DOWN, numerator_scale=10_000, denominator_scale=10_000, empty="no revenue of new customers",
    formula="Net revenue of the customer new in the period who brought the most in it, divided by that of all "
    "customers new in it (of whom it is above zero).",
    why="Without that one catch, would it still have been a good quarter?",
)  # fmt: skip
def new_logo_largest_share(cut: Cut) -> Long:
    """Largest / Σ over customers with their first revenue in the period; n = those customers."""
    found, lines = customers(cut.scene), cut.scene.rows("lines")
    known, place = found.place(lines["account_id"])
    used = known & (lines.days("day") <= cut.scene.as_of)
    row, day, net = place[used], lines.days("day")[used], lines["net"][used]
    who = members(cut, found)
    tables = []
    for grain in cut.grains:
        first = _start(cut, grain, found.first)
        own = _start(cut, grain, day) == first[row]
        worth = exact_sum(row[own], net[own], found.first.size)
        paid = worth > 0
        groups = group(who[paid], first[paid])
        largest = np.zeros(groups.size, dtype=np.int64)
        np.maximum.at(largest, groups.ids, worth[paid])
        count = groups.sum(np.ones(int(paid.sum()), dtype=bool))
        total = groups.sum(worth[paid])
        tables.append(long(grain, groups.day, groups.member, numerator=largest, denominator=total, n=count))
    return stack(tables)


def _start(cut: Cut, grain: Grain, day: Ints) -> Ints:
    return period_starts(cut.setting.calendar, grain, day)


def _limits(cut: Cut, side: str) -> Long:
    """One limit for each full month, from the twelve to twenty-four full months before it."""
    first = customers(cut.scene).first
    if not first.size:
        return stack([])
    grouping = group(np.zeros(first.size, dtype=np.int64), first)
    counts = Windows(grouping, grouping.sum(np.ones(first.size, dtype=bool)))
    months = cut.periods(Grain.MONTH, int(first.min()), cut.scene.as_of)
    full = [month for month in months if month.end <= cut.setting.as_of + timedelta(1)]
    if len(full) <= LEAST:
        return stack([])
    monthly = counts.between(days([m.start for m in full]), days([m.end for m in full]))[0]
    past = [monthly[max(0, i - MOST) : i] for i in range(LEAST, len(full))]
    value = np.array([max(getattr(process_limits(series.tolist()), side), 0.0) for series in past])
    n = np.array([series.size for series in past])
    start = days([month.start for month in full[LEAST:]])
    return long(Grain.MONTH, start, np.zeros(start.size), value=value, n=n)


_LIMITS: dict[str, Any] = {
    **_COMMON, "dims": (), "grains": (Grain.MONTH,), "direction": Direction.NEUTRAL, "zero": True,
    "source": "Wheeler, Understanding Variation", "empty": "fewer than thirteen full months",
    "why": "What lies within the limits is the usual noise; what lies outside has a cause worth finding.",
}  # fmt: skip
_FROM = "mean moving range of new customers a month, over the twelve to twenty-four full months before; never below 0."


@shaped(
    "new_logos_low", "New customers, low limit", Unit.COUNT, **_LIMITS,
    formula=f"Natural process limit: mean − 2.66 × {_FROM}",
)  # fmt: skip
def new_logos_low(cut: Cut) -> Long:
    """The lower limit; n = months it is taken from."""
    return _limits(cut, "lower")


@shaped(
    "new_logos_high", "New customers, high limit", Unit.COUNT, **_LIMITS,
    formula=f"Natural process limit: mean + 2.66 × {_FROM}",
)  # fmt: skip
def new_logos_high(cut: Cut) -> Long:
    """The upper limit; n = months it is taken from."""
    return _limits(cut, "upper")
