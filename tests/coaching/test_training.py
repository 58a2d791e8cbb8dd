"""Training fades by half-lives, and a change makes it stale at once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching import actions
from coaching.models import ChangeEvent, Topic, Training
from coaching.templatetags.coaching import by_state
from coaching.training import Standing, TopicRow, matrix, standing
from core.models import User
from revenue.models import Rep
from tests.coaching.conftest import World

TODAY = date(2026, 11, 20)


def _train(world: World, rep: Rep, topic: str, days_ago: int, today: date, hours: int | None = None) -> None:
    Training.objects.create(
        source=world.crm, key=f"{rep.pk}-{topic}-{days_ago}", topic=topic, rep=rep,
        held_on=today - timedelta(days=days_ago), hours=hours,
    )  # fmt: skip


def _row(user: User, reps: list[Rep], topic: str, today: date) -> TopicRow:
    return next(row for row in matrix(user, reps, today) if row.name == topic)


@pytest.mark.parametrize(
    ("days", "state"), [(0, "current"), (179, "current"), (180, "current"), (181, "faded"), (2000, "faded")]
)
def test_it_is_current_up_to_and_on_the_half_life(days: int, state: str) -> None:
    assert standing(TODAY - timedelta(days=days), TODAY, 180, None).state == state


def test_never_is_not_faded() -> None:
    assert standing(None, TODAY, 180, None).state == "never"


@given(st.integers(0, 4000), st.integers(1, 3650), st.integers(-50, 4000))
def test_only_a_later_change_makes_it_stale(ago: int, half_life: int, change_ago: int) -> None:
    last = TODAY - timedelta(days=ago)
    change = ChangeEvent(name="x", on_date=TODAY - timedelta(days=change_ago))
    found = standing(last, TODAY, half_life, change)
    assert (found.state == "stale") == (change_ago < ago)
    if found.state == "current":
        assert ago <= half_life
    assert 0 < found.left <= 1 or ago / half_life > 1000


def test_a_change_logged_today_turns_the_matrix(world: World, today: date) -> None:
    _train(world, world.ann_rep, "Pricing", 1, today)
    _train(world, world.ann_rep, "Discovery", 1, today)
    assert _row(world.alice, [world.ann_rep], "Pricing", today).standings[0].state == "current"
    event = actions.log_change_event(
        actor=world.lou, kind="competitor", name="Orbit", on_date=today, topics=["Pricing", " Closing ", ""]
    )
    assert event.topics == "Pricing;Closing"
    stale = _row(world.alice, [world.ann_rep], "Pricing", today)
    assert (stale.standings[0].state, stale.standings[0].change) == ("stale", event)
    assert _row(world.alice, [world.ann_rep], "Discovery", today).standings[0].state == "current"
    _train(world, world.ann_rep, "Pricing", 0, today)
    assert _row(world.alice, [world.ann_rep], "Pricing", today).standings[0].state == "current"


def test_hours_to_be_ready_again_are_the_mean_hours_of_those_not_current(world: World, today: date) -> None:
    reps = [world.ann_rep, world.art_rep]
    _train(world, world.ann_rep, "Pricing", 10, today, 20_000)
    _train(world, world.ann_rep, "Pricing", 300, today, 40_000)
    row = _row(world.alice, reps, "Pricing", today)
    assert (row.current, row.hours, row.hours_to_ready) == (1, Decimal(3), Decimal(3))


def test_a_phone_reads_who_stands_where_what_asks_for_training_first() -> None:
    reps = [Rep(name=name) for name in ("Ann", "Ben", "Cid")]
    stands = [Standing("current"), Standing("stale"), Standing("current")]
    row = TopicRow("Pricing", 180, stands, change=None, hours=None, one_and_done=0)
    assert by_state(row, reps) == [("stale", "◆", ["Ben"]), ("current", "●", ["Ann", "Cid"])]


def test_one_and_done_is_trained_once_and_never_practised(world: World, today: date, log) -> None:  # type: ignore[no-untyped-def]
    _train(world, world.ann_rep, "Pricing", 60, today)
    _train(world, world.art_rep, "Pricing", 60, today)
    _train(world, world.art_rep, "Pricing", 20, today)
    _train(world, world.ann_rep, "Fresh", 5, today)
    reps = [world.ann_rep, world.art_rep]
    assert _row(world.alice, reps, "Pricing", today).one_and_done == 1
    assert _row(world.alice, reps, "Fresh", today).one_and_done == 0
    log(topic="Pricing")
    assert _row(world.alice, reps, "Pricing", today).one_and_done == 0


def test_a_manager_sees_the_own_teams_trainings_alone(world: World, today: date) -> None:
    _train(world, world.beth_rep, "Pricing", 1, today)
    assert matrix(world.alice, [world.ann_rep, world.beth_rep], today) == []
    assert len(matrix(world.clara, [world.beth_rep], today)) == 1


def test_half_lives_are_the_leaders_to_set(world: World, today: date) -> None:
    actions.set_half_life(actor=world.lou, topic="Pricing", days=30)
    assert Topic.objects.get().half_life_days == 30
    with pytest.raises(actions.NotYours):
        actions.set_half_life(actor=world.alice, topic="Pricing", days=30)
    with pytest.raises(actions.Refused):
        actions.set_half_life(actor=world.lou, topic="Pricing", days=0)


def test_a_training_is_a_row_for_each_rep(world: World, today: date) -> None:
    rows = actions.log_training(
        actor=world.alice, reps=[world.ann_rep, world.art_rep], topic="Pricing", held_on=today, minutes=90
    )
    assert [row.hours for row in rows] == [15_000, 15_000]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "war"}, "kind"),
        ({"name": " "}, "name"),
        ({"topics": [" "]}, "topics"),
        ({"topics": ["a;b"]}, "topics"),
    ],
)
def test_a_change_that_says_too_little_is_refused(world: World, today: date, given: dict[str, Any], field: str) -> None:
    usual: dict[str, Any] = {"kind": "product", "name": "New suite", "on_date": today, "topics": ["Pricing"]}
    with pytest.raises(actions.Refused) as refused:
        actions.log_change_event(actor=world.lou, **{**usual, **given})
    assert refused.value.field == field


def test_a_meetings_parts_fit_into_its_minutes(world: World, today: date) -> None:
    meeting = actions.log_meeting(
        actor=world.alice, team="North", held_on=today, minutes=60, parts={"best_practice_minutes": 20}
    )
    assert (meeting.minutes, meeting.best_practice_minutes, meeting.anecdote_minutes) == (600_000, 200_000, 0)
    with pytest.raises(actions.Refused, match="add up to 70 of 60"):
        actions.log_meeting(actor=world.alice, team="North", held_on=today, minutes=60, parts={"anecdote_minutes": 70})
    with pytest.raises(actions.NotYours):
        actions.log_meeting(actor=world.alice, team="South", held_on=today, minutes=60, parts={})
