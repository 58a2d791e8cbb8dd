"""Stages, forecast, pipeline movement, lifetime value, funnel, effort, reps, bonus and checklist."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from metrics.definitions.bonus import BonusPlan, joint_bonus
from metrics.definitions.checklist import Answer, checklist
from metrics.definitions.effort import ACCOUNTS, bradford
from metrics.definitions.forecasting import interval
from metrics.definitions.funnel import was_reached
from metrics.definitions.lifetime import simple_clv
from metrics.definitions.stages import velocity
from tests.metrics.definitions.worlds import frames, one, rows, values


def deal(number: int, **rest: Any) -> dict[str, Any]:
    return {"deal_id": number, "account_id": number, "amount": 100, **rest}


def test_velocity() -> None:
    """Published pipeline case: 50 deals × 10,000 × 0.25 / 30 days = 4,166.67 a day."""
    assert round(velocity(50, 10_000, 0.25, 30) or 0, 2) == 4166.67
    won = [
        deal(i, amount=10_000, is_closed=True, is_won=i == 0, created="2024-05-01", close="2024-05-31")
        for i in range(4)
    ]
    world = frames(deals=[*won, *(deal(9 + i, close="2024-09-01") for i in range(50))])
    assert round(one("pipeline_velocity", world, "2024-06-30") or 0, 2) == Decimal("4166.67")


def history_world() -> Any:
    return frames(
        deals=[
            deal(1, created="2024-01-01", stage="B", close="2024-03-10", is_closed=True, is_won=True, amount=150),
            deal(2, created="2024-01-01", stage="A", close="2024-06-10"),
            deal(3, created="2024-02-20", stage="A", close="2024-03-20", amount=30),
            deal(4, created="2024-01-01", stage="B", close="2024-02-10", is_closed=True),
        ],
        deal_history=[
            {"deal_id": 1, "at": "2024-01-01", "stage": "A", "amount": 100, "close": "2024-03-01"},
            {"deal_id": 1, "at": "2024-01-11", "stage": "B", "amount": 150, "close": "2024-03-01"},
            {"deal_id": 2, "at": "2024-01-01", "stage": "A", "amount": 100, "close": "2024-03-01"},
            {"deal_id": 2, "at": "2024-02-15", "stage": "A", "amount": 100, "close": "2024-06-10"},
            {"deal_id": 4, "at": "2024-01-01", "stage": "A", "amount": 70, "close": "2024-02-01"},
            {"deal_id": 4, "at": "2024-01-21", "stage": "B", "amount": 70, "close": "2024-02-01"},
        ],
    )


def test_stuck_deals() -> None:
    # Stage A lasted 10 and 20 days, 15 on average: deal 2 is stuck after 29 days, deal 3 from 20 February is not yet.
    assert one("stuck_deals", history_world(), "2024-03-15") == 1
    assert rows("stuck_deals", history_world(), "2024-03-15")["n"].tolist() == [2]
    assert one("stuck_deals", history_world(), "2024-03-21") == 2


def test_stage_conversion() -> None:
    found = values("stage_conversion", history_world(), "2024-03-31")
    assert found == {(None, "A"): 1, (None, "B"): Decimal("0.5")}


def test_pipeline_movement_closes() -> None:
    told: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (period, name), value in values("pipeline_movement", history_world(), "2024-03-31", "month").items():
        told[period][name] = value or Decimal(0)
    assert told["2024-01-01"] == {"new": 320, "closing": 320}
    assert told["2024-02-01"] == {"opening": 320, "new": 30, "pushed out": -100, "lost": -70, "closing": 180}
    assert told["2024-03-01"] == {"opening": 180, "won": -150, "closing": 30}


def test_forecast_and_its_error() -> None:
    world = frames(
        deals=[
            deal(1, close="2024-06-10", is_closed=True, is_won=True), deal(2, close="2024-06-11", is_closed=True),
            deal(3, close="2024-06-12", forecast_category="Commit", probability="0.1"),
            deal(4, close="2024-06-13", forecast_category="Pipeline", probability="0.3"),
        ],
        forecasts=[
            {"made": "2024-06-01", "start": "2024-06-01", "end": "2024-07-01", "amount": 130},
            {"made": "2024-04-20", "start": "2024-06-01", "end": "2024-07-01", "amount": 80},
        ],
    )  # fmt: skip
    assert one("forecast", world, "2024-06-15") == 230
    assert values("forecast_wape", world, "2024-06-30") == {(None, "00"): Decimal("0.3"), (None, "02"): Decimal("0.2")}
    assert values("forecast_bias", world, "2024-06-30")[(None, "02")] == Decimal("-0.2")
    assert values("forecast_wape", world, "2024-06-29") == {}
    assert interval(100, [(100, 90), (100, 110)]) is None
    assert interval(100, [(100, a) for a in (80, 90, 100, 110, 120)]) == pytest.approx((84, 116))


def test_win_curve_counts_open_deals_for_as_long_as_they_were_open() -> None:
    deals = [
        deal(1, created="2024-01-01", close="2024-01-21", is_closed=True, is_won=True),
        deal(2, created="2024-01-01", close="2024-01-15", is_closed=True), deal(3, created="2024-01-01"),
        deal(4, created="2024-01-01", close="2024-02-20", is_closed=True, is_won=True),
    ]  # fmt: skip
    found = values("win_curve", frames(deals=deals), "2024-03-31", "year")
    assert found == {("2024-01-01", "030"): Decimal("0.25"), ("2024-01-01", "060"): Decimal("0.5"),
                     ("2024-01-01", "090"): Decimal("0.5")}  # fmt: skip
    assert one("sales_cycle_days_open", frames(deals=deals), "2024-03-31") == 50
    young = [*deals, deal(5, created="2024-03-30")]
    found = values("win_curve", frames(deals=young), "2024-03-31", "year")
    assert found["2024-01-01", "060"] == Decimal("0.5"), "one that came yesterday takes nothing from what was seen"
    assert values("win_curve", frames(deals=[deal(5, created="2024-03-30")]), "2024-03-31", "year") == {}, (
        "blank, not 0"
    )


def test_lifetime_value() -> None:
    """Published: with no churn observed the simple formula has no value, not 0 and not infinity."""
    assert simple_clv(10, 0) is None
    assert simple_clv(10, 0.25) == 40
    subs = [
        {"account_id": i, "starts": "2023-01-01", "ends": None if i else "2023-07-01", "annual": 1200} for i in range(2)
    ]
    lines = [{"account_id": 0, "day": "2023-01-01", "net": 100, "cost": 50}]
    costs = [{"day": "2023-01-01", "amount": 100, "source_function": "sales"}]
    world = frames(subscriptions=subs, lines=lines, costs=costs)
    months = np.arange(60)
    expected = 50 * (np.where(months * 30.4375 < 181, 1, 0.5) / 1.1 ** (months / 12)).sum()
    assert float(one("clv", world, "2023-12-31") or 0) == pytest.approx(expected)
    assert float(one("ltv_cac", world, "2023-12-31") or 0) == pytest.approx(expected / 50, rel=1e-5)


def test_buyers_without_contract() -> None:
    rng = np.random.default_rng(5)
    lines = [
        {"account_id": i, "day": f"2023-{m:02d}-{1 + i % 28:02d}", "net": 10 + i % 7}
        for i in range(60) for m in range(1, 13) if m == 1 or rng.random() < 0.3
    ]  # fmt: skip
    world = frames(lines=lines)
    alive = one("p_alive", world, "2023-12-31")
    assert alive is not None
    assert 0 < alive < 1
    assert (one("expected_purchases", world, "2023-12-31") or 0) > 0
    few = frames(lines=lines[:5])
    assert rows("p_alive", few, "2023-12-31")["status"].tolist() == [
        "too few repeat buyers without a contract to fit a model"
    ]


def test_funnel_and_cold_calls() -> None:
    leads = [
        {"lead_id": 1, "channel": "web", "created": "2024-01-05", "deal_id": 1},
        {"lead_id": 2, "channel": "web", "created": "2024-01-05", "mql": "2024-01-06"},
        {"lead_id": 3, "channel": "web", "created": "2024-01-05"},
    ]
    won = deal(1, is_closed=True, is_won=True, created="2024-01-20", close="2024-02-01")
    found = values("funnel_conversion", frames(leads=leads, deals=[won]), "2024-03-31")
    assert found[(None, "lead → MQL", "web")] == Decimal("0.666666666667")
    assert found[(None, "MQL → SQL", "web")] == Decimal("0.5")
    assert found[(None, "opportunity → won", "web")] == 1
    calls = [
        {"account_id": i, "day": "2024-01-08", "kind": "call", "cold": True, "outcome": "Connected" if i < 5 else "no"}
        for i in range(10)
    ]
    calls.append({"account_id": 1, "day": "2024-01-10", "kind": "meeting"})
    calls.append({"account_id": 1, "day": "2024-01-09", "kind": "call", "cold": True, "outcome": "No answer"})
    told = values("cold_call_yield", frames(activities=calls, deals=[won]), "2024-03-31")
    assert told.pop((None, "dial → connect")) == Decimal("0.454545454545"), "the meeting did not come of no answer"
    assert told == {(None, "connect → meeting"): Decimal("0.2"),
                    (None, "meeting → opportunity"): 1, (None, "opportunity → won"): 1}  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "reached"),
    [
        ("Connected", True), ("answered", True), ("Meeting booked", True), ("Not interested", True),
        ("No answer", False), ("not connected", False), ("Disconnected", False), ("unanswered", False),
        ("Answering machine", False), ("Left voicemail, callback", False), ("busy", False), ("", False),
    ],
)  # fmt: skip
def test_who_was_reached_by_a_call(outcome: str, reached: bool) -> None:
    assert was_reached(outcome) is reached


def test_motions() -> None:
    deals = [
        deal(1, motion="field", created="2024-01-01", close="2024-01-31", is_closed=True, is_won=True),
        deal(2, motion="field", close="2024-01-31", is_closed=True),
        deal(3, close="2024-01-31", is_closed=True, is_won=True, amount=7),
    ]
    world = frames(deals=deals)
    assert values("motion_mix", world, "2024-03-31") == {(None, "field"): 100, (None, "unknown"): 7}
    assert values("motion_win_rate", world, "2024-03-31")[(None, "field")] == Decimal("0.5")
    assert values("motion_cycle_days", world, "2024-03-31") == {(None, "field"): 30}


def test_return_on_effort_and_opportunity_cost() -> None:
    """Published effort case: 2,500 over 25 hours is 100 an hour."""
    world = frames(
        lines=[{"account_id": 1, "day": "2024-01-05", "net": 3_000, "cost": 500}],
        account_names=[{"account_id": 1, "name": "Acme"}],
        activities=[
            {"account_id": 1, "day": "2024-01-02", "kind": "meeting", "minutes": 1_500},
            {"account_id": 2, "day": "2024-01-02", "kind": "call", "minutes": 120},
        ],
    )
    found = values("return_on_effort", world, "2024-03-31")
    assert found == {
        (None, "kind: call"): 0, (None, "kind: meeting"): 100, (None, "account: Acme"): 100, (None, "account: 2"): 0,
    }  # fmt: skip
    assert values("opportunity_cost", world, "2024-03-31") == {
        (None, "kind: call"): 200, (None, "kind: meeting"): 0, (None, "account: Acme"): 0, (None, "account: 2"): 200,
    }  # fmt: skip


def test_the_accounts_that_took_the_most_hours_are_told_of() -> None:
    busy = [
        {"account_id": i, "day": "2024-01-02", "kind": "call", "minutes": 10 + (i > 1)} for i in range(ACCOUNTS + 1)
    ]
    found = values("return_on_effort", frames(activities=busy, lines=[{"account_id": 5, "day": "2024-01-05", "net": 9,
                   "cost": 1}]), "2024-03-31")  # fmt: skip
    told = {use.removeprefix("account: ") for _, use in found if use.startswith("account: ")}
    assert told == {"0", *map(str, range(2, ACCOUNTS + 1))}  # of the two with the fewest minutes the older one


def test_overtime_is_shown_of_teams_of_five_and_more() -> None:
    def world(people: int) -> Any:
        return frames(
            hours=[{"rep_id": i, "day": "2024-01-08", "team": "North", "selling": 30, "other": 10, "overtime": 4,
                    "sick_days": 1} for i in range(people)]
        )  # fmt: skip

    assert one("overtime_share", world(5), "2024-01-31") == Decimal("0.1")
    assert one("absence_rate", world(5), "2024-01-31") == Decimal("0.2")
    assert one("overtime_share", world(4), "2024-01-31") is None
    assert rows("overtime_share", world(4), "2024-01-31")["numerator"].isna().all()
    assert [bradford(1, 10), bradford(5, 10), bradford(10, 10)] == [10, 250, 1000]  # published Bradford cases


def test_walkaway_risk() -> None:
    world = frames(
        lines=[{"account_id": i, "day": "2024-02-05", "net": 10**i} for i in (1, 2, 3)],
        activities=[
            {"account_id": 1, "rep_id": 7, "day": "2024-01-05"}, {"account_id": 1, "rep_id": 7, "day": "2024-03-05"},
            {"account_id": 2, "rep_id": 7, "day": "2024-01-05"}, {"account_id": 2, "rep_id": 8, "day": "2024-01-05"},
        ],
    )  # fmt: skip
    assert one("walkaway_risk", world, "2024-06-30") == 10


def test_a_rogue_superstar_is_found() -> None:
    reps = [{"rep_id": i, "rep": f"R{i}", "is_rep": True} for i in range(8)]
    lines = [
        {"owner_id": i, "account_id": i, "day": "2024-02-05", "net": 100 + i, "cost": 40, "list_amount": 110 + i}
        for i in range(7)
    ]
    lines.append({"owner_id": 7, "account_id": 7, "day": "2024-02-05", "net": 900, "cost": 800, "list_amount": 2_000})
    world = frames(reps=reps, lines=lines)
    assert values("rogue_superstar", world, "2024-06-30", by=("rep",))[(None, "R7")] == 1
    assert one("rogue_superstar", world, "2024-06-30") == 1
    told = values("rep_quality", world, "2024-06-30", by=("rep",))
    assert told[(None, "R7", "margin")] == Decimal("0.1111111111111111")


def test_the_effect_of_coaching() -> None:
    reps = [{"rep_id": i, "rep": f"R{i}", "is_rep": True} for i in range(20)]
    sessions = [{"session_id": i, "rep_id": i, "day": "2024-05-01", "minutes": 900} for i in range(10)]
    deals = [
        deal(1000 * rep + 10 * k + late, owner_id=rep, is_closed=True,
        close=f"2024-0{5 if late else 1}-10" if late else "2023-10-10",
             is_won=k < (3 if late and rep < 10 else 2))
        for rep in range(20) for k in range(4) for late in (0, 1)
    ]  # fmt: skip
    found = values("coaching_effect", frames(reps=reps, coaching_sessions=sessions, deals=deals), "2024-06-30")
    world = frames(reps=reps, coaching_sessions=sessions, deals=deals)
    low, high = (one(f"coaching_effect_{end}", world, "2024-06-30") or 0 for end in ("low", "high"))
    assert found == {None: Decimal("0.25")}
    assert low <= Decimal("0.25") <= high
    few = frames(reps=reps[:4], coaching_sessions=sessions[:2], deals=deals)
    assert all(v is None for v in values("coaching_effect", few, "2024-06-30").values())


PLAN = BonusPlan(
    pool={"sales": Decimal(1000), "marketing": Decimal(500)}, gates={"marketing": ("quality_share", Decimal("0.6"))}
)


@pytest.mark.parametrize(
    ("attainment", "quality", "share"),
    [("0.89", "0.7", "0"), ("0.95", "0.7", "0.75"), ("1.1", "0.7", "1.5"), ("2", "0.7", "1.5"), ("1", "0.5", "0")],
)
def test_nobody_is_paid_unless_both_earned_it(attainment: str, quality: str, share: str) -> None:
    paid = joint_bonus(PLAN, Decimal(attainment), {"quality_share": Decimal(quality)})
    assert paid.share == Decimal(share)
    assert paid.amounts == {"sales": 1000 * Decimal(share), "marketing": 500 * Decimal(share)}
    assert bool(paid.reason) == (paid.share == 0)


def test_joint_attainment_prefers_the_joint_target() -> None:
    span = {"start": "2024-01-01", "end": "2024-02-01"}
    lines = [{"day": "2024-01-05", "net": 50}]
    plan = [span | {"metric": "net_revenue", "amount": 100}]
    assert one("joint_attainment", frames(lines=lines, targets=plan), "2024-01-31") == Decimal("0.5")
    both = frames(lines=lines, targets=[*plan, span | {"metric": "joint", "amount": 200}])
    assert one("joint_attainment", both, "2024-01-31") == Decimal("0.25")


def test_the_checklist_takes_the_worst_of_its_evidence() -> None:
    told = {
        a.question.key: a.answer
        for a in checklist({"grr": 0.95, "early_churn": 0.12, "win_rate": 0.3}, {"win_rate": 0.4})
    }
    assert told["retention"] is Answer.WATCH
    assert told["results"] is Answer.FAIL
    assert told["practice"] is Answer.UNKNOWN
