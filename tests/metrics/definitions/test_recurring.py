"""Recurring revenue, its movements, churn and retention."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.metrics.definitions.worlds import frames, one, rows, values

MOVES = ("mrr_new", "mrr_reactivation", "mrr_expansion", "mrr_contraction", "mrr_churned", "mrr_fx")


def sub(account: int, start: str, end: str | None, annual: Any, **rest: Any) -> dict[str, Any]:
    return {"account_id": account, "starts": start, "ends": end, "annual": annual, **rest}


def moved(world: Any, as_of: str, grain: str = "month") -> dict[str, dict[str, Decimal]]:
    """{period: {movement: value}} without the zeros."""
    found: dict[str, dict[str, Decimal]] = {}
    for key in MOVES:
        for period, value in values(key, world, as_of, grain).items():
            if value:
                found.setdefault(period, {})[key.removeprefix("mrr_")] = round(value, 2)
    return found


def test_one_customer_through_the_playbook() -> None:
    """dbt-labs mrr-playbook: one customer with seven spells."""
    spells = [
        ("2018-11", "2018-12", 50), ("2018-12", "2019-03", 25), ("2019-07", "2019-08", 50), ("2019-08", "2019-09", 25),
        ("2019-09", "2019-10", 50), ("2019-10", "2019-12", 25), ("2019-12", "2020-01", 40),
    ]  # fmt: skip
    world = frames(subscriptions=[sub(1, f"{a}-01", f"{b}-01", 12 * m) for a, b, m in spells])
    assert moved(world, "2020-03-15") == {
        "2018-11-01": {"new": 50}, "2018-12-01": {"contraction": 25}, "2019-03-01": {"churned": 25},
        "2019-07-01": {"reactivation": 50}, "2019-08-01": {"contraction": 25}, "2019-09-01": {"expansion": 25},
        "2019-10-01": {"contraction": 25}, "2019-12-01": {"expansion": 15}, "2020-01-01": {"churned": 40},
    }  # fmt: skip


def test_contraction_is_not_churn_and_churn_is_dated_at_the_end_of_paid_time() -> None:
    """ChartMogul help: four yearly at 500, two monthly at 30 come and go, the yearly end, three monthly at 50 later."""
    world = frames(
        subscriptions=[
            *[sub(1, "2023-01-10", "2024-01-10", 500) for _ in range(4)],
            *[sub(1, "2023-03-05", "2023-06-05", 360) for _ in range(2)],
            *[sub(1, "2024-05-01", None, 600) for _ in range(3)],
        ]
    )
    assert moved(world, "2024-06-30") == {
        "2023-01-01": {"new": Decimal("166.67")}, "2023-03-01": {"expansion": 60}, "2023-06-01": {"contraction": 60},
        "2024-01-01": {"churned": Decimal("166.67")}, "2024-05-01": {"reactivation": 150},
    }  # fmt: skip


def test_gross_and_net_churn() -> None:
    """ChartMogul help: opening 100, churned 10, contraction 10, expansion 10 → gross 20 %, net 10 %."""
    world = frames(
        subscriptions=[
            sub(1, "2024-01-01", "2024-02-10", 120), sub(2, "2024-01-01", "2024-02-10", 240),
            sub(2, "2024-02-10", None, 120), sub(3, "2024-01-01", None, 840), sub(3, "2024-02-05", None, 120),
        ]
    )  # fmt: skip
    assert values("gross_mrr_churn", world, "2024-02-29", "month") == {"2024-01-01": None, "2024-02-01": Decimal("0.2")}
    assert values("net_mrr_churn", world, "2024-02-29", "month")["2024-02-01"] == Decimal("0.1")
    status = rows("gross_mrr_churn", world, "2024-02-29", "month")["status"].tolist()
    assert status == ["nothing at the period's start", ""]


def test_retention() -> None:
    """Published retention case: 10.0 M opening, contraction 0.6, churned 0.9, expansion 1.8 → GRR 85 %, NRR 103 %."""
    million = 12_000_000
    world = frames(
        subscriptions=[
            sub(1, "2024-01-01", "2024-04-01", million * 9 // 10),
            sub(2, "2024-01-01", "2024-04-05", million * 6 // 10),
            sub(3, "2024-01-01", None, million * 85 // 10), sub(3, "2024-05-01", None, million * 18 // 10),
            sub(4, "2024-05-01", None, million), sub(2, "2024-01-01", None, 0),
        ]
    )  # fmt: skip
    found = values("grr", world, "2024-06-30", "quarter")
    assert found["2024-04-01"] == Decimal("0.85")
    assert values("nrr", world, "2024-06-30", "quarter")["2024-04-01"] == Decimal("1.03")


def test_nrr_107() -> None:
    """Published retention case: 100 + 15 − 3 − 5 → NRR 107 %."""
    world = frames(
        subscriptions=[
            sub(1, "2024-01-01", None, 12 * 80), sub(1, "2024-02-10", None, 12 * 15),
            sub(2, "2024-01-01", None, 12 * 12), sub(2, "2024-01-01", "2024-02-03", 12 * 3),
            sub(3, "2024-01-01", "2024-02-20", 12 * 5),
        ]
    )  # fmt: skip
    assert values("nrr", world, "2024-02-29", "month")["2024-02-01"] == Decimal("1.07")


def test_quick_ratio() -> None:
    """Published quick ratio case: (20 + 8) / (5 + 3) = 3.5."""
    world = frames(
        subscriptions=[
            sub(1, "2024-01-01", None, 1200), sub(1, "2024-02-02", None, 96), sub(2, "2024-02-02", None, 240),
            sub(3, "2024-01-01", "2024-02-02", 60), sub(4, "2024-01-01", "2024-02-02", 36),
            sub(4, "2024-01-01", None, 9),
        ]
    )  # fmt: skip
    assert values("quick_ratio", world, "2024-02-29", "month") == {"2024-01-01": None, "2024-02-01": Decimal("3.5")}
    again = frames(
        subscriptions=[
            sub(1, "2024-01-01", "2024-02-01", 600), sub(1, "2024-03-01", None, 600),
            sub(2, "2024-03-01", None, 600), sub(3, "2024-01-01", "2024-03-01", 1200),
        ]
    )  # fmt: skip
    assert values("quick_ratio", again, "2024-03-31", "month")["2024-03-01"] == 1
    assert values("quick_ratio_strict", again, "2024-03-31", "month")["2024-03-01"] == Decimal("0.5")


def test_the_end_of_the_data_is_no_churn_and_the_future_has_not_begun() -> None:
    world = frames(
        subscriptions=[
            sub(1, "2024-01-01", "2024-07-01", 120),
            sub(2, "2024-02-01", None, 240),
            sub(3, "2024-08-01", None, 9),
        ]
    )
    assert moved(world, "2024-03-15") == {"2024-01-01": {"new": 10}, "2024-02-01": {"new": 20}}
    assert values("mrr", world, "2024-03-15", "month") == {"2024-01-01": 10, "2024-02-01": 30, "2024-03-01": 30}
    assert one("mrr", world, "2024-03-15") == 30
    assert one("arr", world, "2024-03-15") == 360


def test_a_new_rate_is_its_own_bar() -> None:
    world = frames(
        subscriptions=[sub(1, "2024-01-01", "2024-04-10", 120, subscription_id=7), sub(2, "2024-01-01", None, 120)],
        revaluations=[
            {"subscription_id": 7, "account_id": 1, "day": "2024-03-01", "change": 12},
            {"subscription_id": 7, "account_id": 1, "day": "2024-05-01", "change": 12},
        ],
    )
    assert moved(world, "2024-06-30") == {
        "2024-01-01": {"new": 20}, "2024-03-01": {"fx": 1}, "2024-04-01": {"churned": 11},
    }  # fmt: skip
    assert values("mrr", world, "2024-06-30", "month")["2024-06-01"] == 10


def test_customers_lost_with_and_without_subscriptions() -> None:
    world = frames(
        subscriptions=[sub(1, "2024-01-01", "2024-05-10", 120), sub(2, "2024-01-01", None, 120)],
        lines=[
            {"account_id": 3, "day": "2024-01-15", "net": 5}, {"account_id": 3, "day": "2024-03-15", "net": 5},
            {"account_id": 4, "day": "2024-02-10", "net": 5}, {"account_id": 4, "day": "2024-02-11", "net": -5},
            {"account_id": 2, "day": "2024-02-11", "net": 1},
        ],
    )  # fmt: skip
    # Account 4 is active for 90 days from 10 February, account 3 for 3 × 60 days from 15 March.
    found = values("logo_churn", world, "2024-12-31", "month")
    assert found["2024-05-01"] == Decimal("0.5")
    assert found["2024-09-01"] == Decimal("0.5")
    assert found["2024-10-01"] == 0
    assert rows("logo_churn", world, "2024-12-31", "month")["n"].tolist()[4] == 4
