"""Deals on their way: how fast, where they stop, and how likely they go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Timing, Unit, shaped
from metrics.definitions.customers import months_after
from metrics.definitions.grouping import UNDATED, Ints, group, order_of, period_starts
from metrics.definitions.links import join
from metrics.definitions.long import Long, long, pool, stack
from metrics.definitions.quantiles import quantiles
from metrics.definitions.scene import Cut, Scene
from metrics.definitions.statistics.survival import kaplan_meier

FAMILY = "pipeline and forecast"
_BOTH = (Function.SALES, Function.MARKETING)
_LEAD: dict[str, Any] = {"family": FAMILY, "functions": _BOTH, "timing": Timing.LEAD}
CURVE_DAYS = (30, 60, 90, 120, 180, 270, 365)


def velocity(open_deals: float, value: float, rate: float, cycle_days: float) -> float | None:
    """Money a day: open deals × average value × win rate / cycle in days. None without a cycle."""
    return open_deals * value * rate / cycle_days if cycle_days > 0 else None


@shaped(
    "pipeline_velocity", "Pipeline velocity", Unit.PER_DAY, reads=("deals",), **_LEAD, moves="bookings",
    grains=(Grain.ALL,), empty="no open deals, or nothing closed in the past twelve months",
    formula="Open deals × average deal size × win rate / median cycle in days; the last three from the twelve months "
    "to "
    "today, all from the same scope.",
    why="Four levers in one number: more deals, larger, likelier, faster.",
)  # fmt: skip
def pipeline_velocity(cut: Cut) -> Long:
    """Per day, as of the last day; n = open deals."""
    deals = cut.scene.rows("deals")
    close, created, member = deals.days("close"), deals.days("created"), cut.codes("deals")
    since = int(months_after(np.array([cut.scene.as_of + 1]), -12)[0])
    recent = deals["is_closed"] & (close >= since) & (close <= cut.scene.as_of)
    won = recent & deals["is_won"]
    timed = won & (created != UNDATED)
    middle = quantiles(Cut(cut.scene, cut.by, (Grain.ALL,)), close[timed], member[timed], (close - created)[timed], 2)[
        0
    ]
    cycle = dict(zip(middle.member.tolist(), (middle.numerator / 4).tolist(), strict=True))
    members, row = np.unique(member, return_inverse=True)
    size = members.size
    still, lately, wins = (
        np.bincount(row, weights=flag, minlength=size) for flag in (~deals["is_closed"], recent, won)
    )
    worth = np.bincount(row, weights=np.where(won, deals["amount"], 0), minlength=size) / 10_000
    value = np.full(size, np.nan)
    for i, code in enumerate(members.tolist()):  # members of one cut, not rows
        if still[i] and wins[i]:
            found = velocity(still[i], worth[i] / wins[i], wins[i] / lately[i], cycle.get(code, 0.0))
            value[i] = np.nan if found is None else found
    return long(Grain.ALL, np.full(size, UNDATED), members, value=value, n=still)


@dataclass(frozen=True)
class Visits:
    """Stays of deals in stages, in order: deal row, stage code, first day, and the day it went on (UNDATED: has "
    "not)."""

    deal: Ints
    stage: Ints
    start: Ints
    end: Ints


def stage_names(scene: Scene) -> list[str]:
    """All stages of deals and their history."""
    frames = scene.frames
    return sorted({str(s) for f in (frames.deals, frames.deal_history) for s in f["stage"].cat.categories})


def visits(scene: Scene) -> Visits:
    """From the history, and the deal's present stage where the history does not end with it."""
    return scene.once("stage visits", lambda: _visits(scene))


def _codes(scene: Scene, frame: str) -> Ints:
    names = {name: i for i, name in enumerate(stage_names(scene))}
    column = scene.frames.get(frame)["stage"].cat
    return np.array([names[str(c)] for c in column.categories] + [-1], dtype=np.int64)[column.codes.to_numpy()]


def _visits(scene: Scene) -> Visits:
    deals, history = scene.rows("deals"), scene.rows("deal_history")
    row, deal = join(deals["deal_id"], history["deal_id"])
    stage, at = _codes(scene, "deal_history")[row], history.days("day")[row]
    moment = history["at"].astype("datetime64[s]").astype(np.int64)[row]
    used = (stage >= 0) & (at <= scene.as_of)
    deal, stage, at, moment = deal[used], stage[used], at[used], moment[used]
    now = _codes(scene, "deals")
    # The present stage closes the list; where history has it last, it merges with that visit below.
    created = np.where(deals.days("created") == UNDATED, scene.as_of, deals.days("created"))
    seen = np.isin(np.arange(len(deals)), deal)
    bare = np.flatnonzero((now >= 0) & ~seen)
    deal, stage = np.concatenate([deal, bare]), np.concatenate([stage, now[bare]])
    at, moment = np.concatenate([at, created[bare]]), np.concatenate([moment, created[bare] * 86_400])
    order = np.lexsort((moment, deal))
    deal, stage, at = deal[order], stage[order], at[order]
    new = np.ones(deal.size, dtype=bool)
    new[1:] = (deal[1:] != deal[:-1]) | (stage[1:] != stage[:-1])
    deal, stage, at = deal[new], stage[new], at[new]
    last = np.append(deal[1:] != deal[:-1], True) if deal.size else new
    close = np.where(deals["is_closed"], deals.days("close"), UNDATED)
    end = np.where(last, close[deal], np.append(at[1:], 0) if at.size else at)
    return Visits(deal, stage, at, end)


def stuck(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Which deals are stuck, and which are open with a stage whose usual length is known."""
    found, size = visits(scene), len(scene.frames.deals)
    stages = len(stage_names(scene))
    over = (found.end != UNDATED) & (found.end >= found.start)
    days = np.bincount(found.stage[over], weights=(found.end - found.start)[over], minlength=stages)
    count = np.bincount(found.stage[over], minlength=stages)
    usual = days / np.maximum(count, 1)
    here = found.end == UNDATED
    known, late = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    row, stage = found.deal[here], found.stage[here]
    known[row] = count[stage] > 0
    late[row] = scene.as_of - found.start[here] > usual[stage] + scene.setting.policy.stuck_days
    still = ~scene.rows("deals")["is_closed"]
    return known & late & still, known & still


@shaped(
    "stuck_deals", "Stuck deals", Unit.COUNT, reads=("deals", "deal_history"), **_LEAD, moves="win_rate",
    direction=Direction.DOWN, grains=(Grain.ALL,), empty="no open deal in a stage whose usual length is known",
    formula="Open deals that have been in their stage longer than that stage's average plus the policy's days (14).",
    why="A deal that does not move is usually lost already.",
)  # fmt: skip
def stuck_deals(cut: Cut) -> Long:
    """Count as of the last day; n = open deals that can be judged."""
    late, known = stuck(cut.scene)
    still = ~cut.scene.rows("deals")["is_closed"]
    part = Cut(cut.scene, cut.by, (Grain.ALL,))
    day = np.full(int(still.sum()), cut.scene.as_of)
    return pool(part, day, cut.codes("deals")[still], numerator=late[still], n=known[still])


@shaped(
    "stage_conversion", "Stage conversion", Unit.RATE, reads=("deals", "deal_history"), **_LEAD, moves="win_rate",
    own_dims=("stage",), min_n=10, grains=(Grain.QUARTER, Grain.YEAR, Grain.ALL), empty="nobody has left the stage yet",
    formula="Of the deals that reached a stage and have left it since, the share that went on to a later one or was "
    "won; "
    "by the day they reached it. Later is what most deals reach later.",
    why="It shows where the pipeline leaks.",
)  # fmt: skip
def stage_conversion(cut: Cut) -> Long:
    """Went on / left the stage."""
    codes = cut.codes("deals")
    tables = []
    for name, deal, start, onward in cut.scene.once("stages left", lambda: _left(cut.scene)):  # stages, not rows
        made = pool(cut, start, codes[deal], numerator=onward, denominator=np.ones(deal.size, dtype=bool))
        tables.append(made.labelled(stage=name))
    return stack(tables)


def _left(scene: Scene) -> list[tuple[str, Ints, Ints, np.ndarray]]:
    """For each stage the deals that have left it, the day on which each reached it, and whether it went on."""
    found, names = visits(scene), stage_names(scene)
    if not found.deal.size:
        return []
    deals, rank = scene.rows("deals"), _order(found, len(names))
    _, first = np.unique(found.deal * len(names) + found.stage, return_index=True)  # each deal reaches a stage once
    best = np.zeros(len(deals), dtype=np.int64)
    np.maximum.at(best, found.deal, rank[found.stage])
    deal, stage, start = found.deal[first], found.stage[first], found.start[first]
    won = (deals["is_closed"] & deals["is_won"])[deal]
    onward = won | (best[deal] > rank[stage])
    left = onward | deals["is_closed"][deal]
    mine = [(stage == number) & left for number in range(len(names))]
    return [(name, deal[of], start[of], onward[of]) for name, of in zip(names, mine, strict=True)]


def _order(found: Visits, stages: int) -> Ints:
    """Rank of each stage by the mean position at which deals reach it."""
    starts = np.flatnonzero(np.diff(found.deal, prepend=-1))
    position = np.arange(found.deal.size) - np.repeat(starts, np.diff(np.append(starts, found.deal.size)))
    mean = np.bincount(found.stage, weights=position, minlength=stages) / np.maximum(
        np.bincount(found.stage, minlength=stages), 1
    )
    return np.argsort(np.argsort(mean, kind="stable"), kind="stable")


@shaped(
    "win_curve", "Share of a cohort won by day", Unit.RATE, reads=("deals",), **_LEAD, moves="bookings",
    own_dims=("days",), min_n=10, zero=True, grains=(Grain.QUARTER, Grain.YEAR, Grain.ALL),
    source="Kaplan & Meier (1958)",
    formula="Of the deals created in the period, the share won by day t. Open deals count for as long as they have "
    "been "
    "open; lost ones are never won.",
    why="It compares young cohorts with old ones fairly.",
)  # fmt: skip
def win_curve(cut: Cut) -> Long:
    """1 − S(t) as far as any deal of the cohort has been seen; n = deals created."""
    deals, member = cut.scene.rows("deals"), cut.codes("deals")
    created, close = deals.days("created"), deals.days("close")
    won, lost = deals["is_closed"] & deals["is_won"], deals["is_closed"] & ~deals["is_won"]
    # Won, but on no day or before it was there: that says nothing of how long it takes.
    used = (created <= cut.scene.as_of) & ~(won & ((close == UNDATED) | (close < created)))
    length = np.where(won, close - created, np.where(lost, 10**6, cut.scene.as_of - created)).astype(np.float64)
    tables = []
    for grain in cut.grains:
        period = _periods(cut, grain, created)
        for who, start, mine in _groups(member, period, used):  # cohorts, not rows
            seen = [t for t in CURVE_DAYS if t <= cut.scene.as_of - int(created[mine].min())]  # nobody was, beyond
            if not seen:
                continue
            curve = kaplan_meier(length[mine], won[mine])
            value = 1 - curve.at(seen)
            labels = np.array([f"{t:03d}" for t in seen], dtype=object)
            size = len(seen)
            tables.append(
                long(
                    grain, np.full(size, start), np.full(size, who), value=value, n=np.full(size, mine.size),
                    days=labels,
                )
            )  # fmt: skip
    return stack(tables)


def _periods(cut: Cut, grain: Grain, day: Ints) -> Ints:
    return period_starts(cut.setting.calendar, grain, day)


def _groups(member: Ints, period: Ints, used: np.ndarray) -> list[tuple[int, int, Ints]]:
    """(member, period start, rows) of every group of used rows."""
    cells = group(member[used], period[used])
    order = order_of(cells.ids, cells.size)
    rows = np.split(np.flatnonzero(used)[order], np.cumsum(np.bincount(cells.ids, minlength=cells.size))[:-1])
    return list(zip(cells.member.tolist(), cells.day.tolist(), rows, strict=True)) if cells.size else []


@shaped(
    "sales_cycle_days_open", "Sales cycle, open deals counted", Unit.DAYS, reads=("deals",), **_LEAD, min_n=10,
    direction=Direction.DOWN, moves="bookings", grains=(Grain.QUARTER, Grain.YEAR, Grain.ALL), zero=True,
    empty="fewer than half are won yet", source="Kaplan & Meier (1958)",
    formula="Kaplan–Meier median of the days from creation to won over deals created in the period and not lost; open "
    "deals count for as long as they have been open.",
    why="The median of won deals alone flatters: the slow ones are still open.",
)  # fmt: skip
def sales_cycle_days_open(cut: Cut) -> Long:
    """The first day by which half are won; n = deals not lost."""
    deals, member = cut.scene.rows("deals"), cut.codes("deals")
    created, close = deals.days("created"), deals.days("close")
    won = deals["is_closed"] & deals["is_won"] & (close != UNDATED) & (close >= created)
    used = (created <= cut.scene.as_of) & (won | ~deals["is_closed"])
    length = np.where(won, close - created, cut.scene.as_of - created)
    tables = []
    for grain in cut.grains:
        period = _periods(cut, grain, created)
        cohorts = _groups(member, period, used)
        medians = [kaplan_meier(length[mine], won[mine]).median for _, _, mine in cohorts]
        value = np.array([np.nan if median is None else median for median in medians])
        keys = np.array([(who, start) for who, start, _ in cohorts], dtype=np.int64).reshape(-1, 2)
        sizes = np.array([mine.size for _, _, mine in cohorts], dtype=np.int64)
        tables.append(long(grain, keys[:, 1], keys[:, 0], value=value, n=sizes))
    return stack(tables)
