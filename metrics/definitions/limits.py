"""Natural process limits: what is signal in a series, and what is noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FACTOR = 2.66  # 3 / 1.128, for limits from moving ranges of two (Wheeler, Understanding Variation)


@dataclass(frozen=True)
class Limits:
    """Mean, mean moving range and the limits mean ± 2.66 × mean moving range of a series, in its own unit."""

    mean: float
    moving_range: float
    lower: float
    upper: float

    def signal(self, value: float) -> int:
        """1 above the limits, -1 below, 0 within."""
        return int(value > self.upper) - int(value < self.lower)


def process_limits(values: Sequence[float]) -> Limits:
    """The limits of a series in its order. Raises ValueError with fewer than two values."""
    series = np.asarray(values, dtype=np.float64)
    if series.size < 2:
        raise ValueError("process limits need at least two values")
    mean, spread = float(series.mean()), float(np.abs(np.diff(series)).mean())
    return Limits(mean, spread, mean - FACTOR * spread, mean + FACTOR * spread)
