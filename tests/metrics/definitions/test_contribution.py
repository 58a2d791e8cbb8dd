"""Who sourced, who influenced, what it cost, and whether the pipeline is enough."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.metrics.definitions.worlds import frames, one, rows, values


def deal(number: int, amount: int, **rest: Any) -> dict[str, Any]:
    return {"deal_id": number, "account_id": number, "close": "2024-03-10", "amount": amount, "is_closed": True,
            "is_won": True, **rest}  # fmt: skip


def touch(at: str, function: str | None, **rest: Any) -> dict[str, Any]:
    return {"at": at, "function": function, "channel": "email", **rest}


def world() -> Any:
    return frames(
        deals=[
            deal(1, 100, source_function="sales"), deal(2, 200, source_function="marketing"),
            deal(3, 400, source_function="customer", deal_type="expansion"), deal(4, 800),
            deal(5, 1600, is_closed=False, is_won=False, source_function="partner"),
        ],
        leads=[{"lead_id": 7, "deal_id": 2}],
        touches=[
            touch("2024-01-05", "marketing", deal_id=1), touch("2024-03-11", "marketing", account_id=4),
            touch("2023-06-01", "partner", lead_id=7), touch("2024-02-01", "marketing", account_id=2),
            touch("2024-02-01", "marketing", account_id=3), touch("2024-01-01", "marketing", account_id=5),
        ],
        activities=[{"at": "2024-01-04", "deal_id": 1, "kind": "call"}, {"at": "2024-02-02", "account_id": 2}],
    )  # fmt: skip


def sourced(key: str) -> dict[str, Decimal]:
    return {source: value for (_, source), value in values(key, world(), "2024-03-31").items() if value}


def test_three_definitions_of_sourced_each_add_up() -> None:
    assert sourced("sourced_by_field") == {"sales": 100, "marketing": 200, "customer": 400, "unknown": 800}
    assert sourced("sourced_first_touch") == {"marketing": 100, "partner": 200, "customer": 400, "unknown": 800}
    assert sourced("sourced_before_sales") == {"sales": 100, "marketing": 200, "customer": 400, "unknown": 800}
    assert sourced("sourced_pipeline_by_field") == {"partner": 1600}
    assert sourced("sourced_pipeline_first_touch") == {"marketing": 1600}


def test_influenced_looks_back_ninety_days_and_not_behind_the_close() -> None:
    assert one("influenced", world(), "2024-03-31") == 700


def test_acquisition_cost() -> None:
    """Published unit economics: cost 50,000 over 200 new customers is 250 each."""
    lines = [{"account_id": i, "day": "2024-01-10", "net": 5} for i in range(200)]
    costs = [
        {"day": "2024-01-01", "amount": 30_000, "source_function": "sales"},
        {"day": "2024-01-01", "amount": 20_000, "source_function": "marketing"},
        {"day": "2024-01-01", "amount": 9_999, "source_function": "service"},
    ]
    made = frames(lines=lines, costs=costs)
    assert one("cac", made, "2024-01-31") == 250
    assert one("cost_of_sales_ratio", made, "2024-01-31") == 50
    none = frames(costs=costs)
    assert rows("cac", none, "2024-01-31")["status"].tolist() == ["no new customers"]


def test_payback() -> None:
    """Published unit economics: 250 / (99 × 0.70) = 3.6075 months."""
    made = frames(
        subscriptions=[{"account_id": 1, "starts": "2024-01-05", "annual": 12 * 99}],
        lines=[{"account_id": 1, "day": "2024-01-05", "net": 100, "cost": 30}],
        costs=[{"day": "2024-01-01", "amount": 250, "source_function": "sales"}],
    )
    found = values("cac_payback_months", made, "2024-01-31", "month")["2024-01-01"]
    assert found is not None
    assert round(found, 4) == Decimal("3.6075")


def test_magic_number() -> None:
    """Published unit economics: change 480,000 over the quarter, prior cost 1,800,000 → 1.0667."""
    made = frames(
        lines=[{"day": "2024-02-10", "net": 1_000_000}, {"day": "2024-05-10", "net": 1_480_000}],
        costs=[{"day": "2024-02-01", "amount": 1_800_000, "source_function": "sales"}],
    )
    found = values("magic_number", made, "2024-06-30", "quarter")
    assert found == {"2024-04-01": Decimal("1.066666666667")}
    assert values("magic_number", made, "2024-06-29", "quarter") == {}


def test_an_hour_of_selling() -> None:
    """Published effort case: 2,500 over 25 hours is 100 an hour."""
    made = frames(
        lines=[{"day": "2024-01-10", "net": 2_500, "cost": 500}, {"day": "2024-03-10", "net": 999, "cost": 1}],
        hours=[{"day": "2024-01-08", "selling": 25}],
    )
    assert one("revenue_per_selling_hour", made, "2024-01-31") == 100
    assert one("gross_profit_per_selling_hour", made, "2024-01-31") == 80


def test_coverage_of_the_rest_and_of_the_whole() -> None:
    made = frames(
        lines=[{"day": "2024-01-10", "net": 60}],
        deals=[
            {"close": "2024-01-25", "amount": 90}, {"close": "2024-02-10", "amount": 10},
            {"close": "2024-01-26", "amount": 500, "is_closed": True},
        ],
        targets=[{"metric": "net_revenue", "start": "2024-01-01", "end": "2024-02-01", "amount": 90}],
    )  # fmt: skip
    assert values("pipeline_coverage", made, "2024-01-20", "month") == {"2024-01-01": 3}
    assert values("pipeline_coverage_total", made, "2024-01-20", "month") == {"2024-01-01": 1}
    assert rows("pipeline_coverage", made, "2024-01-20", "month")["status"].tolist() == ["to date"]
