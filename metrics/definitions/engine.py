"""Computes metrics: pooled ones by one pass of exact sums per cut, shaped ones by their own functions.

`evaluate` answers in one long table: metric, grain, period (NaT for `all` and for what has no date), undated, to_date,
one column per dimension of the cut, numerator, denominator (nullable integers), n, value (float64, NaN = n/a), status.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.arrays import IntegerArray

from core.periods import GRAINS, Grain
from metrics.definitions.base import Array, Metric, Pooled
from metrics.definitions.frames import Frames
from metrics.definitions.grouping import UNDATED, Grouping, Ints, Rollup, exact_sum, to_dates
from metrics.definitions.long import Long, long, stack
from metrics.definitions.policy import Setting
from metrics.definitions.scene import Cut, Earlier, Scene

By = tuple[str, ...]
_GRAINS = pd.Index([grain.value for grain in GRAINS], dtype="str")


def evaluate(
    metrics: Iterable[Metric], frames: Frames, *, setting: Setting, by: By = (), grains: Sequence[Grain] = GRAINS,
    within: frozenset[str] = frozenset(),
) -> pd.DataFrame:  # fmt: skip
    """All values of `metrics` for one cut. Raises ValueError if one of them cannot be cut by `by`.

    `within`: the dimensions of which the frames have the rows of one member alone.
    """
    scene = Scene(frames, setting, within=within)
    return evaluate_cuts(metrics, frames, setting=setting, cuts=[by], grains=grains, scene=scene)[by]


def evaluate_cuts(
    metrics: Iterable[Metric],
    frames: Frames,
    *,
    setting: Setting,
    cuts: Sequence[By],
    grains: Sequence[Grain] = GRAINS,
    scene: Scene | None = None,
) -> dict[By, pd.DataFrame]:
    """As `evaluate` for several cuts at once, which shares the work that does not depend on the cut.

    With more than one cut, a metric is left out of those that it cannot be cut by. A `scene` of the same frames and
    setting brings along what earlier calls have worked out.
    """
    chosen = list(metrics)
    scene = scene or Scene(frames, setting)
    tables: dict[By, list[pd.DataFrame]] = {by: [] for by in cuts}
    if len(cuts) == 1:
        for metric in chosen:
            _refuse(metric, cuts[0])
    for metric in chosen:
        for by, table in evaluate_one(metric, scene, cuts, grains):
            tables[by].append(table)
    return {by: _join(tables[by], by) for by in cuts}


def evaluate_one(
    metric: Metric, scene: Scene, cuts: Sequence[By], grains: Sequence[Grain], *, filled: bool = False,
    since: int | None = None, by_member: Sequence[Grain] | None = None,
) -> Iterator[tuple[By, pd.DataFrame]]:  # fmt: skip
    """The long table of one metric for each of `cuts` that it can be cut by, one after the other.

    `by_member`: the grains of cuts that have a dimension (default: `grains`). With `filled`, those without rows are
    left out: of a young company's tables two in three have none. With `since` (days since 1970), without the periods
    that had ended by that day.
    """
    wanted, wanted_by_member = (
        tuple(grain for grain in given if grain in metric.every_grain)
        for given in (grains, grains if by_member is None else by_member)
    )
    able = [Cut(scene, by, wanted_by_member if by else wanted, since) for by in cuts if set(by) <= set(metric.dims)]
    for cut, table in zip(able, _tables(metric, able), strict=True):
        asked = _asked(cut, table)
        if filled and not len(asked):
            continue
        yield cut.by, _finish(metric, cut, asked)


def _asked(cut: Cut, table: Long) -> Long:
    """The rows of the periods that are asked for; `all` and what has no date always are."""
    if cut.since is None or not len(table):
        return table
    least = np.iinfo(np.int64).min
    first = [least if (day := cut.first_asked(grain)) is None else day for grain in GRAINS]
    return table.where(table.period >= np.array(first)[table.grain])


def cuttable(metrics: Iterable[Metric], by: By) -> list[Metric]:
    """Those of `metrics` that can be cut by all of `by`."""
    return [metric for metric in metrics if set(by) <= set(metric.dims)]


def _refuse(metric: Metric, by: By) -> None:
    stray = [dim for dim in by if dim not in metric.dims]
    if stray:
        known = ", ".join(metric.dims) or "no dimension"
        raise ValueError(f"{metric.key} cannot be cut by {', '.join(stray)}; it can be cut by {known}")


def _tables(metric: Metric, cuts: Sequence[Cut]) -> list[Long]:
    """The metric's own long table for each cut."""
    if isinstance(metric.compute, Pooled):
        return _pooled(metric.key, metric.compute, cuts)
    return [metric.compute.values(cut) for cut in cuts]


