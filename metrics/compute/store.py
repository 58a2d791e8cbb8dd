"""Stores values by their difference: what is equal stays, what differs is closed and written anew.

A value row is valid from the run that first saw it until the run that saw it differ. Everything here happens in the
caller's transaction, so that readers see the old run or the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from core.copy import copy_frame, rows, run
from core.periods import GRAINS, Grain
from metrics.definitions.base import Metric
from metrics.definitions.scene import Earlier

JOINT = "\x1f"  # between the labels of a member of several dimensions
_FRESH = """
CREATE TEMP TABLE fresh (
    metric text, grain text, period date, dim text, member text,
    numerator bigint, denominator bigint, n bigint, value double precision, status text
) ON COMMIT DROP
"""
_COMPUTED = """
CREATE TEMP TABLE computed ON COMMIT DROP AS
SELECT f.metric, f.grain, f.period, f.dim, f.member, p.numerator, p.denominator, f.n, f.status,
       CASE WHEN f.value IS NULL THEN NULL
            WHEN p.numerator IS NULL THEN round(f.value::numeric, 12)
            WHEN p.denominator IS NULL THEN round(p.numerator, 12)
            ELSE round(f.numerator::numeric * s.denominator_scale / (f.denominator::numeric * s.numerator_scale), 12)
       END AS value
FROM fresh f JOIN scales s USING (metric)
CROSS JOIN LATERAL (SELECT round(f.numerator::numeric / s.numerator_scale, 12) AS numerator,
                           round(f.denominator::numeric / s.denominator_scale, 12) AS denominator) p
"""
# One join finds all that changed. A place without a period is joined as the first day there is: a hash wants equality.
_DIFFERING = """
CREATE TEMP TABLE differing ON COMMIT DROP AS
SELECT v.id AS closes, c.*
FROM (SELECT v.* FROM metrics_metricvalue v JOIN windows w USING (metric, grain)
      WHERE v.run_to IS NULL AND (w.first IS NULL OR v.period IS NULL OR v.period >= w.first)) v
FULL JOIN computed c ON v.metric = c.metric AND v.grain = c.grain AND v.dim = c.dim AND v.member = c.member
    AND coalesce(v.period, DATE '0001-01-01') = coalesce(c.period, DATE '0001-01-01')
WHERE v.id IS NULL OR c.metric IS NULL
   OR (v.numerator, v.denominator, v.n, v.value, v.status)
      IS DISTINCT FROM (c.numerator, c.denominator, c.n, c.value, c.status)
"""
# What a run did not compute because nothing in it can have changed, beside what it did.
ALL_TOGETHER = """(
    SELECT metric, grain, period, dim, member, numerator, denominator, n, value, status FROM computed
    UNION ALL
    SELECT v.metric, grain, v.period, v.dim, v.member, v.numerator, v.denominator, v.n, v.value, v.status
    FROM metrics_metricvalue v JOIN windows w USING (metric, grain) WHERE v.run_to IS NULL AND v.period < w.first)"""
# Sums of the years that a run leaves out, in the units in which definitions add: exact, since 10^12 divides by a scale.
_EARLIER = """
SELECT v.metric, v.dim, v.member, sum(v.numerator * s.numerator_scale)::bigint,
       coalesce(sum(v.denominator * s.denominator_scale), 0)::bigint, sum(v.n)::bigint
FROM metrics_metricvalue v JOIN windows w USING (metric, grain) JOIN scales s USING (metric)
WHERE v.run_to IS NULL AND v.grain = 'year' AND v.period < w.first AND v.metric = ANY(%(keys)s)
  AND strpos(v.dim, ',') = 0
