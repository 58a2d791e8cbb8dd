"""What a definition sees: frames and setting (`Scene`), one frame's columns (`Rows`), one way to cut (`Cut`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.periods import GRAINS, Grain, Period
from metrics.definitions.frames import DIMENSIONS, Frames
from metrics.definitions.grouping import UNDATED, Grouping, Ints, group, ranks, to_days
from metrics.definitions.policy import Setting

Array = npt.NDArray[Any]
T = TypeVar("T")


class Rows:
    """The columns of one frame as plain arrays."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._days: dict[str, Ints] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, column: str) -> Array:
        return self.frame[column].to_numpy()

    def isin(self, column: str, members: Collection[str]) -> npt.NDArray[np.bool_]:
        """Which rows have one of `members` (compared in lower case) in the category column `column`."""
        wanted = {member.lower() for member in members}
        hits = np.array([str(c).lower() in wanted for c in self.frame[column].cat.categories] + [False], dtype=bool)
        chosen: npt.NDArray[np.bool_] = hits[self.frame[column].cat.codes.to_numpy()]
        return chosen

    def days(self, column: str) -> Ints:
        """Days since 1970; UNDATED for NaT. One array for all who ask, and so read-only."""
        if column not in self._days:
            days = to_days(self[column])
            days.flags.writeable = False
            self._days[column] = days
        return self._days[column]


@dataclass(frozen=True)
class Earlier:
    """What a pooled metric came to, by member ("": none), in all the years that a computation leaves out."""

    members: tuple[str, ...]
    numerator: Ints
    denominator: Ints
    n: Ints


@dataclass(frozen=True)
class Scene:
    """Frames and setting of one computation, with a memory for what several definitions share.

    `earlier`, by metric and cut, is known where nothing of the years before the first one asked for can have changed;
    what it does not name was nothing in these years, if its metric is named at all.
    `within` are the dimensions of which the frames have the rows of one member alone.
    """

    frames: Frames
    setting: Setting
    memo: dict[Hashable, Any] = field(default_factory=dict)
    earlier: Mapping[str, Mapping[tuple[str, ...], Earlier]] = field(default_factory=dict)
    within: frozenset[str] = frozenset()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """`make()`, computed the first time that `key` is asked for."""
        if key not in self.memo:
            self.memo[key] = make()
        found: T = self.memo[key]
        return found

    def only(self, names: Collection[str]) -> Scene:
        """The same scene with the named frames alone, and what single cuts have worked out forgotten.

        For the families of metrics that are still to come, so that what no one reads any more is freed.
        """
        for dim in DIMENSIONS:
            self.labels(dim)  # of all frames, while they are there
        for key in [key for key in self.memo if _of_a_cut(key) or _of_a_frame(key, names)]:
            del self.memo[key]
        return replace(self, frames=Frames(**{name: self.frames.get(name) for name in names}))

    def rows(self, frame: str) -> Rows:
        """The frame called `frame`."""
        return self.once(("rows", "", frame), lambda: Rows(self.frames.get(frame)))

    def day_ranks(self, frame: str, day: str) -> tuple[Ints, Ints]:
        """`ranks` of a day column."""
        return self.once(("grouping", "day ranks", frame, day), lambda: ranks(self.rows(frame).days(day)))

    @cached_property
    def as_of(self) -> int:
        """The last day that counts, in days since 1970."""
        return int(np.datetime64(self.setting.as_of, "D").astype(np.int64))

    def labels(self, dim: str) -> list[str]:
        """All members of a dimension over all frames, in order."""

        def make() -> list[str]:
            found: set[str] = set()
            for name in self.frames.__dataclass_fields__:
                frame = self.frames.get(name)
                if dim in frame.columns:
                    found.update(str(label) for label in frame[dim].cat.categories)
            return sorted(found)

        return self.once(("labels", dim), make)

    def dim_codes(self, frame: str, dim: str) -> Ints:
        """Each row's member of `dim` as a position in `labels(dim)`; the row without one has the position behind."""
        labels = self.labels(dim)
        column = self.frames.get(frame)[dim].cat
        position = {label: i for i, label in enumerate(labels)}
        lookup = np.array([position[str(label)] for label in column.categories] + [len(labels)], dtype=np.int64)
        return lookup[column.codes.to_numpy()]


def _of_a_cut(key: Hashable) -> bool:
    return isinstance(key, tuple) and bool(key) and isinstance(key[0], tuple)


def _of_a_frame(key: Hashable, kept: Collection[str]) -> bool:
    """Whether it is about the rows of a frame that is not kept."""
    return isinstance(key, tuple) and key[0] in {"codes", "grouping", "rows", "windows"} and key[2] not in kept


