"""New customers: how many, how steadily, and how many of them are gone again soon."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Timing, Unit, shaped
from metrics.definitions.customers import customers, durability, members
from metrics.definitions.grouping import UNDATED, Windows, group
from metrics.definitions.growth import days
from metrics.definitions.long import Long, long, pool, stack
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut

READS = ("accounts", "lines", "subscriptions")
_WHO = (Function.SALES, Function.MARKETING)


@shaped(
    "new_logos", "New customers", Unit.COUNT, reads=READS, family="productivity", functions=_WHO, dims=ACCOUNT_DIMS,
    formula="Customers with their first revenue in the period.", zero=True,
    why="Steady acquisition is a habit; one large catch is luck.",
)  # fmt: skip
def new_logos(cut: Cut) -> Long:
    """Count of first revenues."""
    found = customers(cut.scene)
    return pool(cut, found.first, members(cut, found), numerator=np.ones(found.first.size, dtype=np.int64))


@shaped(
    "new_logo_cv", "Unsteadiness of acquisition", Unit.RATIO, reads=READS, family="productivity", functions=_WHO,
    dims=(), grains=(Grain.MONTH, Grain.ALL), direction=Direction.DOWN,
    empty="fewer than twelve full months, or no new customer in them",
    formula="Standard deviation (n − 1) divided by mean of new customers a month over the trailing twelve full months.",
    why="A funnel that works brings customers every month.",
)  # fmt: skip
def new_logo_cv(cut: Cut) -> Long:
    """Coefficient of variation of monthly new customers."""
    found = customers(cut.scene)
    if not found.first.size:
        return stack([])
    grouping = group(members(cut, found), found.first)
    counts = Windows(grouping, grouping.sum(np.ones(found.first.size, dtype=bool)))
    months = cut.periods(Grain.MONTH, int(found.first.min()), cut.scene.as_of)
    full = [m for m in months if m.end <= cut.setting.as_of + timedelta(1)]
    if not full:
        return stack([])
    starts, ends = days([m.start for m in full]), days([m.end for m in full])
    monthly = counts.between(starts, ends)[0]
    value = np.full(monthly.size, np.nan)
    total = np.zeros(monthly.size, dtype=np.int64)
    for end in range(12, monthly.size + 1):
        year = monthly[end - 12 : end]
        total[end - 1] = year.sum()
        value[end - 1] = year.std(ddof=1) / year.mean() if year.sum() else np.nan
    tables = []
    for grain in cut.grains:
        last = slice(-1, None) if grain is Grain.ALL else slice(None)
        period = np.full(1, UNDATED) if grain is Grain.ALL else starts
        size = period.size
        tables.append(long(grain, period, np.zeros(size), value=value[last], n=total[last]))
    return stack(tables)


@shaped(
    "early_churn", "Early churn", Unit.RATE, looks_ahead=True,
    reads=READS, family="retention", dims=ACCOUNT_DIMS, min_n=10,
    functions=(Function.SALES, Function.CUSTOMER_EXPERIENCE, Function.MARKETING), direction=Direction.DOWN,
    timing=Timing.LAG, empty="no customer old enough to judge",
    formula="Of customers with their first revenue in the period and old enough to judge, the share no longer active "
    "when the policy's early-churn months are over.",
    why="Customers who leave at once should not have been sold to.",
)  # fmt: skip
def early_churn(cut: Cut) -> Long:
    """Lost within the early-churn window / customers whose window is over."""
    found, kept, judged = durability(cut.scene)
    who = members(cut, found)
    return pool(cut, found.first[judged], who[judged], numerator=~kept[judged], denominator=judged[judged])
