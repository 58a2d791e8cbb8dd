"""Process limits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoreboard.signals import limits, side


def test_limits_of_a_series_computed_by_hand() -> None:
    """1, 2, 1, 2 …: mean 1.5, every moving range 1, so 1.5 ± 2.66."""
    found = limits([Decimal(1), Decimal(2)] * 6)
    assert found is not None
    assert [float(edge) for edge in (found.mean, found.low, found.high)] == pytest.approx([1.5, -1.16, 4.16])


def test_eleven_values_are_too_few() -> None:
    assert limits([Decimal(1)] * 11) is None


def test_sides_of_the_limits() -> None:
    found = limits([Decimal(1), Decimal(2)] * 6)
    assert side(Decimal("4.15"), found) == 0
    assert side(Decimal("4.17"), found) == 1
    assert side(Decimal("-1.17"), found) == -1
    assert side(None, found) == 0
