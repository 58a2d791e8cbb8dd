"""Signal or noise, for published values: natural process limits where there are enough periods to speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

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


def change_is_noise(now: Sequence[Decimal], before: Sequence[Decimal], past: Sequence[Decimal]) -> bool:
    """Whether the mean of `now` differs from that of `before` by no more than the ups and downs of `past` explain.

    `past` are the twelve or more periods before those of `now`, oldest first: what happens now must not widen the
    limits that it is judged by. Wheeler's limits for a single value, mean ± 2.66 × mean moving range (three sigma),
    narrowed to means of so many values: 2.66 × mean moving range × √(1/n + 1/m). False for fewer than three values a
    side or fewer than twelve before them: then nothing can be said.
    """
    if min(len(now), len(before)) < 3 or len(past) < LEAST:
        return False
    usual = Decimal("2.66") * sum((abs(b - a) for a, b in pairwise(past)), Decimal(0)) / (len(past) - 1)
    gap = abs(sum(now, Decimal(0)) / len(now) - sum(before, Decimal(0)) / len(before))
    return gap <= usual * (1 / Decimal(len(now)) + 1 / Decimal(len(before))).sqrt()


def side(value: Decimal | None, within: Limits | None) -> int:
    """1 above the limits, −1 below them, 0 inside or where nothing can be said."""
    if value is None or within is None:
        return 0
    return (value > within.high) - (value < within.low)
