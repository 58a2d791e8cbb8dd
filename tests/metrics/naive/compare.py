"""Runs both implementations on one world and lists where they differ."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from core.periods import Calendar, Grain
from metrics.definitions.base import Unit
from metrics.definitions.engine import cuttable, evaluate
from metrics.definitions.exact import exact
from metrics.definitions.frames import SCHEMAS, Frames, build
from metrics.definitions.policy import Policy, Setting
from metrics.definitions.registry import get
from tests.metrics.naive import comparisons as comparisons
from tests.metrics.naive import first as first
from tests.metrics.naive import quality as quality
from tests.metrics.naive import retention as retention
from tests.metrics.naive.keys import NAIVE, View
from tests.metrics.naive.worlds import World

EXACT = {Unit.MONEY, Unit.COUNT}


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
    world: World, as_of: date, keys: list[str], by: tuple[str, ...], *, fiscal: int = 1, policy: Policy = quality.POLICY
) -> list[str]:
    """Sentences, one per value that the two implementations disagree about."""
    setting = Setting(as_of=as_of, calendar=Calendar(fiscal), policy=policy)
    metrics = cuttable([get(key) for key in keys], by)
    found = evaluate(metrics, to_frames(world), setting=setting, by=by)
    ours: dict[Any, Decimal | None] = {}
    for row in found.to_dict("records"):
        period = "all" if row["grain"] == "all" else "undated" if row["undated"] else row["period"].date()
        who = tuple(None if pd.isna(row[dim]) else row[dim] for dim in by)
        ours[row["metric"], row["grain"], period, *who] = exact(get(row["metric"]), row)
    wrong = []
    for metric in metrics:
        theirs: dict[Any, Any] = {}
        for who in members(world, by):
            own = {name: [r for r in rows if tuple(r.get(d) for d in by) == who] for name, rows in world.items()}
            for grain in Grain:
                view = View(own, world, as_of, grain.value, fiscal, by)
                for period, value in NAIVE[metric.key](view).items():
                    theirs[metric.key, grain.value, period, *who] = value
        mine = {place: value for place, value in ours.items() if place[0] == metric.key}
        for place in {*mine, *theirs}:
            if not _same(mine.get(place), theirs.get(place), metric.unit in EXACT):
                wrong.append(f"{place}: {mine.get(place)} but naively {theirs.get(place)}")
    return sorted(wrong)


def _same(mine: Decimal | None, theirs: Any, must_be_exact: bool) -> bool:
    if mine is None or theirs is None:
        # A member that never had anything is left out; the naive way finds an empty sum there.
        return mine is None and (theirs is None or theirs == 0)
    if isinstance(theirs, float):
        return abs(float(mine) - theirs) <= 1e-9 * max(1.0, abs(theirs))
    gap = abs(Fraction(mine) - theirs)
    return bool(gap <= (Fraction(1, 10**12) if must_be_exact else Fraction(1, 10**9) * max(1, abs(theirs))))