@dataclass(frozen=True)
class Cut:
    """One way to cut a scene: by no dimension, or by one or several, at some grains."""

    scene: Scene
    by: tuple[str, ...]
    grains: tuple[Grain, ...]
    since: int | None = None  # days since 1970: periods that ended by then are not asked for

    def first_asked(self, grain: Grain) -> int | None:
        """The first day of the first period of `grain` that is asked for; None for all of them."""
        if self.since is None or grain is Grain.ALL:
            return None
        day = (np.datetime64(0, "D") + self.since).item()
        return int(np.datetime64(self.setting.calendar.period(grain, day).start, "D").astype(np.int64))

    @cached_property
    def floor(self) -> int | None:
        """The first day of all periods that are asked for; None where none are left out."""
        firsts = [first for grain in GRAINS if (first := self.first_asked(grain)) is not None]
        return min(firsts) if firsts else None

    @property
    def setting(self) -> Setting:
        """The scene's setting."""
        return self.scene.setting

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """As `Scene.once`, for this cut alone."""
        return self.scene.once((self.by, self.grains, self.since, key), make)

    @cached_property
    def _sizes(self) -> list[int]:
        return [len(self.scene.labels(dim)) + 1 for dim in self.by]

    def codes(self, frame: str) -> Ints:
        """Each row's member as one integer; 0 throughout without dimensions."""

        def make() -> Ints:
            code = np.zeros(len(self.scene.frames.get(frame)), dtype=np.int64)
            for dim, size in zip(self.by, self._sizes, strict=True):
                code = code * size + self.scene.dim_codes(frame, dim)
            return code

        return self.scene.once(("codes", self.by, frame), make)

    @property
    def nobody(self) -> int:
        """The member that has none of the dimensions."""
        code = 0
        for size in self._sizes:
            code = code * size + size - 1
        return code

    def decode(self, members: Ints) -> dict[str, pd.Categorical]:
        """One categorical per dimension for the members of `codes`."""
        columns: dict[str, pd.Categorical] = {}
        rest = members
        for dim, size in reversed(list(zip(self.by, self._sizes, strict=True))):
            code = rest % size
            rest = rest // size
            labels = self.scene.labels(dim)
            columns[dim] = pd.Categorical.from_codes(
                np.where(code == len(labels), -1, code), pd.Index(labels, dtype="str")
            )
        return {dim: columns[dim] for dim in self.by}

    def grouping(self, frame: str, day: str) -> Grouping:
        """The cells of a frame by one of its day columns."""
        return self.scene.once(
            ("grouping", self.by, frame, day),
            lambda: group(self.codes(frame), self.scene.rows(frame).days(day), self.scene.day_ranks(frame, day)),
        )

    def recent_rows(self, frame: str, day: str) -> tuple[Ints, Ints]:
        """Which rows of a frame lie in the periods that are asked for or have no date, and the day of each."""

        def make() -> tuple[Ints, Ints]:
            days = self.scene.rows(frame).days(day)
            kept = np.flatnonzero(days >= (days.min(initial=0) if self.floor is None else self.floor))
            return kept, days[kept]

        return self.scene.once(("grouping", "", frame, day, self.since), make)

    def recent(self, frame: str, day: str) -> Grouping:
        """The cells of the `recent_rows` of a frame."""

        def make() -> Grouping:
            kept, days = self.recent_rows(frame, day)
            known = self.scene.once(("grouping", "day ranks", frame, day, self.since), lambda: ranks(days))
            return group(self.codes(frame)[kept], days, known)

        return self.scene.once(("grouping", self.by, frame, day, self.since), make)

    def earlier(self, metric: str) -> tuple[Ints, Earlier] | None:
        """What a metric came to in the years before the first one asked for, with its members as in `codes`.

        None where that is not known.
        """
        by_cut = self.scene.earlier.get(metric)
        if self.since is None or by_cut is None or len(self.by) > 1:
            return None
        none = np.zeros(0, dtype=np.int64)
        found = by_cut.get(self.by, Earlier((), none, none, none))
        if not self.by:
            return np.zeros(len(found.members), dtype=np.int64), found
        place = {label: code for code, label in enumerate(self.scene.labels(self.by[0]))} | {"": self.nobody}
        if not place.keys() >= set(found.members):
            return None
        return np.array([place[member] for member in found.members], dtype=np.int64), found

    def undivided(self, frame: str) -> Grouping:
        """The cells of a frame by member alone, as if nothing had a date: for sums over everything."""

        def make() -> Grouping:
            codes = self.codes(frame)
            return group(codes, np.full(codes.size, UNDATED, dtype=np.int64))

        return self.scene.once(("grouping", self.by, frame, "undivided"), make)

    def periods(self, grain: Grain, first: int, last: int) -> list[Period]:
        """All periods of `grain` between two days since 1970, both included; none if `last` is before `first`."""
        if last < first:
            return []
        epoch = np.datetime64(0, "D")
        return self.setting.calendar.range(grain, (epoch + first).item(), (epoch + last).item())

    def periods_asked(self, grain: Grain, first: int, last: int) -> list[Period]:
        """Those of `periods` that are asked for."""
        asked = self.first_asked(grain)
        return self.periods(grain, first if asked is None else max(first, asked), last)
