"""The verdict's rule, case by case."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoreboard.verdict import RULES, Verdict, judge


@pytest.mark.parametrize(
    ("attainment", "growth", "quality", "floor", "verdict"),
    [
        ("1.04", "0.1", "0.71", "0.75", Verdict.WRONG_WAY),
        ("1.04", "0.1", "0.75", "0.75", Verdict.WINNING),
        ("1.04", "0.1", "0.71", None, Verdict.WINNING),
        ("1.04", "-0.1", None, None, Verdict.AT_RISK),
        ("1", None, None, None, Verdict.WINNING),
        ("0.96", "0.3", "0.2", "0.75", Verdict.AT_RISK),
        ("0.95", "0.3", None, None, Verdict.LOSING),
        (None, "0", None, None, Verdict.WINNING),
        (None, "-0.049", None, None, Verdict.AT_RISK),
        (None, "-0.05", None, None, Verdict.LOSING),
        (None, None, "0.9", "0.8", Verdict.UNKNOWN),
    ],
)
def test_the_rule(
    attainment: str | None, growth: str | None, quality: str | None, floor: str | None, verdict: Verdict
) -> None:
    a, g, q, f = (None if x is None else Decimal(x) for x in (attainment, growth, quality, floor))
    assert judge(attainment=a, growth=g, quality=q, floor=f) is verdict


def test_every_verdict_says_its_rule_and_has_its_own_shape() -> None:
    assert set(RULES) == set(Verdict)
    assert len({verdict.icon for verdict in Verdict}) == len(Verdict)
