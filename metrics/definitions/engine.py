"""Computes metrics: pooled ones by one pass of exact sums per cut, shaped ones by their own functions.

`evaluate` answers in one long table: metric, grain, period (NaT for `all` and for what has no date), undated, to_date,
one column per dimension of the cut, numerator, denominator (nullable integers), n, value (float64, NaN = n/a), status.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from core.periods import GRAINS, Grain
from metrics.definitions.base import Metric, Pooled
from metrics.definitions.frames import Frames
from metrics.definitions.grouping import Rollup
from metrics.definitions.long import long, stack, to_date
from metrics.definitions.policy import Setting
from metrics.definitions.scene import Cut, Scene

By = tuple[str, ...]


def evaluate(
    metrics: Iterable[Metric], frames: Frames, *, setting: Setting, by: By = (), grains: Sequence[Grain] = GRAINS
) -> pd.DataFrame:
    """All values of `metrics` for one cut. Raises ValueError if one of them cannot be cut by `by`."""
    return evaluate_cuts(metrics, frames, setting=setting, cuts=[by], grains=grains)[by]


def evaluate_cuts(
    metrics: Iterable[Metric], frames: Frames, *, setting: Setting, cuts: Sequence[By], grains: Sequence[Grain] = GRAINS
) -> dict[By, pd.DataFrame]:
    """As `evaluate` for several cuts at once, which shares the work that does not depend on the cut.

    With more than one cut, a metric is left out of those that it cannot be cut by.
    """
    chosen = list(metrics)
    scene = Scene(frames, setting)
    tables: dict[By, list[pd.DataFrame]] = {by: [] for by in cuts}
    if len(cuts) == 1:
        for metric in chosen:
            _refuse(metric, cuts[0])
    for metric in chosen:
        wanted = tuple(grain for grain in grains if grain in metric.grains)
        able = [Cut(scene, by, wanted) for by in cuts if set(by) <= set(metric.dims)]
        for cut, table in zip(able, _tables(metric, able), strict=True):
            tables[cut.by].append(_finish(metric, cut, table))
    return {by: _join(tables[by], by) for by in cuts}


def cuttable(metrics: Iterable[Metric], by: By) -> list[Metric]:
    """Those of `metrics` that can be cut by all of `by`."""
    return [metric for metric in metrics if set(by) <= set(metric.dims)]


def _refuse(metric: Metric, by: By) -> None:
    stray = [dim for dim in by if dim not in metric.dims]
    if stray:
        known = ", ".join(metric.dims) or "no dimension"
        raise ValueError(f"{metric.key} cannot be cut by {', '.join(stray)}; it can be cut by {known}")


def _tables(metric: Metric, cuts: Sequence[Cut]) -> list[pd.DataFrame]:
    """The metric's own long table for each cut."""
    if isinstance(metric.compute, Pooled):
        return _pooled(metric.compute, cuts)
    return [metric.compute.values(cut) for cut in cuts]


def _pooled(compute: Pooled, cuts: Sequence[Cut]) -> list[pd.DataFrame]:
    if not cuts:
        return []
    rows = cuts[0].scene.rows(compute.frame)
    parts = compute.parts(rows, cuts[0].scene)
    tables = []
    for cut in cuts:
        grouping = cut.grouping(compute.frame, compute.day)
        numerator = grouping.sum(parts.numerator)
        denominator = None if parts.denominator is None else grouping.sum(parts.denominator)
        present = grouping.sum(np.ones(len(rows), dtype=bool) if parts.rows is None else parts.rows)
        counted = present if parts.n is None else grouping.sum(parts.n)
        by_grain = []
        for grain in cut.grains:
            runs = _rollup(cut, compute.frame, compute.day, grain)
            keep = runs.sum(present) > 0
            by_grain.append(
                long(
                    grain, runs.period[keep], runs.member[keep], undated=runs.undated[keep],
                    numerator=runs.sum(numerator)[keep], n=runs.sum(counted)[keep],
                    denominator=None if denominator is None else runs.sum(denominator)[keep],
                )
            )  # fmt: skip
        tables.append(stack(by_grain))
    return tables


def _rollup(cut: Cut, frame: str, day: str, grain: Grain) -> Rollup:
    return cut.once(("rollup", frame, day, grain), lambda: cut.grouping(frame, day).rollup(grain, cut.setting.calendar))


def _finish(metric: Metric, cut: Cut, table: pd.DataFrame) -> pd.DataFrame:
    """Adds value and status, the period's to-date mark and the names of the members."""
    numerator = table["numerator"].to_numpy(dtype="float64", na_value=np.nan) / metric.numerator_scale
    denominator = table["denominator"].to_numpy(dtype="float64", na_value=np.nan) / metric.denominator_scale
    alone = table["denominator"].isna().to_numpy()
    n = table["n"].to_numpy()
    given = table["value"].to_numpy()
    status = table["status"].to_numpy(dtype=object)
    said = status != ""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(denominator == 0, np.nan, numerator / denominator)
    value = np.where(np.isnan(given), np.where(alone, numerator, ratio), given)
    if not metric.zero:
        value = np.where(alone & (n == 0), np.nan, value)
    value = np.where(said, np.nan, value)
    current = to_date(table, cut.setting.calendar, cut.setting.as_of)
    gone = np.isnan(value)
    few = ~gone & (n < metric.min_n)
    status = np.where(said, status, np.where(gone, metric.empty, np.where(current & ~few, "to date", "")))
    for count in np.unique(n[few]):
        status[few & (n == count)] = f"too few: {count} of {metric.min_n}"
    columns = {
        "metric": pd.Categorical.from_codes(np.zeros(len(table), dtype=np.int8), pd.Index([metric.key], dtype="str")),
        "grain": table["grain"],
        "period": table["period"],
        "undated": table["undated"],
        "to_date": current,
        **cut.decode(table["member"].to_numpy()),
        **{name: table[name] for name in metric.own_dims},
        "numerator": table["numerator"],
        "denominator": table["denominator"],
        "n": table["n"],
        "value": value,
        "status": pd.Series(status, dtype="str"),
    }
    return pd.DataFrame(columns)


def _join(tables: list[pd.DataFrame], by: By) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(
            columns=[
                "metric",
                "grain",
                "period",
                "undated",
                "to_date",
                *by,
                "numerator",
                "denominator",
                "n",
                "value",
                "status",
            ]
        )
    keys = [table["metric"].cat.categories[0] for table in tables]
    for table in tables:
        table["metric"] = table["metric"].cat.set_categories(keys)
    return pd.concat(tables, ignore_index=True)
