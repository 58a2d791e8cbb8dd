"""Real exports from the command line to the number: figures computed outside this project."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.realdata import real

pytestmark = pytest.mark.django_db


def run(*words: object) -> dict[str, Any]:
    out = StringIO()
    call_command(str(words[0]), *[str(w) for w in words[1:]], "--json", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def rows(key: str, *words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("metric", key, *words)["rows"]
    return found


def whole(key: str) -> Decimal:
    (row,) = rows(key, "--grain", "all")
    return Decimal(str(row["value"]))


def adds_up_to(key: str, total: str, *words: object) -> None:
    assert sum(Decimal(str(r["value"])) for r in rows(key, *words)) == Decimal(total)


def test_dynamics_opportunities() -> None:
    run("ingest", real("dynamics365"))
    (rate,) = rows("win_rate", "--grain", "all")
    assert (rate["numerator"], rate["denominator"], rate["value"]) == (1914, 4708, pytest.approx(0.406542, abs=1e-6))
    assert whole("bookings") == Decimal("72459852.17")
    assert abs(whole("pipeline_weighted") - Decimal("7372404.59")) <= Decimal("0.01")
    for grain in ("week", "month", "quarter", "year"):
        adds_up_to("bookings", "72459852.17", "--grain", grain)
    undated = [r for r in rows("win_rate", "--grain", "month") if r["period"] is None]
    assert [(r["numerator"], r["denominator"]) for r in undated] == [(0, 45)], "45 lost deals have no close date"


def test_dynamics_twice_changes_nothing() -> None:
    first = run("ingest", real("dynamics365"))["batches"]
    before = rows("bookings", "--grain", "month", "--by", "rep")
    again = run("ingest", real("dynamics365"))["batches"]
    assert sum(b["created"] for b in first) > 5000
    assert [(b["created"], b["updated"]) for b in again] == [(0, 0)] * len(again)
    run("recompute")
    assert rows("bookings", "--grain", "month", "--by", "rep") == before


def test_zoho_potentials() -> None:
    run("ingest", real("zoho_demo"))
    (rate,) = rows("win_rate", "--grain", "all")
    assert (rate["numerator"], rate["denominator"]) == (1425, 1425 + 485)
    assert whole("bookings") == Decimal(89066200)


def test_salesforce_data_loader_leaves_its_logs_out() -> None:
    batches = run("ingest", real("salesforce/dataloader"))["batches"]
    assert {b["file"]: b["status"] for b in batches} == {
        "accountData.csv": "done",
        "opportunityData.csv": "done",
        "error0413060133.csv": "ignored",
        "success0413060133.csv": "ignored",
    }
    (won,) = rows("bookings", "--grain", "all")
    assert (won["n"], won["value"]) == (8, "2200000")


def test_superstore_by_mapping() -> None:
    mapping = real("mappings/superstore.toml")
    (batch,) = run("ingest", real("retail/superstore_utf8bom.csv"), "--mapping", mapping)["batches"]
    assert (batch["read"], batch["created"], batch["rejected"]) == (9994, 9994, 0)
    assert whole("net_revenue") == Decimal("2297200.8603")
    assert whole("gross_profit") == Decimal("286397.0217")
    assert whole("gross_margin") == pytest.approx(Decimal("0.1246722"), abs=Decimal("1e-7"))
    assert whole("discount_depth") == pytest.approx(Decimal("0.1978865"), abs=Decimal("1e-7"))
    for words in (("--grain", "all", "--by", "segment"), ("--grain", "all", "--by", "region"), ("--grain", "year")):
        adds_up_to("net_revenue", "2297200.8603", *words)
    # Two dimensions are computed on demand, by the same definitions.
    adds_up_to("net_revenue", "2297200.8603", "--grain", "year", "--by", "segment,region")
    (south,) = [r for r in rows("net_revenue", "--by", "region") if r["by"] == {"region": "South"}]
    (filtered,) = rows("net_revenue", "--where", "region=South")
    assert filtered["value"] == south["value"]


def test_ravenstack_mrr() -> None:
    for table in ("accounts", "subscriptions"):
        mapping = real(f"mappings/ravenstack_{table}.toml")
        run("ingest", real(f"subscriptions/ravenstack/ravenstack_{table}.csv"), "--mapping", mapping)
    (december,) = rows("mrr", "--grain", "month", "--from", "2024-12-01", "--to", "2025-01-01")
    assert Decimal(december["value"]) == 10159608
