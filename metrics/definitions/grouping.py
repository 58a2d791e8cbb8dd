"""Exact sums by member and day, rolled up to periods: the engine room of every pooled metric.

Rows are reduced once to *cells*, one per member and day, sorted by member and then day; the row without a date is a
member's last cell. Periods of any grain are then runs of neighbouring cells, so a roll-up needs no second grouping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.periods import Calendar, Grain

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

UNDATED = np.iinfo(np.int64).max  # the day of what has no date: sorts behind every day
_DENSE = 1 << 23  # key spaces up to this size are counted instead of sorted


def to_days(days: Array) -> Ints:
    """Days since 1970 of datetime64 values; UNDATED for NaT."""
    whole = days.astype("datetime64[D]")
    return np.where(np.isnat(whole), UNDATED, whole.astype(np.int64))


def to_dates(days: Ints) -> Array:
    """The inverse of `to_days`, as datetime64[s]."""
    safe = np.where(days == UNDATED, 0, days).astype("datetime64[D]").astype("datetime64[s]")
    return np.where(days == UNDATED, np.datetime64("NaT", "s"), safe)


def period_starts(calendar: Calendar, grain: Grain, day: Ints) -> Ints:
    """First day of the period in which each day lies; UNDATED for the grain `all` and for what has no date."""
    distinct, place = ranks(day)
    return to_days(calendar.starts(grain, to_dates(distinct)))[place]


def exact_sum(ids: Array, values: Array, size: int) -> Ints:
    """Σ of whole numbers (or truths) per id, in int64 throughout. With ids as wide as a pointer this is NumPy's
    quickest way to add by group, quicker than `bincount`, which would need doubles and so a look at their size.
    """
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, ids.astype(np.intp, copy=False), values.astype(np.int64, copy=False))
    return total


def settled_sum(ids: Array, values: Array, size: int) -> npt.NDArray[np.float64]:
    """Σ of doubles per id, the same to the last bit in whatever order the rows come.

    Adding doubles rounds at every step, and the rows of a large table come in another order each time. Each value is
    taken as two whole numbers of forty bits, under the largest of them, which add up exactly.
    """
    peak = float(np.abs(values).max()) if values.size else 0.0
    if peak == 0:
        return np.zeros(size)
    unit = 2.0 ** (40 - np.ceil(np.log2(peak)))
    high = np.rint(values * unit)
    low = np.rint((values * unit - high) * 2.0**40)
    whole, part = (exact_sum(ids, each.astype(np.int64), size) for each in (high, low))
    return np.asarray((whole + part / 2.0**40) / unit)


@dataclass(frozen=True)
class Rollup:
    """Runs of cells that make one period of one member."""

    starts: Ints  # first cell of each run
    member: Ints
    period: Ints  # days since 1970 of the period's first day; UNDATED for `all` and for what has no date
    undated: npt.NDArray[np.bool_]

    def sum(self, cells: Ints) -> Ints:
        """Σ of the cells of each run."""
        return np.add.reduceat(cells, self.starts) if self.starts.size else np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Grouping:
    """Rows of a frame assigned to cells (member, day)."""

    ids: Array  # row → cell
    member: Ints  # of each cell
    day: Ints  # of each cell, UNDATED last

    @property
    def size(self) -> int:
        """Number of cells."""
        return int(self.member.size)

    def sum(self, values: Array) -> Ints:
        """Σ of a row column per cell."""
        return exact_sum(self.ids, values, self.size)

    def rollup(self, grain: Grain, calendar: Calendar) -> Rollup:
        """The runs of cells for `grain`."""
        undated = self.day == UNDATED
        if grain is Grain.ALL:
            period = np.full(self.size, UNDATED, dtype=np.int64)
            undated = np.zeros(self.size, dtype=bool)
        else:
            period = period_starts(calendar, grain, self.day)
        change = np.ones(self.size, dtype=bool)
        change[1:] = (self.member[1:] != self.member[:-1]) | (period[1:] != period[:-1])
        starts = np.flatnonzero(change)
        return Rollup(starts, self.member[starts], period[starts], undated[starts])


def group(member: Ints, day: Ints, day_ranks: tuple[Ints, Ints] | None = None) -> Grouping:
    """Cells for rows of (member, day in days since 1970 or UNDATED). `day_ranks`: `ranks(day)`, if it is known."""
    days, day_rank = ranks(day) if day_ranks is None else day_ranks
    width = max(int(days.size), 1)
    if member.size and member.min() >= 0 and (int(member.max()) + 1) * width <= _DENSE:
        members, member_rank = np.arange(int(member.max()) + 1), member  # ranks with gaps do as well
    else:
        members, member_rank = ranks(member)
    keys = member_rank * width + day_rank
    if members.size * width <= max(_DENSE, 4 * keys.size):
        found, ids = _counted(keys, members.size * width, np.int32)
    else:
        found, ids = np.unique(keys, return_inverse=True)
    return Grouping(ids, members[found // width], days[found % width])


def ranks(values: Ints) -> tuple[Ints, Ints]:
    """Sorted distinct values and each value's rank among them; by counting where the range is small."""
    if values.size == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    special = values == UNDATED
    some = bool(special.any())
    plain = values[~special] if some else values
    low, high = (int(plain.min()), int(plain.max())) if plain.size else (0, 0)
    if high - low > 4 * values.size + 100_000:
        distinct, inverse = np.unique(values, return_inverse=True)
        return distinct, inverse.astype(np.int64)
    offset = np.where(special, high - low + 1, values - low) if some else values - low
    present, places = _counted(offset, high - low + 2, np.int64)
    distinct = present + low
    if some:
        distinct[-1] = UNDATED
    return distinct, places


