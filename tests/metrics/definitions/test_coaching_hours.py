"""Coaching hours and coverage."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.metrics.definitions.worlds import frames, one, values

REPS = [
    *[{"rep_id": i, "rep": name, "team": "North", "is_rep": True} for i, name in enumerate("ABCD")],
    {"rep_id": 9, "rep": "Boss", "team": "North", "is_rep": False},
]


def session(number: int, day: str, hours: float, reps: str) -> list[dict[str, Any]]:
    """One session of several attendees."""
    return [
        {
            "session_id": number,
            "day": day,
            "minutes": hours * 60,
            "rep_id": "ABCD".index(rep),
            "rep": rep,
            "team": "North",
        }
        for rep in reps
    ]


def two_weeks() -> list[dict[str, Any]]:
    """Published coaching case: A 1.0 + 1.0 h, B 0.5 + 0, C 0 + 0, D 2.0 + 1.0."""
    given = [("A", "01", 1.0), ("A", "08", 1.0), ("B", "02", 0.5), ("D", "03", 2.0), ("D", "12", 1.0)]
    return [row for i, (rep, day, hours) in enumerate(given) for row in session(i, f"2024-01-{day}", hours, rep)]


def test_hours_per_rep_week_and_coverage() -> None:
    """Published coaching case: 5.5 h / 8 rep-weeks = 0.6875; coverage at half an hour a week 50 %."""
    world = frames(reps=REPS, coaching_sessions=two_weeks())
    assert one("coaching_hours", world, "2024-01-14") == Decimal("5.5")
    assert one("coaching_hours_per_rep_week", world, "2024-01-14") == Decimal("0.6875")
    assert one("coaching_coverage", world, "2024-01-14") == Decimal("0.5")
    by_rep = values("coaching_hours_per_rep_week", world, "2024-01-14", by=("rep",))
    assert by_rep == {(None, "A"): 1, (None, "B"): Decimal("0.25"), (None, "C"): 0, (None, "D"): Decimal("1.5")}
    weeks = values("coaching_coverage", world, "2024-01-14", "week")
    assert weeks == {"2024-01-01": Decimal("0.75"), "2024-01-08": Decimal("0.5")}


def test_a_group_session_counts_for_each_attendee_and_once_for_the_manager() -> None:
    """Published coaching case: a one-hour group session of all four adds four rep-hours and one manager-hour."""
    before = frames(reps=REPS, coaching_sessions=two_weeks())
    after = frames(reps=REPS, coaching_sessions=two_weeks() + session(99, "2024-01-10", 1.0, "ABCD"))
    for key, more in (("coaching_hours", 4), ("coaching_hours_manager", 1)):
        was, now = one(key, before, "2024-01-14"), one(key, after, "2024-01-14")
        assert was is not None
        assert now == was + more


def test_who_came_later_or_left_counts_for_the_days_there() -> None:
    reps = [{**REPS[0], "hired": "2024-01-08"}, {**REPS[1], "left": "2024-01-08"}]
    world = frames(reps=reps, coaching_sessions=session(1, "2024-01-02", 1.0, "B"))
    assert one("coaching_hours_per_rep_week", world, "2024-01-14") == Decimal("0.5")
    assert values("coaching_coverage", world, "2024-01-14", "week") == {"2024-01-01": 1, "2024-01-08": 0}


def test_without_any_coaching_logged_there_is_no_number() -> None:
    world = frames(reps=REPS)
    assert values("coaching_hours_per_rep_week", world, "2024-01-14") == {}
    assert values("coaching_coverage", world, "2024-01-14") == {}
