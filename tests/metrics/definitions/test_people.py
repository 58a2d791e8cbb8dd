"""Coaching around meetings, ratings, training that goes stale, commitments and sales meetings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from tests.metrics.definitions.worlds import frames, one, rows, values

REPS = [{"rep_id": i, "rep": name, "team": "North", "is_rep": True} for i, name in enumerate("AB")]


def session(day: str, kind: str, rep: int = 0, **rest: Any) -> dict[str, Any]:
    return {"session_id": hash((day, kind, rep)), "day": day, "minutes": 30, "kind": kind, "rep_id": rep, **rest}


def meeting(day: str, rep: int = 0, deal: int = 1, **rest: Any) -> dict[str, Any]:
    return {"day": day, "at": day, "kind": "meeting", "rep_id": rep, "deal_id": deal, **rest}


def test_briefs_belong_to_their_meeting() -> None:
    world = frames(
        activities=[
            meeting("2024-01-10"), meeting("2024-01-20", deal=2), meeting("2024-01-25", rep=1), meeting("2024-01-30"),
            meeting("2024-01-11", kind="call"), meeting("2024-03-01"),
        ],
        coaching_sessions=[
            session("2024-01-04", "pre_brief", deal_id=1), session("2024-01-19", "pre_brief"),
            session("2024-01-25", "pre_brief", deal_id=1), session("2024-01-12", "debrief", deal_id=1),
            session("2024-01-23", "debrief", deal_id=2), session("2024-01-30", "one_on_one", deal_id=1),
        ],
    )  # fmt: skip
    # Briefed: the 10th (six days before), the 20th (the day before, no deal named), the 30th (five days before).
    assert one("prebrief_rate", world, "2024-01-31") == Decimal("0.75")
    # Debriefed: the 10th. The 30th is not judged before 1 February.
    assert one("debrief_rate", world, "2024-01-31") == Decimal("0.333333333333")
    assert one("debrief_rate", world, "2024-02-01") == Decimal("0.25")


def test_ratings_are_shown_from_five_on() -> None:
    def world(count: int) -> Any:
        return frames(
            coaching_sessions=[session("2024-01-04", "one_on_one", i, useful=4 + i % 2) for i in range(count)]
        )

    assert one("coach_rating", world(6), "2024-01-31") == Decimal("4.5")
    (row,) = rows("coach_rating", world(4), "2024-01-31").to_dict("records")
    assert str(row["value"]) == "nan"
    assert row["status"] == "fewer than five ratings"
    assert pd.isna(row["numerator"])


def test_adherence_counts_each_planned_session_once() -> None:
    planned = {"planned": True}
    world = frames(
        coaching_sessions=[
            {**session("2024-01-04", "group", 0), **planned, "session_id": 1},
            {**session("2024-01-04", "group", 1), **planned, "session_id": 1},
            {**session("2024-01-05", "one_on_one"), **planned, "session_id": 2, "held": False},
            {**session("2024-02-05", "one_on_one"), **planned, "session_id": 3, "held": False},
        ]
    )
    assert one("coaching_adherence", world, "2024-01-31") == Decimal("0.5")


def test_commitments_and_practice() -> None:
    world = frames(
        commitments=[
            {"due": "2024-01-10", "done": "2024-01-10"}, {"due": "2024-01-12", "done": "2024-01-13"},
            {"due": "2024-01-14"}, {"due": "2024-03-01"}, {"due": "2024-01-20", "done": "2024-01-02"},
        ],
        sales_meetings=[{"day": "2024-01-10", "minutes": 60, "best_practice": 10, "productivity": 5, "anecdote": 45}],
    )  # fmt: skip
    assert one("commitments_kept", world, "2024-01-31") == Decimal("0.5")
    assert one("best_practice_share", world, "2024-01-31") == Decimal("0.25")


def test_training_goes_stale_with_time_and_at_once_with_a_change() -> None:
    world = frames(
        reps=REPS,
        trainings=[
            {"rep_id": 0, "rep": "A", "day": "2024-01-10", "topic": "Pricing", "hours": 3},
            {"rep_id": 1, "rep": "B", "day": "2024-02-10", "topic": "Pricing", "hours": 2},
            {"rep_id": 0, "rep": "A", "day": "2024-03-10", "topic": "Rivals", "hours": 1},
        ],
        change_events=[{"day": "2024-02-01", "kind": "competitor", "topic": "Pricing"}],
    )
    pricing = values("training_currency_topic", world, "2024-09-30", "month")
    told = [pricing[(f"2024-{m:02d}-01", "Pricing")] for m in range(1, 10)]
    assert told == [Decimal("0.5")] * 7 + [0, 0]  # A until the change, B for 180 days from 10 February
    assert values("training_currency", world, "2024-03-31")[None] == Decimal("0.5")
    assert values("training_hours", world, "2024-03-31")[None] == 3
    assert values("training_hours", world, "2024-03-31", "month")["2024-01-01"] == Decimal("1.5")
