"""Signal or noise, for published values: natural process limits where there are enough periods to speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from metrics.definitions.limits import process_limits
from metrics.definitions.verdict import LEAST
from scoreboard.charts.shape import Limits


def limits(values: Sequence[Decimal]) -> Limits | None:
    """Mean ± 2.66 × mean moving range, or None for fewer values than a verdict rests on (twelve)."""
    if len(values) < LEAST:
        return None
    found = process_limits([float(value) for value in values])
    mean, low, high = (Decimal(str(edge)) for edge in (found.mean, found.lower, found.upper))
    return Limits(mean, low, high)


def side(value: Decimal | None, within: Limits | None) -> int:
    """1 above the limits, −1 below them, 0 inside or where nothing can be said."""
    if value is None or within is None:
        return 0
    return (value > within.high) - (value < within.low)
