"""Reps beside their revenue: who sells well, and who only sells much."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Array, Direction, Function, Unit, shaped
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.long import Long, long, stack
from metrics.definitions.rep_records import records
from metrics.definitions.scene import Cut, Scene

FAMILY = "productivity"
QUARTER = 0.25
LEAST = 4  # reps before quarters mean anything
GOOD_UP = ("margin", "retention", "fit", "collaboration", "hygiene")
GOOD_DOWN = ("discount",)
MEASURES = (
    "margin", "discount", "early_churn", "retention", "fit", "cycle_days", "win_rate", "selling_hours", "overtime",
    "collaboration", "hygiene", "completeness",
)  # fmt: skip


def superstars(scene: Scene) -> tuple[Ints, Array]:
    """Reps, and which are in the top quarter by revenue and the bottom quarter on two or more other measures."""
    found = records(scene)
    revenue = found.measures["revenue"]
    sells = revenue > 0
    if sells.sum() < LEAST:
        return found.rep, np.zeros(found.rep.size, dtype=bool)
    top = sells & (revenue >= np.quantile(revenue[sells], 1 - QUARTER))
    poor = np.zeros(found.rep.size, dtype=np.int64)
    for name in (*GOOD_UP, *GOOD_DOWN):
        values = found.measures.get(name)
        if values is None:
            continue
        told = sells & ~np.isnan(values)
        if told.sum() < LEAST:
            continue
        sign = -1 if name in GOOD_DOWN else 1
        ranked = sign * values
        line = np.quantile(ranked[told], QUARTER)
        spread = ranked[told].max() > ranked[told].min()  # where all are equal nobody is worst
        poor += told & (ranked <= line) & spread
    return found.rep, top & (poor >= 2)


_REP: dict[str, Any] = {
    "reads": ("reps", "lines", "deals", "accounts", "subscriptions", "hours", "pulses"), "family": FAMILY,
    "functions": (Function.SALES,), "grains": (Grain.ALL,),
}  # fmt: skip


def _members(cut: Cut, rep: Ints) -> Ints:
    ids, codes = cut.scene.rows("reps")["rep_id"], cut.codes("reps")
    order = np.argsort(ids)
    return codes[order[np.searchsorted(ids[order], rep)]]


@shaped(
    "rep_quality", "Quality beside revenue, by rep", Unit.RATE, **_REP, own_dims=("measure",), dims=("rep",), min_n=5,
    empty="nothing to tell it from", direction=Direction.NEUTRAL,
    formula="Over the trailing year, by rep: margin, discount depth, early churn of the customers they brought, share "
    "of own accounts still active, ideal-customer fit (0–100) of new accounts, median cycle in days, win rate, selling "
    "hours a week, share of overtime, collaboration (1–5, from five answers on), record hygiene (share of amount, "
    "close and creation date filled in), and completeness: the share of these that could be told.",
    why="Revenue alone rewards the wrong heroes.",
)  # fmt: skip
def rep_quality(cut: Cut) -> Long:
    """One row per rep and measure; needs the cut by rep."""
    if "rep" not in cut.by:
        return stack([])
    found = records(cut.scene)
    member = _members(cut, found.rep)
    sells = found.n["revenue"] > 0
    told = [name for name in MEASURES if name != "completeness"]
    known = np.sum([~np.isnan(found.measures[name]) & (found.n[name] > 0) for name in told], axis=0)
    measures = found.measures | {"completeness": known / len(told)}
    n = found.n | {"completeness": np.where(sells, found.n["revenue"], 0)}
    tables = []
    for name in MEASURES:
        seen = n[name] > 0
        period = np.full(int(seen.sum()), UNDATED)
        made = long(Grain.ALL, period, member[seen], value=measures[name][seen], n=n[name][seen])
        tables.append(made.labelled(measure=name))
    return stack(tables)


@shaped(
    "rogue_superstar", "Rogue superstars", Unit.COUNT, **_REP, dims=("team", "rep"), direction=Direction.DOWN,
    zero=True,
    formula="Reps in the top quarter by revenue of the trailing year and in the bottom quarter on two or more of "
    "margin, "
    "discount, own-account retention, ideal-customer fit, collaboration and record hygiene.",
    why="A star who sells at any price teaches everybody else to.",
)  # fmt: skip
def rogue_superstar(cut: Cut) -> Long:
    """How many; n = reps with revenue."""
    rep, rogue = superstars(cut.scene)
    sells = records(cut.scene).measures["revenue"] > 0
    members, row = np.unique(_members(cut, rep[sells]), return_inverse=True)
    count = np.bincount(row, weights=rogue[sells], minlength=members.size)
    n = np.bincount(row, minlength=members.size)
    return long(Grain.ALL, np.full(members.size, UNDATED), members, numerator=count, n=n)
