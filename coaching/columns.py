"""A small chart of columns over time, laid out on the server: no script, and its table stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, HEAD, FOOT = 720, 270, 22, 26


@dataclass(frozen=True)
class Point:
    """One period: its name, its value (None: there is none), what it rests on, and how the value is written."""

    label: str
    value: Decimal | None
    n: int
    written: str
    few: bool = False


@dataclass(frozen=True)
class Column:
    """A point with its place in the drawing, in units of the view box."""

    point: Point
    x: float
    y: float
    width: float
    height: float
    middle: float


@dataclass(frozen=True)
class Columns:
    """The drawing. `line` is the height of the policy's line, None without one."""

    columns: list[Column]
    base: float
    line: float | None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def last(self) -> Column | None:
        """The newest column that has a value."""
        return next((c for c in reversed(self.columns) if c.point.value is not None), None)


def columns(points: Sequence[Point], *, top: Decimal | None = None, line: Decimal | None = None) -> Columns | None:
    """Columns from zero, oldest left; the scale ends at `top`, else at the largest value or line.

    None without a value.
    """
    known = [p.value for p in points if p.value is not None]
    if not known:
        return None
    highest = top if top is not None else max([*known, line or Decimal(0)])
    scale = float(highest) or 1.0
    room, base = HEIGHT - HEAD - FOOT, float(HEIGHT - FOOT)
    step = WIDTH / len(points)
    width = min(step * 0.7, 44.0)
    found = []
    for i, point in enumerate(points):
        size = room * min(max(float(point.value or 0), 0.0) / scale, 1.0)
        middle = step * (i + 0.5)
        found.append(
            Column(point, _at(middle - width / 2), _at(base - size), _at(width), _at(size), _at(middle))
        )  # fmt: skip
    return Columns(found, base, None if line is None else _at(base - room * min(float(line) / scale, 1.0)))


def _at(value: float) -> float:
    return round(value, 1)
