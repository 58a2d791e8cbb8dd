"""What each go-to-market motion costs: the cost of sales shared among the deals that the month's work went into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Array, Direction, Function, Unit, shaped
from metrics.definitions.cost import NO_COST
from metrics.definitions.grouping import UNDATED, Grouping, Ints, group, ranks, settled_sum
from metrics.definitions.links import join, links
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut, Scene

UNALLOCATED = "not allocated"  # spent in months, or on work, that no deal can be told of
_NO_WORK = "no work on deals is logged"
_DRIVERS = 4  # minutes of all reps, minutes of a team, marketing touches, touches of a campaign
_MINUTES, _TEAM_MINUTES, _TOUCHES, _CAMPAIGN_TOUCHES = range(_DRIVERS)


@dataclass(frozen=True)
class Shared:
    """What deals take of the cost of sales, one entry per deal and piece of work; what is left, one per cost.

    Amounts are doubles in ten-thousandths, days the first ones of the costs' months. `cost_day`: of all costs;
    `worked_day`: of those for which work is logged, be it with deals or not.
    """

    deal: Ints
    day: Ints
    amount: Array
    left_day: Ints
    left: Array
    cost_day: Ints
    worked_day: Ints


@dataclass(frozen=True)
class _Work:
    """Pieces of work that cost is shared by: month, driver, team or campaign, and weight; `row` in its frame."""

    row: Ints
    month: Ints
    driver: Ints
    scope: Ints
    weight: Array


def shared(scene: Scene) -> Shared:
    """Costs of sales, worked out once; every deal's share hangs on its own work and the whole month's alone."""
    return scene.once("shared cost of sales", lambda: _shared(scene))


def _shared(scene: Scene) -> Shared:
    costs = scene.rows("costs")
    day, campaign, team = costs.days("day"), costs["campaign_id"], scene.dim_codes("costs", "team")
    used = costs.isin("source_function", scene.setting.policy.sales_functions)
    used &= (day <= scene.as_of) | (day == UNDATED)
    touched = costs.isin("source_function", {"marketing"}) | (campaign >= 0)
    no_team = len(scene.labels("team"))
    by_time = np.where(team < no_team, _TEAM_MINUTES, _MINUTES)
    driver = np.where(touched, np.where(campaign >= 0, _CAMPAIGN_TOUCHES, _TOUCHES), by_time)
    scope = np.where(touched, np.maximum(campaign, -1), np.where(team < no_team, team, -1))
    month = _month(day)
    work = [_minutes(scene, no_team), _touches(scene)]
    width = max([int(scope.max(initial=0)), *(int(w.scope.max(initial=0)) for w in work)]) + 2

    def key(month: Ints, driver: Ints, scope: Ints) -> Ints:
        return np.where(month < 0, -1, (month * _DRIVERS + driver) * width + scope + 1)

    keys, place = np.unique(key(month, driver, scope)[used], return_inverse=True)
    place = place.reshape(-1)
    amount = settled_sum(place, costs["amount"][used].astype(np.float64), keys.size)
    start = np.full(keys.size, UNDATED)
    np.minimum.at(start, place, day[used])
    given, worked = np.zeros(keys.size), np.zeros(keys.size, dtype=bool)
    deals, days, amounts = [], [], []
    for frame, each in zip(("activities", "touches"), work, strict=True):
        hit, at = join(keys, key(each.month, each.driver, each.scope))
        whole = settled_sum(at, each.weight[hit], keys.size)
        worked |= whole > 0
        found = links(scene, frame)
        times = np.bincount(found.row, minlength=len(scene.frames.get(frame)))
        # A piece of work is listed once per driver; it is linked to each deal of its account in equal parts.
        piece = each.row[hit]
        order = np.argsort(piece, kind="stable")
        listed = np.bincount(piece, minlength=times.size)
        count, begin = listed[found.row], (np.cumsum(listed) - listed)[found.row]
        link = np.repeat(np.arange(found.row.size), count)
        step = np.arange(link.size) - np.repeat(np.cumsum(count) - count, count)
        chosen = order[begin[link] + step]
        cost = at[chosen]
        share = amount[cost] * each.weight[hit][chosen] / whole[cost] / times[found.row[link]]
        given += settled_sum(cost, share, keys.size)
        deals.append(found.deal[link])
        days.append(start[cost])
        amounts.append(share)
    left = amount - given
    kept = np.abs(left) > 1e-9 * np.abs(amount)
    taken = [np.concatenate(column) for column in (deals, days, amounts)]
    return Shared(taken[0], taken[1], taken[2], start[kept], left[kept], start, start[worked])


def _month(day: Ints) -> Ints:
    """Months since 1970; -1 for what has no date."""
    distinct, place = ranks(day)
    safe = np.where(distinct == UNDATED, 0, distinct).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.where(distinct == UNDATED, -1, safe)[place]


def _minutes(scene: Scene, no_team: int) -> _Work:
    """Logged minutes, for the costs of all and for those of the rep's team."""
    acts = scene.rows("activities")
    day = acts.days("day")
    used = np.flatnonzero(acts["minutes_known"] & (acts["minutes"] > 0) & (day <= scene.as_of))
    team = scene.dim_codes("activities", "team")[used]
    return _twice(
        used, _month(day)[used], np.where(team < no_team, team, -1), acts["minutes"][used],
        np.ones(used.size, dtype=bool), (_MINUTES, _TEAM_MINUTES),
    )  # fmt: skip


