"""Pipeline, wins, deal size and cycle."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.metrics.definitions.worlds import frames, one, rows, values


def deal(close: str | None, amount: Any = 100, *, won: bool | None = None, **rest: Any) -> dict[str, Any]:
    return {"close": close, "amount": amount, "is_closed": won is not None, "is_won": bool(won), **rest}


def test_win_rate_and_its_cohort_differ() -> None:
    """Published pipeline case: 100 created in January, 3 won, 7 lost, 90 open."""
    deals = [deal("2024-02-01", won=i < 3, created="2024-01-05") for i in range(10)]
    deals += [deal("2024-09-01", created="2024-01-05") for _ in range(90)]
    world = frames(deals=deals)
    assert one("win_rate", world, "2024-03-31") == Decimal("0.3")
    assert values("win_rate_cohort", world, "2024-03-31", "month") == {"2024-01-01": Decimal("0.03")}
    assert set(values("win_rate", world, "2024-03-31", "month")) == {"2024-02-01"}  # by close, not by creation


def test_weighted_pipeline_leaves_lost_deals_out() -> None:
    """Published pipeline case: 50 % of June, 50 % of July, 100 % of August; a lost June deal changes nothing."""
    deals = [
        deal("2024-06-10", 100_000, probability="0.5"), deal("2024-07-10", 100_000, probability="0.5"),
        deal("2024-08-10", 100_000, probability="1"), deal("2024-06-20", 80_000, won=False, probability="0.5"),
    ]  # fmt: skip
    found = values("pipeline_weighted", frames(deals=deals), "2024-06-01", "month")
    assert found == {"2024-06-01": 50_000, "2024-07-01": 50_000, "2024-08-01": 100_000}


@pytest.mark.parametrize(
    ("amount", "probability", "expected"),
    [("0.0001", "0.5", "0"), ("0.0003", "0.5", "0.0002"), ("0.0005", "0.3", "0.0002"), ("-0.0003", "0.5", "-0.0002")],
)
def test_each_deal_is_weighted_half_even(amount: str, probability: str, expected: str) -> None:
    world = frames(deals=[deal("2024-06-10", amount, probability=probability)])
    assert one("pipeline_weighted", world, "2024-06-01") == Decimal(expected)


def test_weighting_a_huge_amount_does_not_overflow() -> None:
    world = frames(deals=[deal("2024-06-10", "900000000000000", probability="0.9999")])
    assert one("pipeline_weighted", world, "2024-06-01") == Decimal("899910000000000")


def test_a_closed_deal_without_date_stands_in_its_own_row() -> None:
    world = frames(deals=[deal("2024-06-10", 5, won=True), deal(None, 7, won=True), deal(None, 9, won=False)])
    found = rows("bookings", world, "2024-06-30", "month")
    assert found["undated"].tolist() == [False, True]
    assert found["numerator"].tolist() == [50_000, 70_000]
    assert one("bookings", world, "2024-06-30") == 12
    assert values("win_rate", world, "2024-06-30", "month") == {"2024-06-01": 1, None: Decimal("0.5")}


def test_no_deals_closed_is_no_row_and_no_wins_is_a_true_zero() -> None:
    lost = frames(deals=[deal("2024-06-10", won=False)])
    assert one("bookings", lost, "2024-06-30") == 0
    assert rows("bookings", lost, "2024-06-30")["status"].tolist() == [""], "a sum of nothing is not too few"
    assert one("avg_deal_size", lost, "2024-06-30") is None
    assert rows("avg_deal_size", lost, "2024-06-30")["status"].tolist() == ["no deals won"]
    assert values("bookings", frames(deals=[deal("2024-06-10")]), "2024-06-30") == {}


def test_few_deals_keep_their_value_and_say_too_few() -> None:
    world = frames(deals=[deal("2024-06-10", won=True), deal("2024-06-11", won=False), deal("2024-06-12", won=False)])
    (row,) = rows("win_rate", world, "2024-06-20", "month").to_dict("records")
    assert row["value"] == pytest.approx(1 / 3)
    assert row["status"] == "too few: 3 of 10"
    assert row["to_date"]


def test_value_rate_size_and_cycle() -> None:
    deals = [
        deal("2024-06-10", 300, won=True, created="2024-06-01"), deal("2024-06-11", 100, won=False),
        deal("2024-06-21", 200, won=True, created="2024-06-01"), deal("2024-06-30", 1, won=True),
    ]  # fmt: skip
    world = frames(deals=deals)
    assert one("win_rate_value", world, "2024-06-30") == Decimal(501) / Decimal(601) // Decimal("1e-12") * Decimal(
        "1e-12"
    )
    assert one("avg_deal_size", world, "2024-06-30") == 167
    assert one("sales_cycle_days", world, "2024-06-30") == Decimal("14.5")
    assert one("sales_cycle_days_p75", world, "2024-06-30") == Decimal("17.25")
