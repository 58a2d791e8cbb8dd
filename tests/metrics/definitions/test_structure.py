"""Price, volume and mix; concentration; the revenue bridge; cohorts, survival and the best customers; attribution."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from metrics.definitions.attributed import MODELS
from tests.metrics.definitions.worlds import frames, one, values
from tests.realdata import real

EFFECTS = ("volume", "mix", "price", "new", "lost")


def pvm_of(lines: list[dict[str, Any]], as_of: str) -> dict[str, Decimal]:
    world = frames(lines=lines)
    found = {name: values(f"pvm_{name}", world, as_of, "year")["2024-01-01"] for name in EFFECTS}
    return {name: value for name, value in found.items() if value is not None}


def test_price_volume_mix() -> None:
    """Published case: 32,000 → 39,900: volume 2,782.61, mix 1,717.39, price 3,400.00; total 7,900."""
    lines = []
    for product, (p0, q0, p1, q1) in enumerate([(10, 1000, 11, 1000), (15, 800, 15, 700), (20, 500, 23, 800)]):
        lines.append({"day": "2023-06-01", "product_id": product, "net": p0 * q0, "quantity": q0})
        lines.append({"day": "2024-06-01", "product_id": product, "net": p1 * q1, "quantity": q1})
    found = pvm_of(lines, "2024-12-31")
    assert {name: round(value, 2) for name, value in found.items()} == {
        "volume": Decimal("2782.61"), "mix": Decimal("1717.39"), "price": 3400, "new": 0, "lost": 0,
    }  # fmt: skip
    assert sum(found.values()) == 7900


def test_new_and_lost_products_and_the_sum_to_the_last_decimal() -> None:
    lines = [
        {"day": "2023-03-01", "product_id": 1, "net": "100.0001", "quantity": 3},
        {"day": "2024-03-01", "product_id": 1, "net": "77.7777", "quantity": 7},
        {"day": "2023-03-01", "product_id": 2, "net": 40, "quantity": 1},
        {"day": "2024-03-01", "product_id": 3, "net": 25},
        {"day": "2023-11-01", "product_id": 1, "net": 999, "quantity": 1},
    ]
    found = pvm_of(lines, "2024-06-30")  # to date: November is not compared
    assert found["new"] == 25
    assert found["lost"] == -40
    assert sum(found.values()) == Decimal("102.7777") - Decimal("140.0001")


def test_concentration() -> None:
    """Published case: shares 20, 19, 18, 17, 16, 10 → HHI 1,730."""
    lines = [{"day": "2024-01-05", "account_id": i, "net": n} for i, n in enumerate((20, 19, 18, 17, 16, 10))]
    world = frames(lines=[*lines, {"day": "2024-01-06", "account_id": 9, "net": -50}])
    assert one("revenue_hhi", world, "2024-01-31") == 1730
    many = frames(lines=[{"day": "2024-01-05", "account_id": i, "net": 2 if i < 5 else 1} for i in range(15)])
    assert one("top10_share", many, "2024-01-31") == Decimal("0.75")


def test_the_bridge_of_trailing_revenue_closes() -> None:
    lines = [
        {"day": "2022-05-10", "account_id": 1, "net": 100}, {"day": "2023-06-10", "account_id": 1, "net": 60},
        {"day": "2022-05-11", "account_id": 2, "net": 50}, {"day": "2023-02-11", "account_id": 2, "net": 70},
        {"day": "2023-04-11", "account_id": 2, "net": -20},
    ]  # fmt: skip
    found = values("revenue_bridge", frames(lines=lines), "2023-06-30", "month")
    told: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (period, name), value in found.items():
        if value:
            told[period][name] = value
    assert told["2022-05-01"] == {"new": 150, "closing": 150}
    assert told["2023-05-01"] == {"opening": 200, "churned": -100, "contraction": -50, "closing": 50}
    assert told["2023-06-01"] == {"opening": 50, "reactivation": 60, "closing": 110}
    for parts in told.values():
        assert sum(v for name, v in parts.items() if name != "closing") == parts.get("closing", 0)


def test_cohorts_leave_blank_what_cannot_have_been_seen() -> None:
    world = frames(
        subscriptions=[
            {"account_id": 1, "starts": "2024-01-31", "ends": "2024-03-01", "annual": 120},
            {"account_id": 2, "starts": "2024-01-05", "ends": None, "annual": 240},
            {"account_id": 3, "starts": "2024-02-05", "ends": None, "annual": 240},
        ]
    )
    found = values("cohort_retention", world, "2024-03-31", "month")
    assert found == {
        ("2024-01-01", "00"): 1, ("2024-01-01", "01"): 1, ("2024-01-01", "02"): Decimal("0.5"),
        ("2024-02-01", "00"): 1, ("2024-02-01", "01"): 1,
    }  # fmt: skip
    revenue = values("cohort_retention_revenue", world, "2024-03-31", "month")
    assert revenue[("2024-01-01", "02")] == Decimal("0.666666666667")


def test_survival_of_customers() -> None:
    subs = [{"account_id": i, "starts": "2024-01-01", "ends": None, "annual": 12} for i in range(3)]
    subs.append({"account_id": 9, "starts": "2024-01-01", "ends": "2024-03-05", "annual": 12})
    found = values("survival", frames(subscriptions=subs), "2024-06-30")
    assert [found[(None, f"{k:02d}")] for k in (1, 2, 3, 5)] == [1, 1, Decimal("0.75"), Decimal("0.75")]


def test_the_best_customers() -> None:
    subs = [{"account_id": i, "starts": "2024-01-01", "ends": None, "annual": 120} for i in range(5)]
    subs.append({"account_id": 0, "starts": "2024-01-01", "ends": "2024-05-10", "annual": 360})
    lines = [{"account_id": i, "day": "2024-01-05", "net": 100 - i, "cost": 1} for i in range(5)]
    found = values("a_list_retention", frames(subscriptions=subs, lines=lines), "2024-06-30", "quarter")
    assert found == {"2024-01-01": None, "2024-04-01": Decimal("0.25")}


def test_attribution_playbook_columns_each_sum_to_275() -> None:
    """dbt-labs attribution playbook: 21 conversions, 275 of revenue under every model."""

    def table(name: str) -> list[dict[str, str]]:
        with real(f"attribution/{name}.csv").open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    def moment(text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007

    deals = [
        {"deal_id": i, "account_id": int(row["customer_id"]), "close": moment(row["converted_at"]).date(),
        "is_won": True,
         "is_closed": True, "amount": row["revenue"]}
        for i, row in enumerate(table("customer_conversions"))
    ]  # fmt: skip
    touches = [
        {"at": moment(row["started_at"]), "account_id": int(row["customer_id"]),
        "channel": row["utm_medium"] or "direct"}
        for row in table("sessions") if row["customer_id"]
    ]  # fmt: skip
    found = values("attributed", frames(deals=deals, touches=touches), "2020-12-31")
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for (_, model, _), value in found.items():
        totals[model] += value or 0
    assert len(deals) == 21
    assert totals == dict.fromkeys(MODELS, Decimal(275))


@pytest.mark.parametrize("model", MODELS)
def test_touches_after_the_close_and_empty_paths_make_no_channel(model: str) -> None:
    """Published: touches after the close are ignored; an empty path creates no channel."""
    world = frames(
        deals=[
            {"deal_id": 1, "close": "2024-02-01", "amount": "100.0001", "is_closed": True, "is_won": True},
            {"deal_id": 2, "close": "2024-02-01", "amount": 7, "is_closed": True, "is_won": True},
        ],
        touches=[
            {"at": "2024-01-01", "deal_id": 1, "channel": "mail"}, {"at": "2024-01-02", "deal_id": 1, "channel": "web"},
            {"at": "2024-01-03", "deal_id": 1, "channel": "fair"}, {"at": "2024-02-03", "deal_id": 1,
            "channel": "late"},
        ],
    )  # fmt: skip
    found = {channel: v for (_, m, channel), v in values("attributed", world, "2024-02-28").items() if m == model}
    assert "late" not in found
    assert found["no touch"] == 7
    assert sum(v or 0 for v in found.values()) == Decimal("107.0001")


def test_campaign_cost_and_return() -> None:
    world = frames(
        deals=[{"deal_id": 1, "close": "2024-02-01", "amount": 900, "is_closed": True, "is_won": True}],
        campaigns=[{"campaign_id": 5, "cost": 150}, {"campaign_id": 6, "cost": 10}, {"campaign_id": 7}],
        touches=[
            {"at": "2024-01-01", "deal_id": 1, "channel": "mail", "campaign_id": 5},
            {"at": "2024-01-02", "deal_id": 1, "channel": "web"}, {"at": "2024-01-03", "deal_id": 1, "channel": "web"},
        ],
    )  # fmt: skip
    assert values("campaign_cpa", world, "2024-02-28") == {(None, "5"): 450, (None, "6"): None}
    assert values("campaign_roas", world, "2024-02-28") == {(None, "5"): 2, (None, "6"): 0}
