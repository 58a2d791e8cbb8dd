"""Frames of people and their work: reps, coaching, training, meetings, hours, activities."""

from __future__ import annotations

import pandas as pd

from metrics.frames.fetch import amounts, category, day, days, fetch, flags, frame, ids, known, moment, moments
from metrics.frames.world import World

# Somebody who leads reps or gives coaching is coached for, not coached: no quota of hours is missed with them.
_IS_REP = """
NOT EXISTS (SELECT 1 FROM revenue_rep o WHERE o.source_id = r.source_id AND o.id <> r.id
            AND o.manager IN (r.key, r.name, r.email))
AND NOT EXISTS (SELECT 1 FROM coaching_coachingsession s WHERE s.manager_id = r.id)
AND NOT (r.implied AND r.key LIKE 'user:%')
"""


def reps(world: World) -> pd.DataFrame:
    """Everybody who sells; `is_rep` marks those whom coaching is for."""
    table = fetch(
        f"SELECT r.id, m.id AS manager_id, {day('r.hired_on')} AS hired, {day('r.left_on')} AS gone, "
        f"({_IS_REP})::int AS is_rep, r.role FROM revenue_rep r LEFT JOIN LATERAL (SELECT min(o.id) AS id "
        "FROM revenue_rep o WHERE o.source_id = r.source_id AND r.manager IN (o.key, o.name, o.email)) m ON true "
        "ORDER BY r.id",
        text=("role",),
    )
    return frame(
        "reps",
        {
            "rep_id": ids(table["id"]),
            "manager_id": ids(table["manager_id"]),
            "hired": days(table["hired"]),
            "left": days(table["gone"]),
            "is_rep": flags(table["is_rep"]),
            "role": category(table["role"]),
            **world.rep_dims(ids(table["id"])),
        },
    )


_USEFUL = """
coalesce(a.useful, CASE WHEN count(a.useful) OVER of_session = 0 AND a.rep_id = min(a.rep_id) OVER of_session
                   THEN s.useful END)
"""


def coaching_sessions(world: World) -> pd.DataFrame:
    """One row per session and attendee, and one per planned session that was not held: no minutes, and of negative id
    where it was planned here. What a file says of a session's use is one answer, on the attendee with the lowest id."""
    table = fetch(
        f"SELECT s.id, {day('s.held_on')} AS day, s.manager_id, a.rep_id, s.deal_id, s.minutes, s.kind, s.topic, "
        f"(s.planned OR p.id IS NOT NULL)::int AS planned, {_USEFUL}::bigint AS useful "
        "FROM coaching_coachingsession s JOIN coaching_attendance a ON a.session_id = s.id "
        "LEFT JOIN coaching_plannedsession p ON p.session_id = s.id WINDOW of_session AS (PARTITION BY s.id) "
        f"UNION ALL SELECT -id - 1, {day('planned_on')}, manager_id, rep_id, NULL, 0, kind, topic, 1, NULL "
        "FROM coaching_plannedsession WHERE session_id IS NULL AND cancelled_at IS NULL",
        text=("kind", "topic"),
    )
    attendees = ids(table["rep_id"])
    held_on = days(table["day"])
    return frame(
        "coaching_sessions",
        {
            "session_id": ids(table["id"]),
            "day": held_on,
            "at": held_on,
            "manager_id": ids(table["manager_id"]),
            "rep_id": attendees,
            "deal_id": ids(table["deal_id"]),
            "minutes": amounts(table["minutes"]),
            "kind": category(table["kind"]),
            "topic": category(table["topic"]),
            "planned": flags(table["planned"]),
            "held": (table["minutes"] > 0).to_numpy(),
            "useful": amounts(table["useful"]),
            "useful_known": known(table["useful"]),
            **world.rep_dims(attendees),
        },
    )


def commitments(world: World) -> pd.DataFrame:
    """What reps promised; `done` is the day it was kept."""
    table = fetch(
        f"SELECT c.id, c.rep_id, s.manager_id, {day('c.due_on')} AS due, "
        f"CASE WHEN c.kept THEN {day('coalesce(c.done_on, c.due_on)')} END AS done "
        "FROM coaching_commitment c JOIN coaching_coachingsession s ON s.id = c.session_id"
    )
    return frame(
        "commitments",
        {
            "commitment_id": ids(table["id"]),
            "rep_id": ids(table["rep_id"]),
            "manager_id": ids(table["manager_id"]),
            "due": days(table["due"]),
            "done": days(table["done"]),
            **world.rep_dims(ids(table["rep_id"])),
        },
    )


