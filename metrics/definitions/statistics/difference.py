"""Difference in differences of a pooled rate, with an interval that knows that rows of one person are alike.

The rate of each arm and window is Σ top / Σ bottom. Its variance is that of the linearised ratio summed within each
person (Liang & Zeger 1986), with Welch–Satterthwaite degrees of freedom over the two arms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy  # its parts are imported when they are first used: that takes a second

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Difference:
    """The change of the treated arm less that of the other, its 95 % interval, and people in the smaller arm."""

    value: float
    low: float
    high: float
    people: int


def difference_in_differences(top: Floats, bottom: Floats, treated: Flags) -> Difference | None:
    """From sums per person (rows) and window (columns: before, after); None where an arm or a window is empty.

    People without anything in both windows do not count; an arm of one person has no interval, so None.
    """
    there = (bottom != 0).any(axis=1)
    value, variance, weights, people = 0.0, 0.0, 0.0, []
    for arm, sign in ((treated & there, 1), (~treated & there, -1)):
        size = int(arm.sum())
        total = bottom[arm].sum(axis=0)
        if size < 2 or (total <= 0).any():
            return None
        rate = top[arm].sum(axis=0) / total
        pull = (top[arm] - rate * bottom[arm]) / total
        spread = float(((pull[:, 1] - pull[:, 0]) ** 2).sum()) * size / (size - 1)
        value += sign * float(rate[1] - rate[0])
        variance += spread
        weights += spread**2 / (size - 1)
        people.append(size)
    freedom = variance**2 / weights if weights > 0 else float("inf")
    width = float(scipy.special.stdtrit(freedom, 0.975)) * variance**0.5 if variance > 0 else 0.0
    return Difference(value, value - width, value + width, min(people))
