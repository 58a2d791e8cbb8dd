"""Definitions on real exports, read where they lie. The typing here is the test's own."""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.metrics.definitions.worlds import frames, one, values
from tests.realdata import real


def table(path: str) -> list[dict[str, str]]:
    with real(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_ravenstack_recurring_revenue() -> None:
    """RavenStack: MRR at the end of 2024-12 is 10,159,608, and the movements lead there."""
    found = table("subscriptions/ravenstack/ravenstack_subscriptions.csv")
    numbers = {account: i for i, account in enumerate(dict.fromkeys(row["account_id"] for row in found))}
    subs = [
        {"account_id": numbers[row["account_id"]], "starts": row["start_date"], "ends": row["end_date"] or None,
         "annual": 12 * int(row["mrr_amount"])}
        for row in found
    ]  # fmt: skip
    world = frames(subscriptions=subs)
    assert values("mrr", world, "2024-12-31", "month")["2024-12-01"] == 10_159_608
    total = Decimal(0)
    for key, sign in (("new", 1), ("reactivation", 1), ("expansion", 1), ("contraction", -1), ("churned", -1)):
        total += sign * sum(v or Decimal(0) for v in values(f"mrr_{key}", world, "2024-12-31", "month").values())
    assert abs(total - 10_159_608) < Decimal("1e-6")


def superstore() -> Any:
    lines = []
    for row in table("retail/superstore_utf8bom.csv"):
        net = Decimal(row["Sales"])
        listed = (net / (1 - Decimal(row["Discount"]))).quantize(Decimal("0.0001"))
        lines.append(
            {"day": datetime.strptime(row["Order Date"], "%m/%d/%Y"), "net": net, "cost": net - Decimal(row["Profit"]),  # noqa: DTZ007
             "list_amount": listed, "segment": row["Segment"], "region": row["Region"]}
        )  # fmt: skip
    return frames(lines=lines)


def test_superstore_revenue_margin_and_discount() -> None:
    """Superstore: sales 2,297,200.8603, profit 286,397.0217, margin 12.467 %, discount 19.789 % list-weighted."""
    world = superstore()
    assert one("net_revenue", world, "2017-12-31") == Decimal("2297200.8603")
    assert one("gross_profit", world, "2017-12-31") == Decimal("286397.0217")
    assert round(one("gross_margin", world, "2017-12-31") or Decimal(0), 7) == Decimal("0.1246722")
    assert round(one("discount_depth", world, "2017-12-31") or Decimal(0), 5) == Decimal("0.19789")
    for grain, by in (("year", ()), ("week", ()), ("all", ("segment",)), ("month", ("region", "segment"))):
        parts = values("net_revenue", world, "2017-12-31", grain, by)
        assert sum(v for v in parts.values() if v is not None) == Decimal("2297200.8603")