def trainings(world: World) -> pd.DataFrame:
    """Who attended which training when."""
    table = fetch(
        f"SELECT rep_id, {day('held_on')} AS day, topic, hours, cost, currency FROM coaching_training",
        text=("topic", "currency"),
    )
    cost, has_rate = world.convert(amounts(table["cost"]), table["currency"].fill_null(world.currency), table["day"])
    return frame(
        "trainings",
        {
            "rep_id": ids(table["rep_id"]),
            "day": days(table["day"]),
            "topic": category(table["topic"]),
            "hours": amounts(table["hours"]),
            "hours_known": known(table["hours"]),
            "cost": cost,
            "cost_known": known(table["cost"]) & has_rate,
            **world.rep_dims(ids(table["rep_id"])),
        },
    )


def change_events(world: World) -> pd.DataFrame:
    """Changes, one row per topic that they make stale."""
    table = fetch(
        f"SELECT e.id, {day('e.on_date')} AS day, e.kind, nullif(trim(t.topic), '') AS topic "
        "FROM coaching_changeevent e CROSS JOIN LATERAL regexp_split_to_table(coalesce(e.topics, ''), ';') AS t(topic)",
        text=("kind", "topic"),
    )
    return frame(
        "change_events",
        {
            "event_id": ids(table["id"]),
            "day": days(table["day"]),
            "kind": category(table["kind"]),
            "topic": category(table["topic"]),
        },
    )


def sales_meetings(world: World) -> pd.DataFrame:
    """What the minutes of sales meetings went into."""
    table = fetch(
        f"SELECT id, {day('held_on')} AS day, minutes, best_practice_minutes, productivity_minutes, "
        "deal_review_minutes, anecdote_minutes, team FROM coaching_salesmeeting",
        text=("team",),
    )
    return frame(
        "sales_meetings",
        {
            "meeting_id": ids(table["id"]),
            "day": days(table["day"]),
            "minutes": amounts(table["minutes"]),
            "best_practice": amounts(table["best_practice_minutes"]),
            "productivity": amounts(table["productivity_minutes"]),
            "deal_review": amounts(table["deal_review_minutes"]),
            "anecdote": amounts(table["anecdote_minutes"]),
            "team": category(table["team"]),
        },
    )


def hours(world: World) -> pd.DataFrame:
    """Hours per rep and week."""
    table = fetch(
        f"SELECT rep_id, {day('week_starting')} AS day, selling_hours, other_hours, overtime_hours, sick_days "
        "FROM revenue_hours"
    )
    parts = {"selling": "selling_hours", "other": "other_hours", "overtime": "overtime_hours", "sick_days": "sick_days"}
    values: dict[str, object] = {}
    for name, column in parts.items():
        values |= {name: amounts(table[column]), f"{name}_known": known(table[column])}
    rep = ids(table["rep_id"])
    return frame("hours", {"rep_id": rep, "day": days(table["day"]), **values, **world.rep_dims(rep)})


def activities(world: World) -> pd.DataFrame:
    """Calls, e-mails, meetings and demos; `day` is the company's own."""
    table = fetch(
        f"SELECT id, {moment('occurred_at')}, kind, rep_id, "
        "account_id, deal_id, outcome, minutes, cold::int AS cold FROM revenue_activity",
        [world.time_zone],
        text=("kind", "outcome"),
    )
    rep = ids(table["rep_id"])
    return frame(
        "activities",
        {
            "activity_id": ids(table["id"]),
            "at": moments(table["at"]),
            "day": days(table["day"]),
            "kind": category(table["kind"]),
            "rep_id": rep,
            "account_id": ids(table["account_id"]),
            "deal_id": ids(table["deal_id"]),
            "outcome": category(table["outcome"]),
            "minutes": amounts(table["minutes"]),
            "minutes_known": known(table["minutes"]),
            "cold": flags(table["cold"]),
            **world.rep_dims(rep),
        },
    )


def pulses(world: World) -> pd.DataFrame:
    """What colleagues answered about reps; nobody knows who."""
    table = fetch(
        f"SELECT rep_id, {day('given_on')} AS day, score::bigint AS score FROM metrics_pulse WHERE rep_id IS NOT NULL"
    )
    rep = ids(table["rep_id"])
    return frame(
        "pulses",
        {"rep_id": rep, "day": days(table["day"]), "score": amounts(table["score"]) * 10_000, **world.rep_dims(rep)},
    )
