"""The long table in which every definition answers: plain arrays until the engine adds values and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.periods import GRAINS, Grain
from metrics.definitions.grouping import UNDATED, Ints, group
from metrics.definitions.scene import Cut

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]
_CODES = {grain: code for code, grain in enumerate(GRAINS)}


@dataclass(frozen=True)
class Long:
    """Columns of one definition's answer, all of one length.

    `grain` is a position in GRAINS, `period` days since 1970 (UNDATED: none), `member` as in `Cut.codes`. Parts are
    integers; the flags say where there is none. `value` is NaN where it follows from the parts; `status` is "" where
    the engine is to find it, else why there is no value. `own` holds the metric's own columns (`Metric.own_dims`).
    """

    grain: npt.NDArray[np.int8]
    period: Ints
    undated: Flags
    member: Ints
    numerator: Ints
    no_numerator: Flags
    denominator: Ints
    no_denominator: Flags
    n: Ints
    value: npt.NDArray[np.float64]
    status: Array
    own: dict[str, Array]

    def __len__(self) -> int:
        return int(self.period.size)

    def labelled(self, **names: str) -> Long:
        """The same rows with columns of one text each."""
        own = {name: np.full(len(self), text, dtype=object) for name, text in names.items()}
        return replace(self, own=self.own | own)

    def counted(self, counts: Long) -> Long:
        """The same rows with the n of another table that has the same places."""

        def places(table: Long) -> Array:
            return np.stack([table.grain.astype(np.int64), table.member, table.period], axis=1)

        both = np.concatenate([places(counts), places(self)])
        _, key = np.unique(both, axis=0, return_inverse=True)
        key = key.reshape(-1)
        n = np.zeros(int(key.max()) + 1 if key.size else 0, dtype=np.int64)
        n[key[: len(counts)]] = counts.n
        return replace(self, n=n[key[len(counts) :]])

    def where(self, keep: Array, status: Array | None = None) -> Long:
        """The rows where `keep` holds, with other reasons if they are given."""
        table = self if status is None else replace(self, status=status)
        names = [name for name in Long.__dataclass_fields__ if name != "own"]
        columns = {name: getattr(table, name)[keep] for name in names}
        return Long(**columns, own={name: values[keep] for name, values in self.own.items()})


def long(
    grain: Grain, period: Array, member: Array, *, numerator: Array | None = None, denominator: Array | None = None,
    n: Array | None = None, undated: Array | None = None, value: Array | None = None, status: Array | str = "",
    **own: Array,
) -> Long:  # fmt: skip
    """Rows of one grain. Parts that are None do not exist; n is 0 if it is not given."""
    size = len(period)
    none = np.zeros(size, dtype=np.int64)
    return Long(
        np.full(size, _CODES[grain], dtype=np.int8),
        np.asarray(period, dtype=np.int64),
        np.zeros(size, dtype=bool) if undated is None else undated,
        np.asarray(member, dtype=np.int64),
        none if numerator is None else np.asarray(numerator).astype(np.int64),
        np.full(size, numerator is None),
        none if denominator is None else np.asarray(denominator).astype(np.int64),
        np.full(size, denominator is None),
        none if n is None else np.asarray(n).astype(np.int64),
        np.full(size, np.nan) if value is None else np.asarray(value, dtype=np.float64),
        np.full(size, status, dtype=object) if isinstance(status, str) else np.asarray(status, dtype=object),
        own,
    )


def nothing() -> Long:
    """A long table without rows."""
    none = np.zeros(0, dtype=np.int64)
    return long(Grain.ALL, none, none)


def stack(tables: Sequence[Long]) -> Long:
    """Long tables one under the other; `nothing()` if there are none."""
    kept = [table for table in tables if len(table)]
    if len(kept) < 2:
        return kept[0] if kept else nothing()
    names = [name for name in Long.__dataclass_fields__ if name != "own"]
    columns = {name: np.concatenate([getattr(table, name) for table in kept]) for name in names}
    own = {name: np.concatenate([table.own[name] for table in kept]) for name in kept[0].own}
    return Long(**columns, own=own)


def pool(
    cut: Cut, day: Ints, member: Ints, *, numerator: Array, denominator: Array | None = None, n: Array | None = None
) -> Long:
    """Pools rows that a definition made itself, as the engine pools frames. `day` in days since 1970."""
    columns = [numerator, np.ones(len(day), dtype=bool) if n is None else n, denominator]
    if cut.floor is None:
        return _pooled(cut, cut.grains, day, member, columns)
    recent = day >= cut.floor
    kept = [None if column is None else column[recent] for column in columns]
    dated = [grain for grain in cut.grains if grain is not Grain.ALL]
    tables = [_pooled(cut, dated, day[recent], member[recent], kept)]
    if Grain.ALL in cut.grains:
        tables.append(_pooled(cut, [Grain.ALL], np.full(len(day), UNDATED), member, columns))
    return stack(tables)


def _pooled(cut: Cut, grains: Sequence[Grain], day: Ints, member: Ints, columns: Sequence[Array | None]) -> Long:
    """The rows of some grains, from numerator, n and denominator of each row."""
    grouping = group(member, day)
    cells = [None if column is None else grouping.sum(column) for column in columns]
    tables = []
    for grain in grains:
        runs = grouping.rollup(grain, cut.setting.calendar)
        top, n, bottom = (None if column is None else runs.sum(column) for column in cells)
        tables.append(
            long(grain, runs.period, runs.member, undated=runs.undated, n=n, numerator=top, denominator=bottom)
        )
    return stack(tables)