def _touches(scene: Scene) -> _Work:
    """Touches of marketing, for its costs, and of a campaign, for the campaign's."""
    touches = scene.rows("touches")
    day = touches.days("day")
    used = np.flatnonzero(day <= scene.as_of)
    return _twice(
        used, _month(day)[used], touches["campaign_id"][used], np.ones(used.size, dtype=np.int64),
        touches.isin("function", {"marketing"})[used], (_TOUCHES, _CAMPAIGN_TOUCHES),
    )  # fmt: skip


def _twice(row: Ints, month: Ints, scope: Ints, weight: Ints, general: Array, drivers: tuple[int, int]) -> _Work:
    """Each piece of work for the costs of no scope, where it is `general`, and for those of its own."""
    own = scope >= 0
    rows = [np.flatnonzero(general), np.flatnonzero(own)]
    each = np.concatenate(rows)
    driver = np.repeat(drivers, [part.size for part in rows])
    return _Work(
        row[each], month[each], driver, np.where(driver == drivers[1], scope[each], -1), weight[each].astype(np.float64)
    )


def _motions(cut: Cut) -> tuple[list[str], Ints]:
    """Names of motions, and each deal's position among them."""
    column = cut.scene.frames.deals["motion"].cat
    names = [*(str(c) for c in column.categories), "unknown"]
    return names, np.where(column.codes.to_numpy() < 0, len(names) - 1, column.codes.to_numpy()).astype(np.int64)


_MOTION: dict[str, Any] = {
    "reads": ("deals", "costs", "activities", "touches", "leads"), "family": "contribution and attribution",
    "functions": (Function.MARKETING, Function.SALES), "own_dims": ("motion",), "dims": ("segment",),
    "looks_ahead": True, "grains": (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL), "direction": Direction.DOWN,
    "empty": NO_COST,
}  # fmt: skip
_BASIS = (
    "An allocation: each month's cost of sales by the minutes logged with deals up to their close (a team's by its "
    "own), that of marketing by its touches on them, a campaign's by the campaign's own"
)


@shaped(
    "motion_cost_of_sales", "Cost of sales by motion (allocated)", Unit.MONEY, **_MOTION,
    formula=f"{_BASIS}; what no deal can be told of stands under 'not allocated'. All add up to the cost of sales.",
    why="A motion that costs more than it brings is the wrong one for its customers.",
)  # fmt: skip
def motion_cost_of_sales(cut: Cut) -> Long:
    """Σ shares of the motion's deals; n = pieces of work. Under 'not allocated', of the whole company: what is left."""
    found = shared(cut.scene)
    names, motion = _motions(cut)
    width = len(names)
    labels = np.array([*names, UNALLOCATED], dtype=object)
    tables = []
    grouping = group(cut.codes("deals")[found.deal] * width + motion[found.deal], found.day)
    parts = [(grouping, found.amount, labels[:-1], width)]
    if not cut.by and not cut.scene.within:
        parts.append((group(np.zeros(found.left.size, dtype=np.int64), found.left_day), found.left, labels[-1:], 1))
    for cells, amount, label, size in parts:
        value, n = settled_sum(cells.ids, amount, cells.size) / 10_000, cells.sum(np.ones(amount.size, dtype=bool))
        for grain in cut.grains:
            runs = cells.rollup(grain, cut.setting.calendar)
            if runs.starts.size:
                tables.append(
                    long(
                        grain, runs.period, runs.member // size, undated=runs.undated,
                        value=np.add.reduceat(value, runs.starts), n=runs.sum(n), motion=label[runs.member % size],
                    )
                )  # fmt: skip
    return stack(tables)


@shaped(
    "motion_cost_ratio", "Cost of sales per amount won, by motion (allocated)", Unit.RATE, **_MOTION,
    formula=f"Cost of sales of the motion / amount of its deals won. {_BASIS}.",
    why="What a unit of what was won has cost to win, motion beside motion.",
)  # fmt: skip
def motion_cost_ratio(cut: Cut) -> Long:
    """Cost / bookings per motion; n = deals won. Where nothing of a period's cost could be allocated: no value."""
    found, deals = shared(cut.scene), cut.scene.rows("deals")
    if not found.cost_day.size:
        return stack([])
    names, motion = _motions(cut)
    won = np.flatnonzero(deals["is_closed"] & deals["is_won"])
    deal = np.concatenate([won, found.deal])
    day = np.concatenate([deals.days("close")[won], found.day])
    code = cut.codes("deals")[deal] * len(names) + motion[deal]
    cells = group(code, day)
    none, zero = np.zeros(won.size), np.zeros(found.deal.size, dtype=np.int64)
    cost = settled_sum(cells.ids, np.concatenate([none, found.amount]), cells.size)
    amount = cells.sum(np.concatenate([deals["amount"][won], zero]))
    n = cells.sum(np.concatenate([np.ones(won.size, dtype=np.int64), zero]))
    spent, worked = (group(np.zeros(d.size, dtype=np.int64), d) for d in (found.cost_day, found.worked_day))
    tables = []
    for grain in cut.grains:
        runs = cells.rollup(grain, cut.setting.calendar)
        if not runs.starts.size:
            continue
        top, bottom = np.add.reduceat(cost, runs.starts), runs.sum(amount)
        paid, told = (np.isin(runs.period, _periods(cut, part, grain)) for part in (spent, worked))
        status = np.where(paid, np.where(told, np.where(bottom > 0, "", "nothing won"), _NO_WORK), NO_COST)
        value = np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1), np.nan)
        tables.append(
            long(
                grain, runs.period, runs.member // len(names), undated=runs.undated, value=value, n=runs.sum(n),
                status=status.astype(object), motion=np.array(names, dtype=object)[runs.member % len(names)],
            )
        )  # fmt: skip
    return stack(tables)


def _periods(cut: Cut, cells: Grouping, grain: Grain) -> Ints:
    return cells.rollup(grain, cut.setting.calendar).period
