"""What a file of coaching sessions says, as the metrics count it."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from coaching.models import CoachingSession
from core.periods import Grain
from metrics.answers import answer
from tests.metrics.company import REPS, bring, take_in, text

pytestmark = pytest.mark.django_db

SESSION = {"manager": "Mia", "minutes": "60", "kind": "one_on_one", "planned": "no", "useful": ""}
SESSIONS = [
    {**SESSION, "rep": "Rosa", "held_on": "2026-01-05", "planned": "yes", "useful": "5"},
    {**SESSION, "rep": "Rosa", "held_on": "2026-01-06", "useful": "4"},
    {**SESSION, "rep": "Rolf", "held_on": "2026-01-07", "planned": "yes", "minutes": "0"},  # it did not take place
    {**SESSION, "rep": "Rolf", "held_on": "2026-01-08", "useful": "3"},
    {**SESSION, "rep": "Rosa;Rolf", "held_on": "2026-01-09", "kind": "group", "useful": "2"},
]


def _one(key: str, **asked: Any) -> Any:
    (row,) = answer(key, grain=Grain.YEAR, **asked)["rows"]
    return row["value"], row["n"]


@pytest.fixture
def coached() -> Any:
    with time_machine.travel("2026-02-20T12:00:00Z", tick=True):
        take_in("reps.csv", text(REPS))
        yield bring("coaching_sessions.csv", text(SESSIONS), object="coaching_sessions")


def test_a_planned_session_of_no_minutes_was_not_held(coached: Any) -> None:
    assert _one("coaching_adherence") == (0.5, 2)
    assert _one("coaching_hours") == (5, 5)
    assert _one("coaching_hours_manager") == (4, 4)
    assert CoachingSession.objects.count() == 4, "nobody is asked whether it was useful"


def test_one_answer_of_a_session_of_two_is_one_rating(coached: Any) -> None:
    assert _one("coach_rating") == (None, 4), "four answers are too few to be shown, however many attended"
    bring("more.csv", text([{**SESSION, "rep": "Rolf", "held_on": "2026-01-12", "useful": "1"}]),
          object="coaching_sessions")  # fmt: skip
    assert _one("coach_rating") == (3, 5)


def test_a_topic_is_one_however_it_is_written() -> None:
    with time_machine.travel("2026-02-20T12:00:00Z", tick=True):
        take_in("reps.csv", text(REPS))
        rows = [
            {"topic": "Pricing", "rep": "Rosa", "held_on": "2026-01-02"},
            {"topic": "pricing", "rep": "Rolf", "held_on": "2026-01-03"},
        ]
        bring("trainings.csv", text(rows), object="trainings")
        (row,) = answer("training_currency", grain=Grain.ALL)["rows"]
        assert (row["numerator"], row["denominator"]) == (2, 2)
