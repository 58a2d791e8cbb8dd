"""Rows of a day move no period that had ended by then, but of metrics that say so: those periods can be left out."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from core.periods import GRAINS, Grain
from metrics.compute.store import adds_up
from metrics.definitions.base import Metric
from metrics.definitions.engine import evaluate_one
from metrics.definitions.frames import Frames
from metrics.definitions.policy import Setting
from metrics.definitions.registry import all_metrics
from metrics.definitions.scene import Earlier, Scene
from revenue.imports.touched import DAYS
from tests.metrics.naive.compare import to_frames
from tests.metrics.naive.quality import POLICY
from tests.metrics.naive.test_invariance import full
from tests.metrics.naive.worlds import World

FRAMES = {"revenue_lines": "lines", "activities": "activities", "costs": "costs", "hours": "hours"}
CUTS: tuple[tuple[str, ...], ...] = ((), ("segment",), ("team",), ("route",))


def grown(world: World, day: date, rng: random.Random) -> World:
    """The world with rows of that day and later ones changed, added and taken away."""
    made = dict(world)
    for name in FRAMES.values():
        kept = []
        for row in world[name]:
            if row["day"] and row["day"] >= day:
                if rng.random() < 0.3:
                    continue
                if name == "lines" and rng.random() < 0.3:
                    kept.append({**row, "line_id": row["line_id"] + 10_000, "net": row["net"] // 3 + 11})
                    row = {**row, "net": row["net"] // 2 + 7, "account_id": rng.choice(world["accounts"])["account_id"]}
            kept.append(row)
        made[name] = kept
    return made


def values(metric: Metric, scene: Scene, by: tuple[str, ...], since: date | None = None) -> pd.DataFrame:
    """What the metric says, in a settled order."""
    day = None if since is None else (since - date(1970, 1, 1)).days
    ((_, found),) = evaluate_one(metric, scene, [by], GRAINS, since=day)
    names = [*by, *metric.own_dims, "metric", "grain"]
    for name in names:
        found[name] = found[name].astype(object).where(found[name].notna(), "").astype(str)
    return found.sort_values([*names, "period", "undated"], ignore_index=True)


def ended(found: pd.DataFrame, setting: Setting, day: date) -> np.ndarray:
    """Which rows are about periods that had ended by the day."""
    firsts = {
        grain.value: np.datetime64(setting.calendar.period(grain, day).start)
        for grain in GRAINS
        if grain is not Grain.ALL
    }
    periods = found["period"].to_numpy()
    first = np.array([firsts.get(grain, np.datetime64("NaT")) for grain in found["grain"]], dtype="datetime64[D]")
    return np.asarray(periods.astype("datetime64[D]") < first)


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.reset_index(drop=True).equals(other.reset_index(drop=True))


def scenes(seed: int) -> tuple[Scene, Scene, date]:
    world, as_of = full(seed)
    rng = random.Random(seed)
    days = sorted(row["day"] for row in world["lines"] if row["day"] and row["day"] <= as_of) or [as_of]
    day = days[rng.randrange(len(days) // 2, len(days))] - timedelta(rng.randrange(3))
    if seed % 3 == 0:  # the first cost of sales is on record that day: nothing was said before
        world["costs"] = [row for row in world["costs"] if row["source_function"] != "sales" or row["day"] >= day]
        before = {**world, "costs": [row for row in world["costs"] if row["source_function"] != "sales"]}
    else:
        before = world
    setting = Setting(as_of=as_of, policy=POLICY)
    made: list[Frames] = [to_frames(before), to_frames(grown(world, day, rng))]
    return Scene(made[0], setting), Scene(made[1], setting), day


def earlier(metric: Metric, scene: Scene, by: tuple[str, ...], day: date) -> Earlier:
    """What the metric came to in the years that had ended by the day, member by member."""
    found = values(metric, scene, by)
    first = np.datetime64(scene.setting.calendar.period(Grain.YEAR, day).start)
    old = found[(found["grain"] == "year") & (found["period"].to_numpy().astype("datetime64[D]") < first)]
    sums = old.fillna({"denominator": 0}).groupby(old[by[0]] if by else np.full(len(old), ""), sort=True)
    numerator, denominator, n = (sums[name].sum().to_numpy(dtype="int64") for name in ("numerator", "denominator", "n"))
    return Earlier(tuple(map(str, sums.groups)), numerator, denominator, n)


def touched() -> list[Metric]:
    return [metric for metric in all_metrics() if {*FRAMES.values()} & {*metric.reads}]


def test_the_objects_are_those_whose_imports_say_since_when() -> None:
    assert set(FRAMES) == set(DAYS)


@pytest.mark.parametrize("seed", range(9))
def test_later_rows_move_no_earlier_period(seed: int) -> None:
    before, after, day = scenes(seed)
    by = CUTS[seed % len(CUTS)]
    wrong = []
    for metric in touched():
        if not set(by) <= set(metric.dims):
            continue
        old, new = values(metric, before, by), values(metric, after, by)
        past, now = ended(old, before.setting, day), ended(new, after.setting, day)
        if not metric.looks_ahead and not same(old[past], new[now]):
            wrong.append(f"{metric.key} moved")
        since = None if metric.looks_ahead else day
        if not same(new if metric.looks_ahead else new[~now], values(metric, after, by, since)):
            wrong.append(f"{metric.key} is another one where earlier periods are left out")
    assert not wrong


@pytest.mark.parametrize("seed", range(12, 18))
def test_everything_is_the_years_before_and_what_came_since(seed: int) -> None:
    before, after, day = scenes(seed)
    wrong, told = [], 0
    for by in CUTS[: 1 + seed % 4]:
        for metric in touched():
            if metric.looks_ahead or not adds_up(metric) or not set(by) <= set(metric.dims):
                continue
            known = earlier(metric, before, by, day)
            new = values(metric, after, by)
            whole = new[~ended(new, after.setting, day)]
            if not same(whole, values(metric, replace(after, earlier={metric.key: {by: known}}), by, day)):
                wrong.append(f"{metric.key} by {by}")
            # It is made of that: one more before is one more in everything.
            more = replace(after, earlier={metric.key: {by: replace(known, numerator=known.numerator + 1)}})
            told += bool(known.members) and not same(whole, values(metric, more, by, day))
    assert not wrong
    assert told > 5


def test_a_metric_that_looks_ahead_is_moved_in_some_world() -> None:
    """Else it would be computed for all periods without need, and the test above could not fail."""
    moved: set[str] = set()
    for seed in range(4):
        before, after, day = scenes(seed)
        for metric in touched():
            if metric.looks_ahead and metric.key not in moved:
                old, new = values(metric, before, ()), values(metric, after, ())
                past, now = ended(old, before.setting, day), ended(new, after.setting, day)
                if not same(old[past], new[now]):
                    moved.add(metric.key)
    assert moved >= {"cohort_retention", "ltv_cac"}
