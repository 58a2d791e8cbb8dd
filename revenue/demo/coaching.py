"""Coaching sessions: one-on-ones and practice by the week, pre-briefs and debriefs around customers' meetings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.activities import DEMO, MEETING, Activities
from revenue.demo.columns import dates
from revenue.demo.people import SIZES, TEAMS, People
from revenue.demo.span import Days, monday
from revenue.demo.stories import COACHED_TEAM, SILENT_TEAM, Stories

KINDS = ("one_on_one", "pre_brief", "debrief", "ride_along", "call_review", "role_play", "group")
ONE_ON_ONE, PRE_BRIEF, DEBRIEF, RIDE_ALONG, CALL_REVIEW, ROLE_PLAY, GROUP = range(7)
TOPICS = ("Discovery", "Negotiation", "Value selling", "Next steps", "Objections", "Account plan")
_COACHED, _SILENT = TEAMS.index(COACHED_TEAM), TEAMS.index(SILENT_TEAM)
# Chance of a session a week and rep, and its minutes: before or without coaching as a habit, and with it.
_SELDOM = ((ONE_ON_ONE, 0.20, 30), (RIDE_ALONG, 0.03, 90), (CALL_REVIEW, 0.05, 20))
_HABIT = ((ONE_ON_ONE, 0.85, 30), (ROLE_PLAY, 0.35, 25), (CALL_REVIEW, 0.40, 20), (RIDE_ALONG, 0.10, 90))


@dataclass(frozen=True)
class Sessions:
    """Coaching sessions, columns of equal length; `deal_id` empty where the session was about no deal."""

    manager: NDArray[np.int64]
    rep: NDArray[np.int64]
    day: Days
    minutes: NDArray[np.int64]
    kind: NDArray[np.int64]
    deal_id: pl.Series


def weekly_sessions(rng: np.random.Generator, stories: Stories, people: People) -> Sessions:
    """Sessions by rep and week. The coached team's become a habit on its first day; the silent team's end."""
    span = stories.span
    weeks, reps = span.mondays, np.arange(people.reps)
    week, rep = (grid.ravel() for grid in np.meshgrid(weeks, reps, indexing="ij"))
    habit = (people.kind()[rep] == _COACHED) & (week >= stories.coaching_starts)
    rows: list[tuple[NDArray[np.int64], ...]] = []
    for chances, who in ((_SELDOM, ~habit), (_HABIT, habit)):
        for what, chance, usual in chances:
            at = np.flatnonzero(who & (rng.random(len(rep)) < chance))
            length = usual + 5 * rng.integers(-1, 3, len(at))
            rows.append((rep[at], week[at] + rng.integers(0, 5, len(at)), length, np.full(len(at), what)))
    rows.append(_everybody_else_this_week(stories, people))
    rep, day, minutes, kind = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    silent = (people.kind()[rep] == _SILENT) & (day > stories.silent_since)
    kept = (day >= np.maximum(span.first, people.hired[rep])) & (day < people.left[rep]) & (day <= span.last) & ~silent
    rep, day, minutes, kind = rep[kept], day[kept], minutes[kept], kind[kept]
    return Sessions(people.managers[rep], rep, day, minutes, kind, pl.Series([None] * len(rep), dtype=pl.String))


def _everybody_else_this_week(stories: Stories, people: People) -> tuple[NDArray[np.int64], ...]:
    """In the last days two reps of every team but the silent one have had their one-on-one."""
    starts = np.searchsorted(people.team[: people.reps], np.arange(len(people.team_names)))
    rep = np.concatenate([starts + 1, starts + 2])
    day = np.full(len(rep), int(monday(stories.span.last)) + 1)
    return rep, day, np.full(len(rep), 30), np.full(len(rep), ONE_ON_ONE)


def meeting_sessions(
    rng: np.random.Generator,
    stories: Stories,
    people: People,
    activities: Activities,
    deal_ids: pl.Series,
    share: float,
) -> Sessions:
    """Pre-briefs (the same day or the day before) and debriefs (the day after) of meetings and demos about a deal.

    `share` thins them in larger companies, whose deals grow faster than their managers' time.
    """
    met = np.isin(activities.kind, (MEETING, DEMO)) & (activities.deal >= 0) & (activities.rep < people.reps)
    at = np.flatnonzero(met & (activities.rep != people.superstar))
    rep, day = activities.rep[at], activities.day[at]
    coached = (people.kind()[rep] == _COACHED) & (day >= stories.coaching_starts)
    silent = people.kind()[rep] == _SILENT
    before = rng.random(len(at)) < np.where(coached, 0.55, 0.09) * share
    after = rng.random(len(at)) < np.where(coached, 0.48, 0.06) * share
    weekday = (day + 3) % 7
    eve = rng.integers(0, 2, len(at)) * (weekday > 0)  # a Monday's meeting is prepared on the day
    after &= weekday < 4  # nobody comes in on a Saturday to talk about a Friday's
    parts = [
        (rep[before], day[before] - eve[before], 15, PRE_BRIEF, at[before]),
        (rep[after], day[after] + 1, 20, DEBRIEF, at[after]),
    ]
    rep, day = (np.concatenate([p[i] for p in parts]) for i in (0, 1))
    minutes, kind = (np.concatenate([np.full(len(p[0]), p[i]) for p in parts]) for i in (2, 3))
    deal = activities.deal[np.concatenate([p[4] for p in parts])]
    silent = (people.kind()[rep] == _SILENT) & (day > stories.silent_since)
    kept = ~silent & (day <= stories.span.last) & (day >= stories.span.first)
    return Sessions(
        people.managers[rep[kept]], rep[kept], day[kept], minutes[kept], kind[kept], deal_ids.gather(deal[kept])
    )


def table(rng: np.random.Generator, sessions: Sessions, people: People, stories: Stories) -> pl.DataFrame:
    """`coaching_sessions` in the plain format, one rep each, sorted by day."""
    order = np.lexsort((sessions.kind, sessions.rep, sessions.day))
    rep, day, kind = sessions.rep[order], sessions.day[order], sessions.kind[order]
    n = len(order)
    habit = (people.kind()[rep] == _COACHED) & (day >= stories.coaching_starts)
    useful = np.where(habit, 5 - (rng.random(n) < 0.35) - (rng.random(n) < 0.1), 4 - rng.integers(0, 3, n))
    answered = rng.random(n) < 0.6
    names = pl.Series(people.name)
    return pl.DataFrame(
        {
            "manager": names.gather(sessions.manager[order]),
            "rep": people.ids.gather(rep),
            "held_on": dates(day),
            "minutes": sessions.minutes[order],
            "kind": pl.Series(KINDS).gather(kind),
            "deal_id": sessions.deal_id.gather(order),
            "topic": pl.Series(TOPICS).gather((rep * 3 + day) % len(TOPICS)),
            "planned": pl.Series(["no", "yes"]).gather((rng.random(n) < np.where(habit, 0.9, 0.6)).astype(np.int64)),
            "useful": pl.Series(useful.astype(np.int64)).set(pl.Series(~answered), None),
        }
    )


def group_table(stories: Stories, people: People) -> pl.DataFrame:
    """One practice session a quarter for each whole team: a row with its reps separated by semicolons."""
    rows = []
    for month in stories.span.months[::3]:
        at = int(monday((month - stories.span.start).days + stories.span.first + 13)) + 2
        for team, name in enumerate(people.team_names):
            silent = team % len(SIZES) == _SILENT and at > stories.silent_since
            here = [r for r in range(people.reps) if people.team[r] == team and people.hired[r] <= at < people.left[r]]
            if at <= stories.span.last and not silent:
                rows.append((people.name[people.reps + team], ";".join(people.ids.gather(here)), at, name))
    n = len(rows)
    return pl.DataFrame(
        {
            "manager": [r[0] for r in rows],
            "rep": [r[1] for r in rows],
            "held_on": dates(np.array([r[2] for r in rows])),
            "minutes": [45] * n,
            "kind": ["group"] * n,
            "deal_id": pl.Series([None] * n, dtype=pl.String),
            "topic": [TOPICS[i % len(TOPICS)] for i in range(n)],
            "planned": ["yes"] * n,
            "useful": pl.Series([None] * n, dtype=pl.Int64),
        }
    )


def rep_minutes(frames: Iterable[pl.DataFrame]) -> int:
    """Minutes that reps were coached: a group session counts once per attendee."""
    attendees = pl.col("rep").str.count_matches(";") + 1
    return sum(int(f.select((pl.col("minutes") * attendees).sum()).item() or 0) for f in frames)
