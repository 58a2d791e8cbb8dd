"""Every metric a second time: plain loops over dict rows in exact fractions, written from the metric contract.

A function takes a `View` (rows of one member, as-of, grain, fiscal start) and answers {period or "all" or "undated":
value}, where None is n/a; a metric with columns of its own answers {(period, *columns): value}. What a metric leaves
out and what it says is n/a are the same to the comparison. A `Cell` says n or a reason as well, and then the status is
compared with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.metrics.naive.periods import ONE, end_of, start_of
from tests.metrics.naive.worlds import Row, World

Value = Fraction | float | None


@dataclass(frozen=True)
class Cell:
    """A value with the n that it rests on, or without a value the reason why."""

    value: Value
    n: int = 0
    reason: str = ""


Answer = dict[Any, Any]  # Value or Cell


@dataclass(frozen=True)
class View:
    """One member's rows. `whole` has everybody's; `memo` keeps what belongs to the world alone."""

    rows: World
    whole: World
    as_of: date
    grain: str
    fiscal: int
    by: tuple[str, ...]
    memo: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """`make()`, worked out once for a world."""
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    def bucket(self, day: date | None) -> Any:
        """The key of the period of `day`."""
        if self.grain == "all":
            return "all"
        return "undated" if day is None else start_of(self.grain, day, self.fiscal)

    def last(self, period: date) -> date:
        """The last day of a period that counts."""
        return min(end_of(self.grain, period) - ONE, self.as_of)


NAIVE: dict[str, Callable[[View], Answer]] = {}


def naive(key: str) -> Callable[[Callable[[View], Answer]], Callable[[View], Answer]]:
    """Registers the second implementation of `key`."""

    def decorate(function: Callable[[View], Answer]) -> Callable[[View], Answer]:
        NAIVE[key] = function
        return function

    return decorate


def money(units: int) -> Fraction:
    """Currency units."""
    return Fraction(units, 10_000)


def ratio(top: Any, bottom: Any) -> Fraction | None:
    """n/a at a zero denominator."""
    return None if not bottom else Fraction(top) / Fraction(bottom)


def grouped(view: View, frame: str, day: str, keep: Callable[[Row], bool] = lambda row: True) -> dict[Any, list[Row]]:
    """Rows by period."""
    found: dict[Any, list[Row]] = {}
    for row in view.rows[frame]:
        if keep(row):
            found.setdefault(view.bucket(row[day]), []).append(row)
    return found
