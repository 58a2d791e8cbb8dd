"""How the verdict is shown; its rule is tested with the definitions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from metrics.definitions.verdict import Verdict
from scoreboard.verdict import SHOWN, judge


@pytest.mark.parametrize(
    ("attainment", "growth", "signal", "quality", "floor", "word"),
    [
        ("1.04", "0.1", 0, "0.71", "0.75", "Hitting it the wrong way"),
        ("1.04", "0.1", 0, "0.75", "0.75", "Winning"),
        ("1.04", "-0.1", -1, "0.71", None, "Winning"),
        ("0.96", "-0.3", -1, None, None, "At risk"),
        ("0.80", "0.3", 0, None, None, "At risk"),
        ("0.80", "0.3", -1, None, None, "Losing"),
        (None, "0.01", 0, None, None, "Winning"),
        (None, "0.01", 0, "0.75", "0.75", "Winning"),
        (None, "0.01", 0, "0.71", "0.75", "At risk"),  # no target: nothing was hit
        (None, "-0.01", -1, "0.71", "0.75", "Losing"),
        (None, "-0.01", 0, None, None, "At risk"),
        (None, "-0.01", -1, None, None, "Losing"),
        (None, None, 0, "0.9", "0.8", "No verdict yet"),
    ],
)
def test_the_word(
    attainment: str | None, growth: str | None, signal: int, quality: str | None, floor: str | None, word: str
) -> None:
    a, g, q, f = (None if x is None else Decimal(x) for x in (attainment, growth, quality, floor))
    assert judge(attainment=a, growth=g, signal=signal, quality=q, floor=f).word == word


def test_every_verdict_has_its_own_shape_and_says_its_rule() -> None:
    assert set(SHOWN) == {*Verdict, None}
    assert len({shown.icon for shown in SHOWN.values()}) == len(SHOWN)
    assert all(shown.rule for shown in SHOWN.values())
