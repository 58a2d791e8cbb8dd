"""Signal or noise: natural process limits of a series (Wheeler, *Understanding Variation*, 1993: the XmR chart)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from scoreboard.charts.shape import Limits

FEWEST = 12  # below, limits say more about chance than about the process
FACTOR = Decimal("2.66")  # 3 / d2 for moving ranges of two


def limits(values: Sequence[Decimal]) -> Limits | None:
    """Mean ± 2.66 × mean moving range, or None for fewer than twelve values."""
    if len(values) < FEWEST:
        return None
    mean = sum(values, Decimal(0)) / len(values)
    ranges = [abs(b - a) for a, b in pairwise(values)]
    reach = FACTOR * sum(ranges, Decimal(0)) / len(ranges)
    return Limits(mean=mean, low=mean - reach, high=mean + reach)


def side(value: Decimal | None, within: Limits | None) -> int:
    """1 above the limits, −1 below them, 0 inside or where nothing can be said."""
    if value is None or within is None:
        return 0
    return (value > within.high) - (value < within.low)
