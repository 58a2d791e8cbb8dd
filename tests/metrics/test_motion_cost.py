"""Cost of sales by motion on files small enough to share it by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.periods import Grain
from metrics.answers import answer
from tests.metrics.company import ACCOUNTS, REPS, bring, take_in, text

DEAL = {"account_id": "A1", "stage": "x", "created_on": "2026-01-02", "is_closed": "yes", "is_won": "yes"}
DEALS = [
    {**DEAL, "deal_id": "D1", "amount": "1000", "close_on": "2026-01-20", "motion": "field"},
    {**DEAL, "deal_id": "D2", "amount": "500", "close_on": "2026-01-25", "motion": "no-touch", "account_id": "A2"},
    {**DEAL, "deal_id": "D3", "amount": "0", "close_on": "", "motion": "", "is_closed": "no", "is_won": "no"},
]
ACT = {"kind": "meeting", "account_id": "", "rep": "R1"}
ACTIVITIES = [
    {**ACT, "activity_id": "1", "occurred_at": "2026-01-05 10:00", "deal_id": "D1", "minutes": "60"},
    {**ACT, "activity_id": "2", "occurred_at": "2026-01-06 10:00", "deal_id": "D3", "minutes": "30"},
    {**ACT, "activity_id": "3", "occurred_at": "2026-01-21 10:00", "deal_id": "D1", "minutes": "30"},  # after the close
    {**ACT, "activity_id": "4", "occurred_at": "2026-01-07 10:00", "deal_id": "D2", "minutes": "120", "rep": "R2"},
]
TOUCH = {"channel": "web", "function": "marketing", "campaign": ""}
TOUCHES = [
    {**TOUCH, "touched_at": "2026-01-03 10:00", "deal_id": "D1"},
    {**TOUCH, "touched_at": "2026-01-04 10:00", "deal_id": "D2"},
    {**TOUCH, "touched_at": "2026-01-05 10:00", "deal_id": "D2", "campaign": "C1"},
    {**TOUCH, "touched_at": "2026-01-05 11:00", "deal_id": "D2", "function": "sales"},
]
COST = {"month": "2026-01-01", "category": "x", "team": "", "campaign": ""}
COSTS = [
    {**COST, "function": "sales", "amount": "240"},  # by 60, 30 and 120 of 240 minutes; 30 came after the close
    {**COST, "function": "sales", "amount": "120", "team": "East"},  # by 60 and 30 of East's 120
    {**COST, "function": "marketing", "amount": "90"},  # by one, and two, of three touches
    {**COST, "function": "marketing", "amount": "7", "campaign": "C1"},
    {**COST, "function": "product", "amount": "1000"},
    {**COST, "function": "sales", "amount": "11", "month": "2026-02-01"},  # nobody logged anything
]
SHARED = {"field": 60 + 60 + 30, "no-touch": 120 + 60 + 7, "unknown": 30 + 30, "not allocated": 30 + 30}


def _told(key: str, **asked: Any) -> dict[Any, Any]:
    rows = answer(key, **asked)["rows"]
    return {(r["period"], r["by"]["motion"]): r["value"] if r["value"] is not None else r["status"] for r in rows}


@pytest.mark.django_db
def test_each_cost_is_shared_by_the_work_of_its_month() -> None:
    take_in("accounts.csv", text(ACCOUNTS))
    take_in("reps.csv", text(REPS))
    take_in("campaigns.csv", text([{"campaign_id": "C1", "name": "Fair", "channel": "event"}]))
    take_in("deals.csv", text(DEALS))
    take_in("activities.csv", text(ACTIVITIES))
    take_in("touches.csv", text(TOUCHES))
    bring("costs.csv", text(COSTS))
    months = {k: Decimal(v) for k, v in _told("motion_cost_of_sales", grain=Grain.MONTH).items()}
    january = {("2026-01-01", motion): Decimal(amount) for motion, amount in SHARED.items()}
    assert months == january | {("2026-02-01", "not allocated"): Decimal(11)}
    assert sum(months.values()) == Decimal(answer("cost_of_sales_ratio")["rows"][0]["numerator"] or 0)
    assert _told("motion_cost_of_sales", grain=Grain.MONTH, where={"segment": "SMB"}) == {
        ("2026-01-01", "no-touch"): "187"
    }
    assert _told("motion_cost_ratio", grain=Grain.MONTH) == {
        ("2026-01-01", "field"): 0.15, ("2026-01-01", "no-touch"): 0.374, ("2026-01-01", "unknown"): "nothing won",
    }  # fmt: skip


@pytest.mark.django_db
def test_without_costs_or_logged_work_there_is_no_ratio_and_a_reason() -> None:
    take_in("accounts.csv", text(ACCOUNTS))
    bring("deals.csv", text(DEALS))
    assert _told("motion_cost_of_sales") == {(None, None): "no cost on record"}
    bring("costs.csv", text(COSTS[:1]))
    assert _told("motion_cost_of_sales") == {(None, "not allocated"): "240"}
    assert _told("motion_cost_ratio")[None, "field"] == "no work on deals is logged"
