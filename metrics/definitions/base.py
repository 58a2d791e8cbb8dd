"""What a metric is, and the registry of all of them.

A *pooled* metric names a frame, a day column and the parts each row adds to numerator, denominator and n; the engine
sums them, so that nothing can average percentages. A *shaped* metric (medians, movements, growth) returns its own
long table for one cut.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from core.periods import GRAINS, Grain
from metrics.definitions.frames import DIMENSIONS, dimensions_of

if TYPE_CHECKING:
    from metrics.definitions.long import Long
    from metrics.definitions.scene import Cut, Rows, Scene

Array = npt.NDArray[Any]
REVIEWED = date(2026, 11, 21)
CONTRACT = "Assay metric contract"


class Unit(enum.StrEnum):
    """What a value is counted in."""

    MONEY = "money"
    RATE = "rate"  # a fraction, shown in percent
    COUNT = "count"
    DAYS = "days"
    HOURS = "hours"
    MONTHS = "months"
    RATIO = "ratio"
    INDEX = "index"
    PER_DAY = "money per day"
    PER_HOUR = "money per hour"


class Direction(enum.StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


class Timing(enum.StrEnum):
    """Whether a metric foretells (lead) or records (lag)."""

    LEAD = "lead"
    LAG = "lag"


class Function(enum.StrEnum):
    """Who moves it."""

    SALES = "sales"
    MARKETING = "marketing"
    PRODUCT = "product"
    OPERATIONS = "operations"
    CUSTOMER_EXPERIENCE = "customer experience"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Parts:
    """What each row of a frame adds. Arrays of the frame's length; integers or booleans.

    `rows` marks the rows that belong to the metric at all (default: every row): a period without any is omitted.
    `n` counts what the value rests on (default: `rows`). Rows outside `rows` must add 0.
    """

    numerator: Array
    denominator: Array | None = None
    n: Array | None = None
    rows: Array | None = None


@dataclass(frozen=True)
class Pooled:
    """Sums of `parts` over the rows of `frame`, by the days in column `day`."""

    frame: str
    day: str
    parts: Callable[[Rows, Scene], Parts]


@dataclass(frozen=True)
class Shaped:
    """A definition that makes its own long table (see `engine.LONG`) for one cut."""

    values: Callable[[Cut], Long]


@dataclass(frozen=True)
class Metric:
    """One number the product shows, with everything the glossary says about it.

    `value` = (numerator / numerator_scale) / (denominator / denominator_scale), or the first part alone where there
    is no denominator. `empty` says why there is no value where nothing was counted; `zero` marks sums for which
    "nothing counted" is a true 0. `reads` names the frames, so that an import knows which metrics it touches.
    """

    key: str
    label: str
    unit: Unit
    family: str
    formula: str
    why: str
    functions: tuple[Function, ...]
    compute: Pooled | Shaped
    reads: tuple[str, ...]
    direction: Direction = Direction.UP
    timing: Timing = Timing.LAG
    source: str = CONTRACT
    version: int = 1
    reviewed: date = REVIEWED
    min_n: int = 1
    dims: tuple[str, ...] = DIMENSIONS
    grains: tuple[Grain, ...] = GRAINS
    asked_grains: tuple[Grain, ...] = ()  # further ones, computed when they are asked for: no run stores them
    moves: str = ""
    empty: str = "no data"
    zero: bool = False
    numerator_scale: int = 1
    denominator_scale: int = 1
    hide_below: int = 0  # with a smaller n nothing is shown, parts included, because single answers could be told
    looks_ahead: bool = False  # what is dated after a period may change its value: who stays is known only later
    own_dims: tuple[str, ...] = ()  # further columns that its long table always carries (model, channel, stage …)

    @property
    def every_grain(self) -> tuple[Grain, ...]:
        """All that it has values by, in the order of GRAINS."""
        return tuple(grain for grain in GRAINS if grain in self.grains or grain in self.asked_grains)

    @property
    def additive(self) -> bool:
        """Whether its numerators and denominators over periods, the undated row included, add up to `all`."""
        return isinstance(self.compute, Pooled)


_registry: dict[str, Metric] = {}


def _register(metric: Metric) -> None:
    if metric.key in _registry:
        raise ValueError(f"metric {metric.key!r} is defined twice")
    unknown = set(metric.dims) - set(DIMENSIONS)
    if unknown:
        raise ValueError(f"metric {metric.key!r} is cut by unknown dimensions {sorted(unknown)}")
    _registry[metric.key] = metric


def pooled(
    key: str, label: str, unit: Unit, *, frame: str, day: str, reads: tuple[str, ...] = (), **rest: Any
) -> Callable[[Callable[[Rows, Scene], Parts]], Callable[[Rows, Scene], Parts]]:
    """Registers a pooled metric. `frame` and `day` say what is summed by which date; `rest` are fields of `Metric`."""

    def decorate(parts: Callable[[Rows, Scene], Parts]) -> Callable[[Rows, Scene], Parts]:
        rest.setdefault("dims", dimensions_of(frame))
        scale = 10_000 if unit is Unit.MONEY else 1
        rest.setdefault("numerator_scale", scale)
        compute = Pooled(frame, day, parts)
        _register(Metric(key, label, unit, compute=compute, reads=tuple(dict.fromkeys((frame, *reads))), **rest))
        return parts

    return decorate


def shaped(
    key: str, label: str, unit: Unit, *, reads: tuple[str, ...], **rest: Any
) -> Callable[[Callable[[Cut], Long]], Callable[[Cut], Long]]:
    """Registers a shaped metric. `rest` are fields of `Metric`."""

    def decorate(values: Callable[[Cut], Long]) -> Callable[[Cut], Long]:
        rest.setdefault("dims", dimensions_of(reads[0]))
        rest.setdefault("numerator_scale", 10_000 if unit is Unit.MONEY else 1)
        _register(Metric(key, label, unit, compute=Shaped(values), reads=reads, **rest))
        return values

    return decorate


def all_metrics() -> tuple[Metric, ...]:
    """Every metric, by family, module and then in the order of definition, whichever module was imported first.

    Import `metrics.definitions.registry` to fill it.
    """
    return tuple(sorted(_registry.values(), key=lambda m: (m.family, _module(m))))


def _module(metric: Metric) -> str:
    compute = metric.compute.parts if isinstance(metric.compute, Pooled) else metric.compute.values
    return compute.__module__


def get(key: str) -> Metric:
    """The metric called `key`. Raises KeyError with the nearest keys if there is none."""
    if key in _registry:
        return _registry[key]
    near = difflib.get_close_matches(key, _registry, n=3, cutoff=0.5)
    hint = f"; did you mean {', '.join(near)}?" if near else "; `manage.py metrics` lists all of them"
    raise KeyError(f"there is no metric {key!r}{hint}")
