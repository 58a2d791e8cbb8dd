"""A target of a year or quarter laid out over its months, evenly or as last year went; the parts add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of `total` in proportion to `weights`, by cumulative rounding: each edge is rounded, not each part.

    So the parts add up to the total exactly, and every running sum is within half a unit of its true place.
    Raises ValueError if a weight is negative or all are zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and not all zero")
    edges, running = [0], 0
    for weight in weights:
        running += weight
        edges.append((2 * total * running + whole) // (2 * whole))
    return [end - start for start, end in pairwise(edges)]


def evenly(total: int, count: int) -> list[int]:
    """`count` equal parts, as far as whole units allow."""
    return spread(total, [1] * count)
