"""What must not matter does not: order of rows, scale of money, a rep who has nothing to do with it."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pandas as pd
import pytest

from metrics.definitions.base import Unit
from metrics.definitions.engine import cuttable, evaluate
from metrics.definitions.frames import SCHEMAS, Frames
from metrics.definitions.policy import Setting
from metrics.definitions.registry import all_metrics
from tests.metrics.naive.compare import to_frames
from tests.metrics.naive.quality import POLICY
from tests.metrics.naive.worlds import World, make

MONEY = {"net", "cost", "list_amount", "amount", "annual", "change", "list_price", "unit_cost", "annual_revenue"}
IN_MONEY = {Unit.MONEY, Unit.PER_DAY, Unit.PER_HOUR}


def full(seed: int) -> tuple[World, date]:
    """A world with touches, activities, costs and the rest as well."""
    world, as_of = make(seed)
    rng = random.Random(seed)
    days = [row["day"] for row in world["lines"] if row["day"]] or [as_of]
    deals, reps = world["deals"], world["reps"]

    def rep() -> dict[str, Any]:
        who = rng.choice(reps)
        return {"rep_id": who["rep_id"], "rep": who["rep"], "team": who["team"]}

    for i, row in enumerate(world["accounts"]):
        row["owner_id"] = rng.choice(reps)["rep_id"] if i % 2 else -1
    world["touches"] = [
        {"touch_id": i, "at": rng.choice(days), "deal_id": rng.choice(deals)["deal_id"], "channel": rng.choice("abc"),
         "function": rng.choice(("marketing", "sales", None)), "campaign_id": rng.randint(0, 3)}
        for i in range(60 if deals else 0)
    ]  # fmt: skip
    world["activities"] = [
        {"activity_id": i, "day": (day := rng.choice(days)), "at": day, "kind": rng.choice(("call", "meeting",
        "email")),
         "account_id": rng.choice(world["accounts"])["account_id"], "minutes": rng.randint(0, 60) * 10_000,
         "cold": rng.random() < 0.3, **rep()}
        for i in range(60)
    ]  # fmt: skip
    world["costs"] = [
        {
            "day": day.replace(day=1),
            "amount": rng.randint(0, 9) * 10_000_000,
            "source_function": rng.choice(("sales", "it")),
        }
        for day in days[:20]
    ]
    world["hours"] = [
        {"day": day, "selling": 300_000, "other": 90_000, "overtime": 10_000, "sick_days": None, **rep()}
        for day in days[:20]
    ]
    world["trainings"] = [{"day": day, "topic": rng.choice("xy"), "hours": 20_000, **rep()} for day in days[:20]]
    world["change_events"] = [{"event_id": 1, "day": rng.choice(days), "topic": "x"}]
    world["campaigns"] = [{"campaign_id": i, "cost": 1_000_000 * i} for i in range(4)]
    return world, as_of


def answer(frames: Frames, as_of: date, by: tuple[str, ...]) -> pd.DataFrame:
    """All values in a settled order."""
    metrics = cuttable(all_metrics(), by)
    found = evaluate(metrics, frames, setting=Setting(as_of=as_of, policy=POLICY), by=by)
    own = sorted({name for metric in metrics for name in metric.own_dims})
    places = ["metric", "grain", "period", "undated", *by, *own]
    for name in (*by, *own, "metric", "grain"):
        found[name] = found[name].astype(object).where(found[name].notna(), "").astype(str)
    return found.sort_values(places, ignore_index=True)


def shuffled(frames: Frames, seed: int) -> Frames:
    tables = {name: frames.get(name) for name in SCHEMAS}
    return Frames(**{name: t.sample(frac=1, random_state=seed).reset_index(drop=True) for name, t in tables.items()})


@pytest.mark.parametrize("seed", range(7))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    world, as_of = full(seed)
    by = ((), ("team",), ("segment",))[seed % 3]
    frames = to_frames(world)
    before, after = answer(frames, as_of, by), answer(shuffled(frames, seed), as_of, by)
    pd.testing.assert_frame_equal(before, after, check_exact=True)


@pytest.mark.parametrize("seed", range(5))
def test_money_times_100_is_money_times_100_and_rates_stay(seed: int) -> None:
    world, as_of = full(seed)
    by = ((), ("rep",))[seed % 2]
    larger = {
        name: [{k: v * 100 if k in MONEY and v is not None else v for k, v in row.items()} for row in rows]
        for name, rows in world.items()
    }
    before, after = answer(to_frames(world), as_of, by), answer(to_frames(larger), as_of, by)
    # The bonus hangs on attainment; its pool stands in the policy and is no money of the frames.
    scaled = {m.key: 100 if m.unit in IN_MONEY and m.key != "joint_bonus" else 1 for m in all_metrics()}
    scale = before["metric"].map(scaled)
    # Rounding to ten-thousandths happens before the sum, so it does not scale.
    rounded = before["metric"].isin(
        ["pipeline_weighted", "forecast", "attributed", "pvm_volume", "pvm_mix", "pvm_price"]
    )
    rounded |= before["metric"].map({m.key: "targets" in m.reads for m in all_metrics()}).astype(bool)
    wanted, got = (before["value"] * scale), after["value"]
    close = (wanted - got).abs() <= 1e-9 * wanted.abs().clip(lower=1) + rounded * 1e-6 * wanted.abs().clip(lower=1e6)
    assert before.loc[~(close | (wanted.isna() & got.isna())), ["metric", "grain", "period", "value"]].empty


@pytest.mark.parametrize("seed", range(5))
def test_an_unrelated_rep_moves_nobody_elses_number(seed: int) -> None:
    world, as_of = full(seed)
    stranger = {"rep_id": 999, "rep": "Zed", "team": "Elsewhere", "is_rep": True, "hired": as_of}
    more = {**world, "reps": [*world["reps"], stranger]}
    before = answer(to_frames(world), as_of, ("rep",))
    after = answer(to_frames(more), as_of, ("rep",))
    others = after[after["rep"] != "Zed"].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, others, rtol=1e-9)


def test_parts_add_up_to_the_whole_in_every_dimension() -> None:
    """Σ over periods (the undated row included) = all, and Σ over members = the whole, for every pooled metric."""
    for seed in range(3):
        world, as_of = full(seed)
        frames = to_frames(world)
        whole = answer(frames, as_of, ())
        additive = [m.key for m in all_metrics() if m.additive and m.hide_below == 0]
        total = whole[(whole["grain"] == "all") & whole["metric"].isin(additive)].set_index("metric")
        for by in ((), ("segment",), ("rep",), ("route",), ("motion",)):
            table = answer(frames, as_of, by)
            for grain in ("week", "month", "quarter", "year", "all"):
                part = table[(table["grain"] == grain) & table["metric"].isin(additive)]
                sums = part.groupby("metric")[["numerator", "n"]].sum()
                expected = total.loc[sums.index, ["numerator", "n"]]
                wrong = sums[(sums != expected).any(axis=1)].index
                # A metric that is not computed for this grain has no rows, and so is not among the sums.
                assert wrong.empty, (seed, by, grain, list(wrong))
