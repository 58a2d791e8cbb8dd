"""The long table in which every definition answers, and what is said where there is no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.periods import Calendar, Grain
from metrics.definitions.grouping import UNDATED, Ints, group, to_dates
from metrics.definitions.scene import Cut

Array = npt.NDArray[Any]
# Columns of a definition's own table. `value` is NaN where it follows from the parts; `status` "" where the engine is
# to find it; the *_missing columns mark parts that do not exist (int64 has no null).
COLUMNS = ("grain", "period", "undated", "member", "numerator", "denominator", "n", "value", "status")


_GRAINS = pd.Index([grain.value for grain in Grain])


def long(
    grain: Grain,
    period: Ints,
    member: Ints,
    *,
    numerator: Array | None = None,
    denominator: Array | None = None,
    n: Array | None = None,
    undated: Array | None = None,
    value: Array | None = None,
    status: Array | list[str] | str = "",
    **own: Any,
) -> pd.DataFrame:
    """Rows of one grain. `period` in days since 1970 (UNDATED: none). Parts are integers; None means there are none."""
    size = len(period)
    none = pd.array([pd.NA] * size, dtype="Int64") if numerator is None or denominator is None else None
    return pd.DataFrame(
        {
            "grain": pd.Categorical.from_codes(np.full(size, _GRAINS.get_loc(grain.value)), _GRAINS),
            "period": to_dates(np.asarray(period, dtype=np.int64)),
            "undated": np.zeros(size, dtype=bool) if undated is None else undated,
            "member": member,
            "numerator": none if numerator is None else _nullable(numerator),
            "denominator": none if denominator is None else _nullable(denominator),
            "n": np.zeros(size, dtype=np.int64) if n is None else np.asarray(n).astype(np.int64),
            "value": np.full(size, np.nan) if value is None else value,
            "status": np.array([status] * size, dtype=object) if isinstance(status, str) else status,
            **own,
        }
    )


def _nullable(values: Array) -> pd.api.extensions.ExtensionArray:
    return pd.array(np.asarray(values).astype(np.int64), dtype="Int64")


def nothing() -> pd.DataFrame:
    """A long table without rows."""
    none = np.zeros(0, dtype=np.int64)
    return long(Grain.ALL, none, none, numerator=none, denominator=none)


def stack(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Long tables one under the other; `nothing()` if there are none."""
    kept = [table for table in tables if len(table)]
    if not kept:
        return tables[0] if tables else nothing()
    return pd.concat(kept, ignore_index=True)


def pool(
    cut: Cut, day: Ints, member: Ints, *, numerator: Array, denominator: Array | None = None, n: Array | None = None
) -> pd.DataFrame:
    """Pools rows that a definition made itself, as the engine pools frames. `day` in days since 1970."""
    grouping = group(member, day)
    top, bottom = grouping.sum(numerator), None if denominator is None else grouping.sum(denominator)
    counts = grouping.sum(n if n is not None else np.ones(len(day), dtype=bool))
    tables = []
    for grain in cut.grains:
        runs = grouping.rollup(grain, cut.setting.calendar)
        tables.append(
            long(
                grain, runs.period, runs.member, undated=runs.undated, n=runs.sum(counts),
                numerator=runs.sum(top), denominator=None if bottom is None else runs.sum(bottom),
            )
        )  # fmt: skip
    return stack(tables)


def to_date(table: pd.DataFrame, calendar: Calendar, as_of: Any) -> npt.NDArray[np.bool_]:
    """Which rows stand for a period that holds `as_of` and is not over on that day."""
    flag = np.zeros(len(table), dtype=bool)
    period = table["period"].to_numpy()
    grains = table["grain"].to_numpy()
    for grain in Grain:
        if grain is Grain.ALL:
            continue
        current = calendar.period(grain, as_of)
        if (current.end - as_of).days > 1:
            flag |= (grains == grain.value) & (period == np.datetime64(current.start, "s"))
    return flag


__all__ = ["COLUMNS", "UNDATED", "long", "nothing", "pool", "stack", "to_date"]
