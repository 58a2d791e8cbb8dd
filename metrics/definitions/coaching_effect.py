"""Whether coaching showed: the change of coached reps against that of the others. Association, not proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Array, Function, Unit, shaped
from metrics.definitions.coaching_hours import HOUR
from metrics.definitions.customers import months_after
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.links import join
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut, Scene
from metrics.definitions.statistics.difference import difference_in_differences
from metrics.definitions.targets import daily_targets, revenue_names

MONTHS = 6


@dataclass(frozen=True)
class Arms:
    """Reps (sorted ids), which of them are coached, and the days between which before ends and after begins."""

    rep: Ints
    coached: Array
    start: int
    middle: int
    end: int

    def sums(self, owner: Ints, day: Ints, which: Array, *columns: Array) -> list[Array]:
        """Σ of each column per rep (rows) and window (before, after) over the rows of `which`; the last: how many."""
        inside = which & (day >= self.start) & (day < self.end)
        row, place = join(self.rep, np.where(inside, owner, -1))
        cell = 2 * place + (day[row] >= self.middle)
        size = 2 * self.rep.size
        one = np.ones(owner.size)
        return [
            np.bincount(cell, weights=np.asarray(c[row], dtype=np.float64), minlength=size).reshape(-1, 2)
            for c in (*columns, one)
        ]


def arms(scene: Scene) -> Arms:
    """Coached: at least the policy's weekly hours over the later window, `MONTHS` to `as_of`; before: as many again."""
    sessions, reps = scene.rows("coaching_sessions"), scene.rows("reps")
    end = scene.as_of + 1
    middle, start = (int(months_after(np.array([end]), -k * MONTHS)[0]) for k in (1, 2))
    rep = np.sort(reps["rep_id"][reps["is_rep"]])
    day = sessions.days("day")
    row, place = join(rep, np.where(sessions["held"] & (day >= middle) & (day < end), sessions["rep_id"], -1))
    hours = np.bincount(place, weights=sessions["minutes"][row], minlength=rep.size) / HOUR
    coached = hours * 7 / (end - middle) >= scene.setting.policy.coaching_hours_per_week
    return Arms(rep, coached, start, middle, end)


def _wins(scene: Scene, found: Arms) -> list[Array]:
    deals = scene.rows("deals")
    return found.sums(deals["owner_id"], deals.days("close"), deals["is_closed"], deals["is_won"], deals["is_closed"])


def _profit(scene: Scene, found: Arms) -> list[Array]:
    lines = scene.rows("lines")
    net, known = lines["net"], lines["cost_known"]
    return found.sums(lines["owner_id"], lines.days("day"), known, net - lines["cost"], net)


def _attained(scene: Scene, found: Arms) -> list[Array]:
    """Net revenue against each rep's own target; reps without one do not count."""
    cut = Cut(scene, ("rep",), (Grain.ALL,))
    day, member, amount = daily_targets(cut, revenue_names(cut))
    reps, lines = scene.rows("reps"), scene.rows("lines")
    codes, ids = cut.codes("reps"), reps["rep_id"]
    known, place = join(codes, member)
    owner = np.full(member.size, -1, dtype=np.int64)
    owner[known] = ids[place]
    target, _ = found.sums(owner, day, owner >= 0, amount)
    net, n = found.sums(lines["owner_id"], lines.days("day"), np.ones(len(lines), dtype=bool), lines["net"])
    return [np.where(target > 0, net, 0.0), target, np.where(target > 0, n, 0.0)]


Sums = Callable[[Scene, Arms], list[Array]]
_LOOKED: dict[str, tuple[str, str, Sums, tuple[str, ...], str]] = {
    "coaching_effect": ("the win rate", "win rate", _wins, ("deals",), "deals"),
    "coaching_effect_margin": ("the margin", "gross margin", _profit, ("lines",), "lines"),
    "coaching_effect_attainment": ("attainment", "attainment", _attained, ("lines", "targets"), "lines"),
}
_ENDS = {
    "": ("", "value", ""),
    "_low": (", low end", "low", "Low end of the 95 % interval of: "),
    "_high": (", high end", "high", "High end of the 95 % interval of: "),
}


def effect(scene: Scene, sums: Sums, things: str) -> dict[str, float | int | str]:
    """value, low, high (NaN where there is none), n and the reason; fewer than the policy's minimum have no value."""
    policy, found = scene.setting.policy, arms(scene)
    top, bottom, count = sums(scene, found)
    each = [int(count[found.coached == arm].sum()) for arm in (False, True)]
    seen = [int((bottom[found.coached == arm] != 0).any(axis=1).sum()) for arm in (False, True)]
    told = difference_in_differences(top, bottom, np.asarray(found.coached))
    n = min(each)
    if min(seen) < policy.effect_minimum_reps or n < policy.effect_minimum_deals or told is None:
        status = f"too few: {min(seen)} reps and {n} {things} in an arm"
        return {"value": np.nan, "low": np.nan, "high": np.nan, "n": n, "status": status}
    return {"value": told.value, "low": told.low, "high": told.high, "n": n, "status": ""}


def _register(key: str, end: str) -> None:
    what, rate, sums, reads, things = _LOOKED[key]
    label, part, words = _ENDS[end]

    def values(cut: Cut) -> Long:
        if not len(cut.scene.frames.coaching_sessions):
            return stack([])
        found = cut.scene.once(("effect", key), lambda: effect(cut.scene, sums, things))
        value, n = np.array([found[part]], dtype=np.float64), np.array([found["n"]])
        return long(
            Grain.ALL, np.array([UNDATED]), np.zeros(1), value=value, n=n, status=str(found["status"])
        )  # fmt: skip

    formula = (
        f"{words}Change of the {rate} of coached reps less that of the others, the last six months against the six "
        "before; the interval counts each rep once. It is association, not proof."
    )
    values.__doc__ = formula
    shaped(
        key + end, f"Effect of coaching on {what}{label}", Unit.RATE, dims=(), grains=(Grain.ALL,), zero=True,
        reads=("coaching_sessions", "reps", *reads), family="coaching and training", functions=(Function.SALES,),
        empty="too few reps or deals to compare", source="Liang & Zeger (1986) for the interval", formula=formula,
        why="Coaching should be seen in results, and claimed with care.",
    )(values)  # fmt: skip


for _key in _LOOKED:
    for _end in _ENDS:
        _register(_key, _end)
