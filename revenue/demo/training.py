"""Trainings, the changes that make them stale, the teams' meetings and the reps' hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from revenue.demo.columns import dates
from revenue.demo.people import TEAMS, People
from revenue.demo.span import monday
from revenue.demo.stories import COACHED_TEAM, LAUNCH_TOPIC, LAUNCHED_PRODUCT, Stories


@dataclass(frozen=True)
class Course:
    """A course held once: how many days before the end, for how long, and for the coached team alone or for all."""

    topic: str
    name: str
    days_back: int
    hours: int
    cost: int  # dollars per head
    coached_only: bool = False


def courses(stories: Stories) -> list[Course]:
    """Everything that was taught in the span, oldest first."""
    launch_back = stories.span.last - stories.launch_training
    held = [
        Course("Negotiation", "Negotiating with procurement", 735, 8, 640),  # once, and never again
        Course("Procurement", "How our customers buy", 520, 3, 180),
        Course("Pharma validation", "Validated environments", 610, 6, 420),
        Course("Pharma validation", "Validated environments, revised", 320, 4, 290),
        Course("Competitive positioning", "Against low-cost sensors", 330, 2, 90),
        Course("Competitive positioning", "Against Orbisense", 120, 2, 90),
        Course(LAUNCH_TOPIC, "Spectral analysis in the field", launch_back, 6, 380),
        *(Course("Discovery", "Questions that matter", back, 3, 150) for back in (790, 600, 415, 230, 48)),
        *(Course("Value selling", "Practice days", back, 4, 120, True) for back in (262, 178, 94, 24)),
    ]
    return sorted(held, key=lambda course: -course.days_back)


def training_table(stories: Stories, people: People) -> pl.DataFrame:
    """`trainings`: one row per rep and course; every ninth place stays empty, and the superstar's mostly."""
    rows = []
    for number, course in enumerate(courses(stories)):
        day = int(monday(stories.span.last - course.days_back)) + 2
        for rep in range(people.reps):
            there = people.hired[rep] <= day < people.left[rep]
            missed = (rep + number * 4) % 9 == 0 or (rep == people.superstar and number % 3 > 0)
            meant = not course.coached_only or people.kind()[rep] == TEAMS.index(COACHED_TEAM)
            if there and meant and not missed:
                rows.append((course.topic, people.ids[rep], day, course.hours, course.name, course.cost))
    return pl.DataFrame(
        {
            "topic": [r[0] for r in rows],
            "rep": [r[1] for r in rows],
            "held_on": dates(np.array([r[2] for r in rows])),
            "hours": [r[3] for r in rows],
            "course": [r[4] for r in rows],
            "cost": [r[5] for r in rows],
            "currency": ["USD"] * len(rows),
        }
    )


def change_table(stories: Stories) -> pl.DataFrame:
    """`change_events`: what made which training stale."""
    last = stories.span.last
    rows = [
        ("vertical", "Contract manufacturers in pharma", last - 400, "Pharma validation"),
        ("competitor", "Orbisense enters the market", last - 260, "Competitive positioning"),
        ("product", f"Launch of the {LAUNCHED_PRODUCT}", stories.launch, LAUNCH_TOPIC),
        ("buying_habit", "Purchasing moves to framework tenders", last - 45, "Procurement;Negotiation"),
    ]
    return pl.DataFrame(
        {
            "kind": [r[0] for r in rows],
            "name": [r[1] for r in rows],
            "on_date": dates(np.array([r[2] for r in rows])),
            "topics": [r[3] for r in rows],
        }
    )


def meeting_table(stories: Stories, people: People) -> pl.DataFrame:
    """`sales_meetings`: an hour a week; practice takes 12 minutes of it, in the coached team 28."""
    span = stories.span
    weeks = [int(w) + 1 for w in span.mondays if span.first <= w + 1 <= span.last]
    rows = []
    for week, day in enumerate(weeks):
        for team, name in enumerate(people.team_names):
            habit = TEAMS[team % len(TEAMS)] == COACHED_TEAM and day >= stories.coaching_starts
            practice = (24 if habit else 8) + (week * 3 + team) % 9
            productivity = (8 if habit else 4) + (week + team) % 3
            review = 20 if habit else 27
            rows.append((day, name, 60, practice, productivity, review, 60 - practice - productivity - review))
    names = (
        "held_on", "team", "minutes", "best_practice_minutes", "productivity_minutes", "deal_review_minutes",
        "anecdote_minutes",
    )  # fmt: skip
    frame = pl.DataFrame({name: [r[i] for r in rows] for i, name in enumerate(names)})
    return frame.with_columns(dates(frame["held_on"].to_numpy()).alias("held_on"))


def hours_table(rng: np.random.Generator, stories: Stories, people: People) -> pl.DataFrame:
    """`hours` by rep and week, in half hours; the superstar works ten hours of overtime."""
    span = stories.span
    weeks = span.mondays[span.mondays >= span.first]
    week, rep = (grid.ravel() for grid in np.meshgrid(weeks, np.arange(people.reps), indexing="ij"))
    there = (week >= people.hired[rep]) & (week < people.left[rep])
    week, rep = week[there], rep[there]
    n = len(rep)
    sick = np.where(rng.random(n) < 0.035, rng.integers(1, 4, n), 0)
    part = 1 - sick / 5
    selling = np.round(2 * part * np.clip(rng.normal(23.5, 2.5, n), 14, 32)) / 2
    other = np.round(2 * part * np.clip(rng.normal(14.5, 1.5, n), 9, 20)) / 2
    star = rep == people.superstar
    overtime = np.round(2 * np.where(star, rng.uniform(7, 13, n), np.maximum(0, rng.normal(1.0, 1.3, n)))) / 2
    return pl.DataFrame(
        {
            "rep": people.ids.gather(rep),
            "week_starting": dates(week),
            "selling_hours": selling,
            "other_hours": other,
            "overtime_hours": overtime,
            "sick_days": sick,
        }
    )
