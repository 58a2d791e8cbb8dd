"""Coaching given and received: hours by session and attendee, against the reps who were there to be coached."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Function, Parts, Timing, Unit, pooled, shaped
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.long import Long, long, pool, stack
from metrics.definitions.scene import Cut, Rows, Scene

FAMILY = "coaching and training"
HOUR = 600_000  # ten-thousandths of a minute
_SALES = (Function.SALES,)


@pooled(
    "coaching_hours", "Coaching hours", Unit.HOURS, frame="coaching_sessions", day="day", family=FAMILY,
    functions=_SALES, timing=Timing.LEAD, moves="win_rate", numerator_scale=HOUR, zero=True,
    formula="Hours of coaching received: a group session counts once for each attendee.",
    why="Coaching is the work that brings the next revenue.",
)  # fmt: skip
def coaching_hours(sessions: Rows, scene: Scene) -> Parts:
    """Σ minutes over sessions held and attendees."""
    held = sessions["held"]
    return Parts(np.where(held, sessions["minutes"], 0), rows=held)


@pooled(
    "coaching_hours_manager", "Coaching hours given", Unit.HOURS, frame="coaching_sessions", day="day", family=FAMILY,
    functions=_SALES, timing=Timing.LEAD, moves="coaching_hours", numerator_scale=HOUR, zero=True, dims=("team",),
    formula="Hours of coaching given: a session counts once, however many attend (in the team of one attendee).",
    why="What it costs in managers' time.",
)  # fmt: skip
def coaching_hours_manager(sessions: Rows, scene: Scene) -> Parts:
    """Σ minutes over sessions held, each once."""
    once = sessions["held"] & one_each(sessions)
    return Parts(np.where(once, sessions["minutes"], 0), n=once, rows=sessions["held"])


def one_each(sessions: Rows) -> np.ndarray:
    """One row of each session: that of the attendee with the lowest id."""
    order = np.lexsort((sessions["rep_id"], sessions["session_id"]))
    number = sessions["session_id"][order]
    chosen = np.zeros(len(sessions), dtype=bool)
    chosen[order[np.flatnonzero(np.append(True, number[1:] != number[:-1])[: number.size])]] = True
    return chosen


@dataclass(frozen=True)
class Presence:
    """Days [start, end) on which each rep was there, within the time for which coaching is logged."""

    rep: Ints
    member: Ints
    start: Ints
    end: Ints


def presence(cut: Cut) -> Presence:
    """Reps from the Monday of the first logged session (or their own first day) up to `as_of` or their last day."""
    reps, sessions = cut.scene.rows("reps"), cut.scene.rows("coaching_sessions")
    days = sessions.days("day")
    days = days[days <= cut.scene.as_of]
    if not days.size:
        none = np.zeros(0, dtype=np.int64)
        return Presence(none, none, none, none)
    first = int((days.min() + 3) // 7 * 7 - 3)  # 1970-01-01 was a Thursday
    hired = np.where(np.isnat(reps["hired"]), first, reps.days("hired"))
    start, end = np.maximum(hired, first), np.minimum(reps.days("left"), cut.scene.as_of + 1)
    there = reps["is_rep"] & (end > start)
    return Presence(reps["rep_id"][there], cut.codes("reps")[there], start[there], end[there])


@shaped(
    "coaching_hours_per_rep_week", "Coaching hours per rep and week", Unit.HOURS, reads=("coaching_sessions", "reps"),
    family=FAMILY, functions=_SALES, timing=Timing.LEAD, moves="win_rate", numerator_scale=HOUR, denominator_scale=7,
    empty="no active reps", zero=True,
    formula="Hours of coaching received divided by active rep-weeks (days reps were there, divided by 7).",
    why="The lead measure a manager moves every week.",
)  # fmt: skip
def coaching_hours_per_rep_week(cut: Cut) -> Long:
    """rep-hours / rep-weeks; n = sessions attended."""
    there, sessions = presence(cut), cut.scene.rows("coaching_sessions")
    held = sessions["held"] & (sessions.days("day") <= cut.scene.as_of)
    length = there.end - there.start
    row = np.repeat(np.arange(length.size), length)
    day = there.start[row] + np.arange(row.size) - np.repeat(np.cumsum(length) - length, length)
    zeros, ones = np.zeros(row.size, dtype=np.int64), np.ones(row.size, dtype=np.int64)
    count = int(held.sum())
    return pool(
        cut,
        np.concatenate([sessions.days("day")[held], day]),
        np.concatenate([cut.codes("coaching_sessions")[held], there.member[row]]),
        numerator=np.concatenate([sessions["minutes"][held], zeros]),
        denominator=np.concatenate([np.zeros(count, dtype=np.int64), ones]),
        n=np.concatenate([np.ones(count, dtype=np.int64), zeros]),
    )


@shaped(
    "coaching_coverage", "Coaching coverage", Unit.RATE, reads=("coaching_sessions", "reps"), family=FAMILY,
    functions=_SALES, timing=Timing.LEAD, moves="win_rate", empty="no active reps",
    formula="Share of active reps who received at least the policy's hours a week, on average over the period.",
    why="An average hides those who get nothing.",
)  # fmt: skip
def coaching_coverage(cut: Cut) -> Long:
    """Reps at or above the line / active reps; n = active reps."""
    there = presence(cut)
    tables = []
    for grain in cut.grains:
        if not there.rep.size:
            break
        if grain is Grain.ALL:
            starts, ends = np.array([np.iinfo(np.int32).min]), np.array([cut.scene.as_of + 1])
        else:
            periods = cut.periods(grain, int(there.start.min()), cut.scene.as_of)
            starts = np.array([p.start for p in periods], dtype="datetime64[D]").astype(np.int64)
            ends = np.array([p.end for p in periods], dtype="datetime64[D]").astype(np.int64)
        days = np.minimum(there.end[:, None], ends) - np.maximum(there.start[:, None], starts)
        active = days > 0
        enough = active & _enough(cut, there, starts, ends, days)
        members, row = np.unique(there.member, return_inverse=True)
        top, bottom = _by_member(enough, row, members.size), _by_member(active, row, members.size)
        who, column = np.nonzero(bottom)
        period = np.full(column.size, UNDATED) if grain is Grain.ALL else starts[column]
        n = bottom[who, column]
        tables.append(long(grain, period, members[who], numerator=top[who, column], denominator=n, n=n))
    return stack(tables)


def _enough(cut: Cut, there: Presence, starts: Ints, ends: Ints, days: Ints) -> np.ndarray:
    """Which reps (rows) got the policy's weekly hours in which periods (columns), compared without rounding."""
    sessions = cut.scene.rows("coaching_sessions")
    day, rep = sessions.days("day"), sessions["rep_id"]
    order = np.argsort(there.rep)
    row = np.minimum(np.searchsorted(there.rep[order], rep), there.rep.size - 1)
    place = order[row]
    column = np.searchsorted(starts, day, side="right") - 1
    used = sessions["held"] & (there.rep[place] == rep) & (column >= 0) & (day <= cut.scene.as_of)
    used &= day < ends[np.maximum(column, 0)]
    minutes = np.zeros(days.shape, dtype=np.int64)
    np.add.at(minutes, (place[used], column[used]), sessions["minutes"][used])
    line = Fraction(str(cut.setting.policy.coaching_hours_per_week)) * HOUR
    return np.asarray(minutes * 7 * line.denominator >= days * line.numerator)


def _by_member(flags: np.ndarray, row: Ints, size: int) -> Ints:
    table = np.zeros((size, flags.shape[1]), dtype=np.int64)
    np.add.at(table, row, flags.astype(np.int64))
    return table
