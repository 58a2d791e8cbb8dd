"""Margin and price."""

from __future__ import annotations

from decimal import Decimal

from tests.metrics.definitions.worlds import frames, one, rows, values


def test_margin_is_pooled_over_orders() -> None:
    """Published margin case: 10 % on 100,000 and 50 % on 1,000 is 10.396 %, not 30 %."""
    world = frames(
        lines=[{"day": "2024-01-01", "net": 100_000, "cost": 90_000}, {"day": "2024-01-02", "net": 1_000, "cost": 500}]
    )
    margin = one("gross_margin", world, "2024-01-31")
    assert margin is not None
    assert round(margin, 5) == Decimal("0.10396")


def test_pocket_price_and_two_discounts() -> None:
    """Published price cases: list 100 less 20 is 80, cost 50 leaves 30; 10 % then 5 % is 14.5 % in all."""
    world = frames(lines=[{"day": "2024-01-01", "net": 80, "list_amount": 100, "cost": 50}])
    assert one("gross_profit", world, "2024-01-31") == 30
    assert one("price_realisation", world, "2024-01-31") == Decimal("0.8")
    twice = frames(lines=[{"day": "2024-01-01", "net": "85.5", "list_amount": 100}])
    assert one("discount_depth", twice, "2024-01-31") == Decimal("0.145")


def test_lines_without_cost_are_not_free() -> None:
    lines = [{"day": "2024-01-01", "net": 80, "cost": 60, "region": "EU"}, {"day": "2024-02-01", "net": 20}]
    world = frames(lines=lines)
    assert one("gross_margin", world, "2024-02-28") == Decimal("0.25")
    assert one("margin_coverage", world, "2024-02-28") == Decimal("0.8")
    assert values("gross_profit", world, "2024-02-28", by=("region",)) == {(None, "EU"): 20, (None, None): None}
    assert rows("gross_profit", world, "2024-02-28", "month")["status"].tolist() == ["", "no line with a known cost"]
    assert values("net_revenue", world, "2024-02-28", "quarter", ("region",)) == {
        ("2024-01-01", "EU"): 80, ("2024-01-01", None): 20,
    }  # fmt: skip