def _pooled(key: str, compute: Pooled, cuts: Sequence[Cut]) -> list[Long]:
    if not cuts:
        return []
    rows = cuts[0].scene.rows(compute.frame)
    parts = compute.parts(rows, cuts[0].scene)
    here = np.ones(len(rows), dtype=bool) if parts.rows is None else parts.rows
    columns = [parts.numerator, here, parts.denominator, parts.n]
    if cuts[0].since is None:
        return [_of_all(compute, cut, columns) for cut in cuts]
    kept, _ = cuts[0].recent_rows(compute.frame, compute.day)
    recent = [None if column is None else column[kept] for column in columns]
    return [_of_recent(key, compute, cut, columns, recent) for cut in cuts]


Columns = Sequence[Array | None]


def _of_all(compute: Pooled, cut: Cut, columns: Columns) -> Long:
    """One cut's rows, every row counted: a period of any grain is made of the same cells."""
    cells = cut.grouping(compute.frame, compute.day)
    sums = _summed(cells, columns)
    return stack([_sums(grain, _rollup(cut, compute, grain, cells), sums) for grain in cut.grains])


def _of_recent(key: str, compute: Pooled, cut: Cut, columns: Columns, recent: Columns) -> Long:
    """One cut's rows of the periods that are asked for. Most rows lie before them, and are not read where that can be.

    The sum of everything is made of what the years before came to and of the rows since, if the scene knows the
    former; else of all rows, with no regard to their days.
    """
    cells = cut.recent(compute.frame, compute.day)
    sums = _summed(cells, recent)
    tables = [_sums(grain, _rollup(cut, compute, grain, cells), sums) for grain in cut.grains if grain is not Grain.ALL]
    if Grain.ALL in cut.grains:
        known = cut.earlier(key)
        if known is None:
            whole = cut.undivided(compute.frame)
            tables.append(_sums(Grain.ALL, _rollup(cut, compute, Grain.ALL, whole), _summed(whole, columns)))
        else:
            tables.append(_since_then(cut, _rollup(cut, compute, Grain.YEAR, cells), sums, *known))
    return stack(tables)


def _since_then(cut: Cut, years: Rollup, sums: Columns, before: Ints, earlier: Earlier) -> Long:
    """The sums of everything: of the earlier years, and of the cells in later ones or without a date."""
    first = cut.first_asked(Grain.YEAR)
    later = years.period >= (np.iinfo(np.int64).min if first is None else first)  # a week may begin in an earlier year
    numerator, present, denominator, counted = (None if column is None else years.sum(column)[later] for column in sums)
    here = np.asarray(present) > 0
    members, place = np.unique(np.concatenate([before, years.member[later][here]]), return_inverse=True)

    def total(old: Ints, new: Array | None) -> Array:
        return exact_sum(place, np.concatenate([old, np.asarray(new)[here]]), members.size)

    return long(
        Grain.ALL, np.full(members.size, UNDATED), members, numerator=total(earlier.numerator, numerator),
        denominator=None if denominator is None else total(earlier.denominator, denominator),
        n=total(earlier.n, present if counted is None else counted),
    )  # fmt: skip


