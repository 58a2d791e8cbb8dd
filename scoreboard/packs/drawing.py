"""Charts as lines, rectangles and words in points: one geometry for the PDF and for the HTML without a script.

IBCS: actual solid dark, prior year solid pale, plan outlined, forecast and running periods hatched; colour only where
a value is good or bad.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoreboard.charts.shape import Chart
from scoreboard.packs import look


@dataclass(frozen=True)
class Rect:
    """A rectangle; an empty fill or stroke is none."""

    x: float
    y: float
    w: float
    h: float
    fill: str = ""
    stroke: str = ""
    sw: float = 0.9
    t: str = "rect"


@dataclass(frozen=True)
class Path:
    """An open line through points."""

    points: tuple[tuple[float, float], ...]
    stroke: str
    sw: float = 1.0
    dash: bool = False
    t: str = "path"


@dataclass(frozen=True)
class Dot:
    """A filled circle with a thin rim of the paper's colour."""

    x: float
    y: float
    r: float
    fill: str
    t: str = "dot"


@dataclass(frozen=True)
class Words:
    """One line of text; `y` is its baseline, `anchor` start, middle or end."""

    x: float
    y: float
    text: str
    size: float = look.LABEL_SIZE
    fill: str = look.INK
    anchor: str = "middle"
    bold: bool = False
    t: str = "text"


Mark = Rect | Path | Dot | Words


@dataclass(frozen=True)
class Frame:
    """The plot's inside and the values at its edges; `y` of a value grows downwards."""

    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Where a value is drawn."""
        reach = (self.high - self.low) or 1.0
        return self.bottom - (value - self.low) / reach * (self.bottom - self.top)

    def x(self, value: float) -> float:
        """Where a value is drawn on a horizontal scale."""
        reach = (self.high - self.low) or 1.0
        return self.left + (value - self.low) / reach * (self.right - self.left)


def plain(marks: list[Mark]) -> list[dict[str, Any]]:
    """As JSON holds them, with coordinates rounded to hundredths of a point."""
    return [{k: _rounded(v) for k, v in mark.__dict__.items()} for mark in marks]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 2)
    return [_rounded(v) for v in value] if isinstance(value, tuple | list) else value


def hatched(x: float, y: float, w: float, h: float, colour: str) -> list[Mark]:
    """An outlined rectangle with diagonal lines: what is not over yet."""
    marks: list[Mark] = [Rect(x, y, w, h, fill=look.CARD)]
    step, at = 4.0, 4.0
    while at < w + h:
        # from the left or bottom edge up to the top or right edge
        first = (x, y + at) if at <= h else (x + at - h, y + h)
        last = (x + at, y) if at <= w else (x + w, y + at - w)
        marks.append(Path((first, last), colour, 0.7))
        at += step
    return [*marks, Rect(x, y, w, h, stroke=colour)]


def bounds(chart: Chart, *, zero: bool) -> tuple[float, float]:
    """The least and the largest value drawn, limits included."""
    known = [float(v) for s in chart.series for v in s.values if v is not None]
    if chart.limits:
        low = float(chart.limits.low)
        known += [float(chart.limits.high), max(low, 0.0) if min(known, default=0) >= 0 else low]
    if zero:
        known.append(0.0)
    low, high = min(known, default=0.0), max(known, default=1.0)
    flat = high - low <= 1e-9 * max(abs(low), abs(high))  # equal, but for the last digits of a float
    return low, low + (abs(low) or 1.0) if flat else high


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round values between `low` and `high`, about `count` of them."""
    raw = (high - low) / count
    size = 10.0 ** math.floor(math.log10(raw)) if raw > 0 else 1.0
    step = next(m * size for m in (1, 2, 2.5, 5, 10) if m * size >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


def axis_text(chart: Chart, value: float) -> str:
    """A value beside an axis: short, and without decimals that say nothing."""
    return chart.label(Decimal(str(round(value, 10)))) if chart.unit == "money" else _trimmed(chart, value)


def _trimmed(chart: Chart, value: float) -> str:
    if chart.unit == "rate":
        points = round(value * 100, 6)
        return f"{points:g}\u202f%".replace("-", "\u2212")
    return f"{round(value, 6):,g}".replace("-", "\u2212")
