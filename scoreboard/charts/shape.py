"""What a chart says, without how it is drawn."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import show
from core.periods import Period


class Role(enum.StrEnum):
    """What a series is; its look follows from it (IBCS) and from nothing else."""

    ACTUAL = "actual"  # solid dark
    TO_DATE = "to date"  # hatched: the period is not over
    PRIOR = "prior year"  # solid light
    PLAN = "plan"  # marker
    FORECAST = "forecast"  # hatched


class Kind(enum.StrEnum):
    """How it is drawn."""

    COLUMNS = "columns"  # time, left to right
    LINE = "line"
    BARS = "bars"  # structure, top to bottom
    BRIDGE = "bridge"  # a waterfall: first and last stand on the ground, the rest float
    WATERFALL = "waterfall"  # the same from top to bottom, for steps that are structure and have long names


class Tone(enum.StrEnum):
    """Colour means good or bad, and nothing else."""

    NONE = ""
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Series:
    """One value per category; None is a gap. `tones` may colour single values."""

    name: str
    role: Role
    values: tuple[Decimal | None, ...]
    tones: tuple[Tone, ...] = ()


@dataclass(frozen=True)
class Limits:
    """Natural process limits of the actual series."""

    mean: Decimal
    low: Decimal
    high: Decimal


def bounds_of(periods: Sequence[Period]) -> tuple[date, ...]:
    """The `bounds` of a chart over these periods: their first days, and the day after the last."""
    return (*(period.start for period in periods), periods[-1].end)


@dataclass(frozen=True)
class Chart:
    """One chart. `title` is a sentence that states the finding; `unit` one of `metrics.definitions.base.Unit`."""

    key: str
    title: str
    kind: Kind
    unit: str
    currency: str
    period: str
    source: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    limits: Limits | None = None
    first_heading: str = "Period"
    metric: str = ""  # whose explain page it opens
    low: bool = False
    links: tuple[str, ...] = ()  # one address per category
    short: tuple[str, ...] = ()  # the categories as the axis writes them; they themselves are all different
    cut: bool = False  # a bridge whose first and last column do not stand on zero
    bounds: tuple[date, ...] = ()  # categories of time: their first days and the last one's end; else two ends

    def __post_init__(self) -> None:
        """Raises ValueError where two categories share a name: they would be drawn over each other."""
        if len(set(self.categories)) < len(self.categories):
            raise ValueError(f"chart {self.key} has two categories of one name: {self.categories}")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(v is not None for s in self.series for v in s.values)

    @property
    def caption(self) -> str:
        """Unit, period, source and what the looks mean, under the title."""
        step = f" {self.step}" if self.kind is Kind.COLUMNS and self.step else ""
        named_unit = self.unit.replace("money", f"{self.currency}{step}")
        unit = "Percent" if self.unit == "rate" else "Number" if self.unit == "count" else named_unit
        unit = unit[0].upper() + unit[1:]
        looks = {
            Role.ACTUAL: "solid", Role.TO_DATE: "hatched", Role.PRIOR: "pale", Role.PLAN: "gold",
            Role.FORECAST: "hatched",
        }  # fmt: skip
        if self.kind is Kind.LINE:
            looks |= {Role.TO_DATE: "open point", Role.FORECAST: "dashed"}
        drawn = [s for s in self.series if any(v is not None for v in s.values)] if self.explains else []
        named = [f"{looks[s.role]}: {s.name[0].lower()}{s.name[1:]}" for s in drawn]
        if self.limits:
            named.append("band: process limits")
        if self.cut:
            named.append("first and last " + ("column cut off below" if self.kind is Kind.BRIDGE else "bar cut off"))
        return " · ".join([unit, self.period, *dict.fromkeys(named), f"source: {self.source}"])

    @property
    def explains(self) -> bool:
        """Whether the roles need a word: a bridge and a single series explain themselves."""
        return not self.floats and len(self.series) > 1

    @property
    def floats(self) -> bool:
        """Whether it is a bridge: its inner values are changes, the first and the last are levels."""
        return self.kind in (Kind.BRIDGE, Kind.WATERFALL)

    @property
    def alternative(self) -> str:
        """What a person who cannot see the chart is told: the finding, then the extremes."""
        actual = self.series[0]
        known = [(c, v) for c, v in zip(self.categories, actual.values, strict=True) if v is not None]
        if not known:
            return f"{self.title}. No values."
        least, most = min(known, key=lambda p: p[1]), max(known, key=lambda p: p[1])
        return (
            f"{self.title}. {self.kind.value.capitalize()} of {len(self.categories)} values, {self.period}. "
            f"Lowest {self.written(least[1])} ({least[0]}), highest {self.written(most[1])} ({most[0]}). "
            "The table below has all values."
        )

    @property
    def step(self) -> str:
        """What the labels of columns are counted in: "M" where the largest value is in millions."""
        known = [abs(v) for s in self.series for v in s.values if v is not None]
        return show.compact(max(known))[1] if known and self.unit == "money" else ""

    def label(self, value: Decimal) -> str:
        """A column's short label, in the step that the caption names."""
        if self.unit != "money":
            return self.written(value)
        scaled = value / show.STEPS[self.step]
        return show.fixed(scaled, 0 if abs(scaled) >= 100 else 1)

    def written(self, value: Decimal | None) -> str:
        """A value as the chart labels it."""
        return show.value(value, self.unit, self.currency)

    def step_label(self, i: int) -> str:
        """The label of a bridge's column: levels as they are, steps with their sign."""
        value = self.series[0].values[i]
        inner = 0 < i < len(self.categories) - 1
        return show.difference(value, self.unit, self.currency) if inner else self.written(value)

    def headings(self) -> list[str]:
        """Headings of the table behind the chart."""
        return [self.first_heading, *(s.name for s in self.series)]

    def table(self) -> list[list[str]]:
        """Rows of the table behind the chart, written for people."""
        return [[c, *(self._exact(s.values[i], i) for s in self.series)] for i, c in enumerate(self.categories)]

    def _exact(self, value: Decimal | None, i: int) -> str:
        """In full; a step of a bridge with its sign, and a missing side effect as nothing at all."""
        if not self.floats:
            return show.value(value, self.unit, self.currency, exact=True)
        if value is None:
            return ""
        if 0 < i < len(self.categories) - 1:
            return _signed(value, self.unit, self.currency)
        return show.value(value, self.unit, self.currency, exact=True)

    def plain(self) -> list[list[str]]:
        """The same rows with plain numbers, for a spreadsheet; an empty cell where there is no value."""
        return [
            [c, *("" if s.values[i] is None else f"{s.values[i]:f}" for s in self.series)]
            for i, c in enumerate(self.categories)
        ]


def _signed(value: Decimal, unit: str, currency: str) -> str:
    """A change in full, with its sign; of a rate in points."""
    if unit == "rate":
        return show.points(value, 4)
    written = show.value(abs(value), unit, currency, exact=True)
    return f"{'+' if value > 0 else show.MINUS if value < 0 else ''}{written}"