def _summed(grouping: Grouping, columns: Columns) -> Columns:
    return [None if column is None else grouping.sum(column) for column in columns]


def _sums(grain: Grain, runs: Rollup, sums: Columns) -> Long:
    """One grain's rows from the sums of numerator, presence, denominator and n; a period without rows is omitted."""
    numerator, present, denominator, counted = (None if column is None else runs.sum(column) for column in sums)
    keep = np.asarray(present) > 0
    kept = [None if column is None else column[keep] for column in (numerator, denominator, counted, present)]
    return long(
        grain, runs.period[keep], runs.member[keep], undated=runs.undated[keep], numerator=kept[0],
        denominator=kept[1], n=kept[3] if counted is None else kept[2],
    )  # fmt: skip


def _rollup(cut: Cut, compute: Pooled, grain: Grain, cells: Grouping) -> Rollup:
    """The runs of the cells that a grain's periods are made of, once for all metrics of the frame."""
    key = ("rollup", compute.frame, compute.day, grain)
    return cut.once(key, lambda: cells.rollup(grain, cut.setting.calendar))


def _finish(metric: Metric, cut: Cut, table: Long) -> pd.DataFrame:
    """Adds value and status, the period's to-date mark and the names of the members."""
    value = _values(metric, table)
    hidden = table.n < metric.hide_below
    value[hidden] = np.nan
    current = _to_date(table, cut.setting)
    gone = np.isnan(value)
    # A sum or rate with a value and nothing counted is a true 0: only a least n above one makes a value too few.
    few = ~gone & (table.n < metric.min_n) & (metric.min_n > 1)
    status = table.status.copy()
    status[gone & (status == "")] = metric.empty
    status[current & ~gone & ~few] = "to date"
    for count in np.unique(table.n[few]):
        status[few & (table.n == count)] = f"too few: {count} of {metric.min_n}"
    columns = {
        "metric": pd.Categorical.from_codes(np.zeros(len(table), dtype=np.int8), pd.Index([metric.key], dtype="str")),
        "grain": pd.Categorical.from_codes(table.grain, _GRAINS),
        "period": to_dates(table.period),
        "undated": table.undated,
        "to_date": current,
        **cut.decode(table.member),
        **{name: pd.array(table.own[name].tolist() if len(table) else [], dtype="str") for name in metric.own_dims},
        "numerator": IntegerArray(table.numerator, table.no_numerator | hidden),
        "denominator": IntegerArray(table.denominator, table.no_denominator | hidden),
        "n": table.n,
        "value": value,
        "status": pd.array(status, dtype="str"),
    }
    return pd.DataFrame(columns)


def _values(metric: Metric, table: Long) -> npt.NDArray[np.float64]:
    """numerator / denominator in their units, or what the definition gave; NaN where there is none."""
    top = np.where(table.no_numerator, np.nan, table.numerator / metric.numerator_scale)
    bottom = np.where(table.denominator == 0, np.nan, table.denominator / metric.denominator_scale)
    value = np.where(table.no_denominator, top, top / bottom)
    if not metric.zero:
        value = np.where(np.isnan(table.value) & (table.n == 0), np.nan, value)
    value = np.where(np.isnan(table.value), value, table.value)
    return np.asarray(np.where(table.status != "", np.nan, value))


def _to_date(table: Long, setting: Setting) -> npt.NDArray[np.bool_]:
    """Which rows stand for a period that holds `as_of` and is not over on that day."""
    flag = np.zeros(len(table), dtype=bool)
    for code, grain in enumerate(GRAINS):
        if grain is Grain.ALL:
            continue
        current = setting.calendar.period(grain, setting.as_of)
        if (current.end - setting.as_of).days > 1:
            start = int(np.datetime64(current.start, "D").astype(np.int64))
            flag |= (table.grain == code) & (table.period == start)
    return flag


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
