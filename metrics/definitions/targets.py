"""Targets laid out by day, and how much of them was attained."""

from __future__ import annotations

import numpy as np
import pandas as pd

from metrics.definitions.base import Array, Function, Unit, shaped
from metrics.definitions.frames import dimensions_of
from metrics.definitions.grouping import Ints
from metrics.definitions.long import Long, pool
from metrics.definitions.scene import Cut

FAMILY = "growth"
DIMS = dimensions_of("targets")
REVENUE = ("net_revenue", "revenue")
NO_TARGET = "no target, or it is zero"
Daily = tuple[Ints, Ints, Ints]  # day, member, amount


def revenue_names(cut: Cut) -> tuple[str, ...]:
    """What a revenue target may be called: also `bookings` where won deals stand in for revenue lines."""
    lines = cut.scene.frames.lines
    return (*REVENUE, "bookings") if len(lines) and bool(lines["bookings_basis"].all()) else REVENUE


def daily_targets(cut: Cut, names: tuple[str, ...]) -> Daily:
    """Targets of exactly this cut's scope, one row per member and day: within a team, those of that team.

    Each day takes its amount from the shortest target that covers it, so months beat the year they lie in. A target
    is spread over its days by cumulative rounding, so that its days add up to it exactly.
    """
    rows = cut.scene.rows("targets")
    used = rows.isin("metric", names) & (rows["end"] > rows["start"])
    named = cut.scene.within | set(cut.by)
    for dim in DIMS:
        if dim == "team" and "rep" in named and "team" not in named:
            continue  # a rep's target may name the rep's team
        has = rows.frame[dim].cat.codes.to_numpy() >= 0
        used &= has if dim in named else ~has
    table = pd.DataFrame({"member": cut.codes("targets"), "start": rows.days("start"), "end": rows.days("end")})
    table["amount"] = rows["amount"]
    total = table[used].groupby(["member", "start", "end"], sort=True)["amount"].sum().reset_index()
    return _spread(*(total[name].to_numpy() for name in ("member", "start", "end", "amount")))


def _spread(member: Ints, start: Ints, end: Ints, amount: Ints) -> Daily:
    length = end - start
    row = np.repeat(np.arange(length.size), length)
    step = np.arange(row.size) - np.repeat(np.cumsum(length) - length, length)
    size, total = length[row], amount[row]
    daily = (2 * total * (step + 1) + size) // (2 * size) - (2 * total * step + size) // (2 * size)
    day, who = start[row] + step, member[row]
    order = np.lexsort((-start[row], size, day, who))
    first = np.ones(row.size, dtype=bool)
    first[1:] = (np.diff(who[order]) != 0) | (np.diff(day[order]) != 0)
    chosen = order[first]
    return day[chosen], who[chosen], daily[chosen]


def attain(cut: Cut, names: tuple[str, ...], frame: str, day: str, amount: Array, count: Array) -> Long:
    """Σ amount / Σ target over the days up to `as_of` that have a target; n = Σ count on those days."""
    target_day, member, target = daily_targets(cut, names)
    over = target_day <= cut.scene.as_of
    target_day, member, target = target_day[over], member[over], target[over]
    grouping = cut.grouping(frame, day)
    cells, counts = grouping.sum(amount), grouping.sum(count)
    reached, n = match(member, target_day, grouping.member, grouping.day, cells, counts)
    return pool(cut, target_day, member, numerator=reached, denominator=target, n=n)


def match(member: Ints, day: Ints, cell_member: Ints, cell_day: Ints, *values: Ints) -> list[Ints]:
    """For each (member, day) the values of the cell that has the same; 0 where there is none. Cells are sorted."""
    if not cell_member.size or not member.size:
        return [np.zeros(member.size, dtype=np.int64) for _ in values]
    low, high = min(int(day.min()), int(cell_day.min())), int(day.max())
    span = high - low + 2
    keys = cell_member * span + np.minimum(cell_day - low, span - 1)  # days behind the last are out of reach
    wanted = member * span + (day - low)
    place = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return [np.where(keys[place] == wanted, value[place], 0) for value in values]


@shaped(
    "attainment", "Attainment", Unit.RATE, reads=("targets", "lines"), family=FAMILY, dims=DIMS,
    functions=(Function.EVERYONE,), numerator_scale=10_000, denominator_scale=10_000, empty=NO_TARGET,
    zero=True,
    formula="Net revenue divided by the target of the same scope and days; a running period counts its days so far.",
    why="The plan was a promise.",
)  # fmt: skip
def attainment(cut: Cut) -> Long:
    """net_revenue / target, to date."""
    lines = cut.scene.rows("lines")
    return attain(cut, revenue_names(cut), "lines", "day", lines["net"], lines["n"])


@shaped(
    "target", "Revenue target", Unit.MONEY, reads=("targets", "lines"), family=FAMILY, dims=DIMS,
    functions=(Function.EVERYONE,), zero=True,
    formula="Revenue target of the whole period; each day takes the shortest target that covers it.",
    why="What attainment is measured against.",
)  # fmt: skip
def target(cut: Cut) -> Long:
    """Σ target of the period's days, those to come included; n = days with a target."""
    day, member, amount = daily_targets(cut, revenue_names(cut))
    return pool(cut, day, member, numerator=amount)