GROUP BY v.metric, v.dim, v.member
"""
_CLOSE = "UPDATE metrics_metricvalue v SET run_to = %(run)s FROM differing d WHERE v.id = d.closes"
_WRITE = """
INSERT INTO metrics_metricvalue (metric, grain, period, dim, member, numerator, denominator, n, value, status, run_from)
SELECT metric, grain, period, dim, member, numerator, denominator, n, value, status, %(run)s
FROM differing WHERE metric IS NOT NULL
"""


def begin(metrics: Collection[Metric], first: Callable[[Metric, Grain], date | None]) -> None:
    """Makes the temporary tables that `add` fills, `settle` makes exact and `publish` compares.

    `first` says from which period of a grain on a metric is computed; None: all of them.
    """
    run("DROP TABLE IF EXISTS fresh, scales, computed, windows")
    run(_FRESH)
    run("CREATE TEMP TABLE scales (metric text, numerator_scale bigint, denominator_scale bigint) ON COMMIT DROP")
    scales = [(m.key, m.numerator_scale, m.denominator_scale) for m in metrics]
    schema = {"metric": pl.String, "numerator_scale": pl.Int64, "denominator_scale": pl.Int64}
    copy_frame(pl.DataFrame(scales, schema=schema, orient="row"), "scales")
    run("CREATE TEMP TABLE windows (metric text, grain text, first date) ON COMMIT DROP")
    windows = [(m.key, str(grain), first(m, grain)) for m in metrics for grain in GRAINS]
    asked = {"metric": pl.String, "grain": pl.String, "first": pl.Date}
    copy_frame(pl.DataFrame(windows, schema=asked, orient="row"), "windows")
    run("ANALYZE windows")


def earlier(metrics: Collection[Metric]) -> dict[str, dict[tuple[str, ...], Earlier]]:
    """By metric and cut, what those that add up came to in the years before the first one that `begin` was given."""
    able = [m for m in metrics if adds_up(m)]
    found: dict[str, dict[tuple[str, ...], list[tuple[str, int, int, int]]]] = {m.key: {} for m in able}
    for key, dim, member, *sums in rows(_EARLIER, {"keys": list(found)}):
        found[key].setdefault((dim,) if dim else (), []).append((member, *sums))
    return {key: {by: _earlier(of_one) for by, of_one in cuts.items()} for key, cuts in found.items()}


def adds_up(metric: Metric) -> bool:
    """Whether its stored years say all of what it is made of: nothing is hidden, cut short or rounded."""
    exact = 10**12 % metric.numerator_scale == 10**12 % metric.denominator_scale == 0
    return metric.additive and Grain.YEAR in metric.grains and exact and not metric.hide_below and not metric.own_dims


def _earlier(of_one: list[tuple[str, int, int, int]]) -> Earlier:
    members, *sums = zip(*of_one, strict=True)
    return Earlier(tuple(map(str, members)), *(np.array(each, dtype=np.int64) for each in sums))


def rows_of(table: pd.DataFrame, dims: Sequence[str]) -> pl.DataFrame:
    """One long table of the engine for one cut, as `add` takes it."""
    status = _texts(table["status"])
    return pl.DataFrame(
        {
            "metric": _texts(table["metric"]),
            "grain": _texts(table["grain"]),
            "period": _dates(table["period"]),
            "dim": [",".join(dims)] * len(table),
            "member": _members(table, dims),
            "numerator": _integers(table["numerator"]),
            "denominator": _integers(table["denominator"]),
            "n": table["n"].to_numpy(),
            "value": pl.Series(table["value"].to_numpy(dtype="float64")).fill_nan(None),
            "status": status.replace("", "ok"),
        }
    )


def add(frames: Sequence[pl.DataFrame]) -> int:
    """Adds the values of several cuts at once: a COPY of its own for each would take longer than its rows."""
    # An empty text is a value here: COPY reads it as NULL unless it is quoted, and `copy_frame` does.
    return copy_frame(pl.concat(frames, how="vertical_relaxed"), "fresh") if frames else 0


def settle() -> int:
    """Makes the table `computed`, with exact values, of everything that was added; returns how many there are."""
    made = run(_COMPUTED)
    run("ANALYZE computed")
    return made


def publish(run_id: int) -> int:
    """Closes values that differ from `computed` or are gone, writes the new ones; returns how many changed."""
    # Both sides are read whole and hashed. A table that was never analysed, or holds the dead rows of a run that
    # failed, would look small enough to be searched once for each value, or to be sorted by its texts for little.
    run("SET LOCAL enable_nestloop = off")
    run("SET LOCAL enable_mergejoin = off")
    run("DROP TABLE IF EXISTS differing")
    run(_DIFFERING)
    run("SET LOCAL enable_nestloop = on")
    run("SET LOCAL enable_mergejoin = on")
    run("ANALYZE differing")
    closed = run(_CLOSE, {"run": run_id})
    return max(closed, run(_WRITE, {"run": run_id}))


def _dates(periods: pd.Series[Any]) -> pl.Series:
    return pl.Series(periods.to_numpy().astype("datetime64[D]")).cast(pl.Date)


def _integers(column: pd.Series[Any]) -> pl.Series:
    missing = column.isna().to_numpy()
    if missing.all():
        return pl.Series([None] * len(missing), dtype=pl.Int64)
    filled = column.fillna(0).to_numpy(dtype="int64")
    if not missing.any():
        return pl.Series(filled)
    return pl.select(pl.when(pl.lit(pl.Series(~missing))).then(pl.lit(pl.Series(filled)))).to_series()


def _members(table: pd.DataFrame, dims: Sequence[str]) -> pl.Series:
    if not dims:
        return pl.repeat("", len(table), eager=True)
    return pl.select(pl.concat_str([pl.lit(_texts(table[dim])) for dim in dims], separator=JOINT)).to_series()


def _texts(column: pd.Series[Any]) -> pl.Series:
    """The texts of a column, missing ones empty; of a categorical without making each of them an object."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return pl.Series(column.fillna("").to_list(), dtype=pl.String)
    labels = pl.Series([*column.cat.categories.tolist(), ""], dtype=pl.String)
    codes = column.cat.codes.to_numpy()
    return labels.gather(np.where(codes < 0, labels.len() - 1, codes))
