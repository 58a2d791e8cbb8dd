"""Runs both implementations on one world and lists where they differ, in value or in status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from core.periods import GRAINS, Calendar, Grain
from metrics.definitions.base import Metric, Unit
from metrics.definitions.engine import cuttable, evaluate
from metrics.definitions.exact import exact
from metrics.definitions.frames import SCHEMAS, Frames, build
from metrics.definitions.policy import Policy, Setting
from metrics.definitions.registry import get
from tests.metrics.naive import twins as twins
from tests.metrics.naive.keys import NAIVE, Cell, View
from tests.metrics.naive.periods import ONE, end_of, start_of
from tests.metrics.naive.quality import POLICY
from tests.metrics.naive.worlds import World

EXACT = {Unit.MONEY, Unit.COUNT}

# (absolute, relative) where 1e-9 cannot be meant.
TOLERANCE: dict[str, tuple[float, float]] = {
    # A cut point of the running credit that falls on half a ten-thousandth may be rounded to either side, per touch.
    "attributed": (0.01, 0.0),
    # The effects are rounded to ten-thousandths, and what falls on half of one may go to either side.
    "pvm_volume": (1.01e-4, 0.0),
    "pvm_price": (1.01e-4, 0.0),
    "pvm_mix": (2.01e-4, 0.0),
    # Two searches for the top of a flat likelihood stop at different places on it.
    "survival_projected": (5e-3, 0.0),
    "p_alive": (2e-3, 0.0),
    "expected_purchases": (0.0, 5e-3),
    "clv": (0.0, 5e-3),
    "ltv_cac": (0.0, 5e-3),
}
# Their own columns name a judgement, so that a row on one side alone is a difference even without a value.
JUDGED = {"growth_verdict", "productivity_checklist"}


def to_frames(world: World) -> Frames:
    """The product's frames for a world."""
    ready = {}
    for name, rows in world.items():
        days = {c for c, dtype in SCHEMAS[name].items() if dtype == "datetime64[s]"}
        ready[name] = build(
            name, [{k: pd.Timestamp(v) if k in days and v is not None else v for k, v in row.items()} for row in rows]
        )
    return Frames(**ready)


def members(world: World, by: tuple[str, ...]) -> set[tuple[Any, ...]]:
    """All members that occur in any row that has all the dimensions."""
    found: set[tuple[Any, ...]] = {()} if not by else set()
    for rows in world.values():
        for row in rows:
            if by and any(dim in row for dim in by):
                found.add(tuple(row.get(dim) for dim in by))
    return found


def differences(
    world: World, as_of: date, keys: Sequence[str], by: tuple[str, ...], *, fiscal: int = 1, policy: Policy = POLICY,
    grains: Sequence[Grain] = GRAINS, seen: Counter[str] | None = None,
) -> list[str]:  # fmt: skip
    """Sentences, one per place that the two implementations disagree about. `seen` counts keys with a value."""
    setting = Setting(as_of=as_of, calendar=Calendar(fiscal), policy=policy)
    metrics = cuttable([get(key) for key in keys], by)
    found = evaluate(metrics, to_frames(world), setting=setting, by=by, grains=grains)
    ours: dict[str, dict[Any, tuple[Decimal | None, str]]] = {metric.key: {} for metric in metrics}
    for row in found.to_dict("records"):
        metric = get(row["metric"])
        period = "all" if row["grain"] == "all" else "undated" if row["undated"] else row["period"].date()
        who = tuple(None if pd.isna(row[dim]) else row[dim] for dim in by)
        own = tuple(str(row[name]) for name in metric.own_dims)
        ours[metric.key][row["grain"], who, period, *own] = exact(metric, row), row["status"]
    parts = {
        who: {name: [r for r in rows if tuple(r.get(d) for d in by) == who] for name, rows in world.items()}
        for who in members(world, by)
    }
    memo: dict[Any, Any] = {}
    wrong: list[str] = []
    for metric in metrics:
        theirs: dict[Any, Cell] = {}
        for who, own_rows in parts.items():
            for grain in grains:
                if grain in metric.every_grain:
                    view = View(own_rows, world, as_of, grain.value, fiscal, by, memo)
                    for place, value in NAIVE[metric.key](view).items():
                        where = place if isinstance(place, tuple) else (place,)
                        theirs[grain.value, who, *where] = value if isinstance(value, Cell) else Cell(value, -1)
        wrong += _gaps(metric, ours[metric.key], theirs, as_of, fiscal)
        if seen is not None:
            seen[f"asked {metric.key}"] += 1
            seen[metric.key] += any(value is not None for value, _ in ours[metric.key].values())
    return sorted(wrong)


def _gaps(metric: Metric, ours: dict[Any, Any], theirs: dict[Any, Cell], as_of: date, fiscal: int) -> list[str]:
    wrong = []
    for place in {*ours, *theirs}:
        value, status = ours.get(place, (None, None))
        cell = theirs.get(place)
        said = None if cell is None else cell.value
        if not _same(metric, value, said) or (metric.key in JUDGED and (place in ours) != (place in theirs)):
            wrong.append(f"{metric.key} {place}: {value} ({status}) but naively {said}")
        elif status is not None and cell is not None:
            wanted = _status(metric, cell, place, as_of, fiscal)
            if wanted is not None and status != wanted:
                wrong.append(f"{metric.key} {place}: status {status!r} but naively {wanted!r}")
    return wrong


def _status(metric: Metric, cell: Cell, place: Any, as_of: date, fiscal: int) -> str | None:
    """What must stand beside the value; None where the twin says too little to tell."""
    if cell.value is None:
        return None if cell.n < 0 else cell.reason or metric.empty
    if cell.n < 0 and metric.min_n > 1:
        return None
    if 0 <= cell.n < metric.min_n and metric.min_n > 1:
        return f"too few: {cell.n} of {metric.min_n}"
    period = place[2]
    if isinstance(period, str) or start_of(place[0], as_of, fiscal) != period:
        return ""
    return "to date" if end_of(place[0], period) - ONE > as_of else ""


def _same(metric: Metric, mine: Decimal | None, theirs: Any) -> bool:
    if mine is None or theirs is None:
        # A member that never had anything is left out; the naive way finds an empty sum there.
        return mine is None and (theirs is None or theirs == 0)
    if metric.key in TOLERANCE:
        absolute, relative = TOLERANCE[metric.key]
        return abs(float(mine) - float(theirs)) <= max(absolute, relative * abs(float(theirs)), 1e-9)
    if isinstance(theirs, float):
        return abs(float(mine) - theirs) <= 1e-9 * max(1.0, abs(theirs))
    gap = abs(Fraction(mine) - theirs)
    exactly = metric.unit in EXACT
    return bool(gap <= (Fraction(1, 10**12) if exactly else Fraction(1, 10**9) * max(1, abs(theirs))))