def _counted(keys: Ints, size: int, dtype: type[np.signedinteger[Any]]) -> tuple[Ints, Array]:
    """Sorted distinct keys, all in [0, size), and each key's rank among them, without sorting."""
    present = np.zeros(size, dtype=bool)
    present[keys] = True
    found = np.flatnonzero(present)
    lookup = np.zeros(size, dtype=dtype)
    lookup[found] = np.arange(found.size, dtype=dtype)
    return found, lookup[keys]


def positions(ids: Ints, wanted: Ints) -> Ints:
    """Where each of `wanted` stands among the distinct `ids`; -1 where it is not among them.

    By a table where the ids lie close together, as those of one database table do: a search jumps about in memory.
    """
    if not ids.size:
        return np.full(wanted.size, -1, dtype=np.int64)
    low, high = int(ids.min()), int(ids.max())
    if high - low > 4 * (ids.size + wanted.size) + 100_000:
        order = np.argsort(ids)
        place = order[np.minimum(np.searchsorted(ids, wanted, sorter=order), ids.size - 1)]
        return np.where(ids[place] == wanted, place, -1)
    table = np.full(high - low + 2, -1, dtype=np.int64)
    table[ids - low] = np.arange(ids.size)
    return table[np.where((wanted >= low) & (wanted <= high), wanted - low, high - low + 1)]


def lookup(ids: Ints, wanted: Ints) -> tuple[npt.NDArray[np.bool_], Ints]:
    """As `positions`, in two: whether each is there, and where (0 where it is not)."""
    place = positions(ids, wanted)
    return place >= 0, np.maximum(place, 0)


def order_of(groups: Array, size: int) -> Ints:
    """Rows in the order of their groups (numbered below `size`), as they came within each; by counting if few."""
    return np.argsort(groups.astype(np.int16) if size < 2**15 else groups, kind="stable")


class Running:
    """Exact sums per owner up to and including a day, from rows (owner, day, value); undated rows are left out."""

    def __init__(self, owner: Ints, day: Ints, value: Ints) -> None:
        dated = day != UNDATED
        owner, day, value = owner[dated], day[dated], value[dated]
        self._low = int(day.min()) if day.size else 0
        self._span = (int(day.max()) - self._low if day.size else 0) + 2
        keys = owner * self._span + (day - self._low)
        order = np.argsort(keys)
        self._keys = keys[order]
        self._running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(value[order])])

    def upto(self, owner: Ints, day: Ints) -> Ints:
        """Σ for each owner up to its day."""
        base = owner * self._span
        within = np.clip(day - self._low, -1, self._span - 2)
        last = np.searchsorted(self._keys, base + within, side="right")
        return np.asarray(self._running[last] - self._running[np.searchsorted(self._keys, base)])


class Windows:
    """Exact sums per member between any two days, from cells sorted by member and day.

    `first_day` is the first day of all, where the cells are only those of later ones.
    """

    def __init__(self, grouping: Grouping, cells: Ints, first_day: int | None = None) -> None:
        dated = grouping.day != UNDATED
        self._member = grouping.member[dated]
        self._day = grouping.day[dated]
        self._first = int(self._day.min()) if self._day.size else 0
        self.first_day = self._first if first_day is None else first_day  # that has a cell
        self._last = int(self._day.max()) if self._day.size else 0
        self._span = self._last - self._first + 2
        self.members = np.unique(self._member)
        self._keys = np.searchsorted(self.members, self._member) * self._span + (self._day - self._first)
        self._running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(cells[dated])])

    def between(self, start: Ints, end: Ints) -> Ints:
        """Σ over [start, end) as a table of members (rows, as in `members`) by windows (columns)."""
        base = np.arange(self.members.size, dtype=np.int64)[:, None] * self._span
        bounds, at = np.unique(np.clip(np.append(start, end) - self._first, 0, self._span - 1), return_inverse=True)
        upto = self._running[np.searchsorted(self._keys, base + bounds[None, :])]  # windows share most of their ends
        low, high = at[: start.size], at[start.size :]
        return np.where(high > low, upto[:, high] - upto[:, low], 0)
