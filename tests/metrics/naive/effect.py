"""The effect of coaching, naively: one rep after the other, then the interval by its formula."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from scipy.stats import t as student

from tests.metrics.naive.coaching import month_back
from tests.metrics.naive.comparisons import daily
from tests.metrics.naive.keys import Answer, Cell, View, naive
from tests.metrics.naive.periods import ONE
from tests.metrics.naive.worlds import Row

Sums = tuple[int, int, int]  # top, bottom, things
LEAST_REPS, LEAST_THINGS = 2, 4  # of POLICY


def _wins(view: View, rep: Row, low: date, high: date) -> Sums:
    mine = [
        r for r in view.whole["deals"]
        if r["is_closed"] and r["owner_id"] == rep["rep_id"] and r["close"] and low <= r["close"] < high
    ]  # fmt: skip
    return sum(r["is_won"] for r in mine), len(mine), len(mine)


def _lines(view: View, rep: Row, low: date, high: date) -> list[Row]:
    return [r for r in view.whole["lines"] if r["owner_id"] == rep["rep_id"] and r["day"] and low <= r["day"] < high]


def _margin(view: View, rep: Row, low: date, high: date) -> Sums:
    mine = [r for r in _lines(view, rep, low, high) if r["cost"] is not None]
    return sum(r["net"] - r["cost"] for r in mine), sum(r["net"] for r in mine), len(mine)


def _attained(view: View, rep: Row, low: date, high: date) -> Sums:
    """Against the rep's own target; a rep without one in the window does not count in it."""

    def plan() -> dict[date, int]:
        own = {"targets": [r for r in view.whole["targets"] if r.get("rep") == rep["rep"]]}
        return daily(View(own, view.whole, view.as_of, "all", view.fiscal, ("rep",)))

    laid = view.once(("plan", rep["rep_id"]), plan)
    target = sum(share for day, share in laid.items() if low <= day < high)
    mine = _lines(view, rep, low, high)
    return (sum(r["net"] for r in mine), target, len(mine)) if target > 0 else (0, target, 0)


def _is_coached(view: View, rep: Row, low: date, high: date) -> bool:
    minutes = sum(
        r["minutes"] for r in view.whole["coaching_sessions"]
        if r["held"] and r["rep_id"] == rep["rep_id"] and low <= r["day"] < high
    )  # fmt: skip
    return bool(minutes / 600_000 / ((high - low).days / 7) >= 0.5)


def _arm(rows: list[tuple[Sums, Sums]]) -> tuple[float, float, int] | None:
    """(change of the pooled rate, its variance, people) of an arm; None where it cannot be told."""
    used = [(b, a) for b, a in rows if b[1] or a[1]]
    old, new = sum(b[1] for b, _ in used), sum(a[1] for _, a in used)
    if len(used) < 2 or old <= 0 or new <= 0:
        return None
    was, now = sum(b[0] for b, _ in used) / old, sum(a[0] for _, a in used) / new
    pulls = [(a[0] - now * a[1]) / new - (b[0] - was * b[1]) / old for b, a in used]
    return now - was, sum(p**2 for p in pulls) * len(used) / (len(used) - 1), len(used)


def _effect(view: View, sums: Callable[[View, Row, date, date], Sums], things: str) -> dict[str, Cell]:
    end = view.as_of + ONE
    middle, start = month_back(end, 6), month_back(end, 12)
    arms: dict[bool, list[tuple[Sums, Sums]]] = {True: [], False: []}
    for rep in view.whole["reps"]:
        if rep["is_rep"]:
            both = sums(view, rep, start, middle), sums(view, rep, middle, end)
            arms[_is_coached(view, rep, middle, end)].append(both)
    count = min(sum(b[2] + a[2] for b, a in arm) for arm in arms.values())
    people = min(sum(bool(b[1] or a[1]) for b, a in arm) for arm in arms.values())
    coached, others = _arm(arms[True]), _arm(arms[False])
    if people < LEAST_REPS or count < LEAST_THINGS or coached is None or others is None:
        few = Cell(None, count, f"too few: {people} reps and {count} {things} in an arm")
        return {"": few, "_low": few, "_high": few}
    value, variance = coached[0] - others[0], coached[1] + others[1]
    weights = coached[1] ** 2 / (coached[2] - 1) + others[1] ** 2 / (others[2] - 1)
    width = float(student.ppf(0.975, variance**2 / weights)) * variance**0.5 if variance else 0.0
    return {"": Cell(value, count), "_low": Cell(value - width, count), "_high": Cell(value + width, count)}


def _register(key: str, end: str, sums: Any, things: str) -> None:
    def answer(view: View) -> Answer:
        if not view.whole["coaching_sessions"]:
            return {}
        return {"all": view.once(("effect", key), lambda: _effect(view, sums, things))[end]}

    naive(key + end)(answer)


for _key, _sums, _things in (
    ("coaching_effect", _wins, "deals"),
    ("coaching_effect_margin", _margin, "lines"),
    ("coaching_effect_attainment", _attained, "lines"),
):
    for _end in ("", "_low", "_high"):
        _register(_key, _end, _sums, _things)
