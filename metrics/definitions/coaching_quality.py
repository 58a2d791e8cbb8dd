"""Whether the coaching that was planned happened, around the meetings that matter, and whether it helped."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from metrics.definitions.base import Function, Parts, Timing, Unit, pooled
from metrics.definitions.coaching_hours import one_each
from metrics.definitions.grouping import Ints
from metrics.definitions.scene import Rows, Scene

FAMILY = "coaching and training"
Flags = npt.NDArray[np.bool_]
_LEAD: dict[str, Any] = {"family": FAMILY, "functions": (Function.SALES,), "timing": Timing.LEAD, "moves": "win_rate"}


@pooled(
    "coaching_adherence", "Planned coaching held", Unit.RATE, frame="coaching_sessions", day="day", **_LEAD,
    dims=("team",), empty="no planned session", formula="Planned sessions held divided by sessions planned, up to "
    "today.",
    why="Coaching is the first thing a busy week pushes out.",
)  # fmt: skip
def coaching_adherence(sessions: Rows, scene: Scene) -> Parts:
    """held / planned, each session once (in the team of one attendee)."""
    planned = one_each(sessions) & sessions["planned"] & (sessions.days("day") <= scene.as_of)
    return Parts(planned & sessions["held"], planned, rows=planned)


@pooled(
    "coach_rating", "Reps' rating of coaching", Unit.INDEX, frame="coaching_sessions", day="day", **_LEAD,
    dims=("team",), hide_below=5, empty="fewer than five ratings",
    formula="Mean of the reps' own ratings (1–5) of the sessions they attended; shown at five ratings or more.",
    why="Only the coached can say whether it was useful.",
)  # fmt: skip
def coach_rating(sessions: Rows, scene: Scene) -> Parts:
    """Σ ratings / ratings."""
    rated = sessions["held"] & sessions["useful_known"]
    return Parts(np.where(rated, sessions["useful"], 0), rated, rows=rated)


def meetings(activities: Rows, scene: Scene) -> Flags:
    """Customer meetings up to `as_of`: meetings and demos with an account or a deal, and a rep."""
    with_customer = (activities["account_id"] >= 0) | (activities["deal_id"] >= 0)
    past = activities.days("day") <= scene.as_of
    return activities.isin("kind", {"meeting", "demo"}) & with_customer & past & (activities["rep_id"] >= 0)


def briefed(scene: Scene, kind: str, low: int, high: int, loose_low: int, loose_high: int) -> Flags:
    """Which activities are meetings with a session of `kind` by the same rep between `low` and `high` days of them.

    A session on the same deal counts within [low, high]; one that names no deal within [loose_low, loose_high].
    """
    activities, sessions = scene.rows("activities"), scene.rows("coaching_sessions")
    used = sessions["held"] & sessions.isin("kind", {kind})
    rep, deal, day = sessions["rep_id"][used], sessions["deal_id"][used], sessions.days("day")[used]
    met = np.flatnonzero(meetings(activities, scene))  # calls and mails are many times as many
    r, d, at = activities["rep_id"][met], activities["deal_id"][met], activities.days("day")[met]
    near = _near(rep, deal, day, r, d, at, low, high) & (d >= 0)
    near |= _near(rep, deal, day, r, np.full(met.size, -1, dtype=np.int64), at, loose_low, loose_high)
    found = np.zeros(len(activities), dtype=bool)
    found[met] = near
    return found


def _near(rep: Ints, deal: Ints, day: Ints, r: Ints, d: Ints, at: Ints, low: int, high: int) -> Flags:
    """Whether a (rep, deal, day) lies within [at + low, at + high] of each (r, d). Ids are -1 or above."""
    if not rep.size or not r.size:
        return np.zeros(r.size, dtype=bool)
    width = max(int(deal.max()), int(d.max())) + 2
    pairs, key = np.unique(rep * width + deal, return_inverse=True)
    mine = r * width + d
    place = np.minimum(np.searchsorted(pairs, mine), pairs.size - 1)
    safe = np.clip(at, int(day.min()) - 10_000, int(day.max()) + 10_000)
    base = min(int(day.min()), int(safe.min())) + min(low, 0) - 1
    span = max(int(day.max()), int(safe.max())) + max(high, 0) - base + 2
    known = np.sort(key * span + (day - base))
    moment = place * span + (safe - base)
    first, behind = np.searchsorted(known, moment + low, side="left"), np.searchsorted(known, moment + high, "right")
    return np.asarray((behind > first) & (pairs[place] == mine))


@pooled(
    "prebrief_rate", "Meetings with a pre-brief", Unit.RATE, frame="activities", day="day",
    reads=("coaching_sessions",), **_LEAD, empty="no customer meetings",
    formula="Customer meetings with a pre-brief before them, divided by customer meetings. A pre-brief on the deal "
    "counts "
    "for a week, one that names no deal on its day and the next.",
    why="A meeting prepared together is a meeting half won.",
)  # fmt: skip
def prebrief_rate(activities: Rows, scene: Scene) -> Parts:
    """Briefed meetings / meetings."""
    held = meetings(activities, scene)
    days = scene.setting.policy.prebrief_days
    return Parts(held & briefed(scene, "pre_brief", -days, 0, -1, 0), held, rows=held)


@pooled(
    "debrief_rate", "Meetings with a debrief", Unit.RATE, looks_ahead=True, frame="activities", day="day",
    reads=("coaching_sessions",), **_LEAD, empty="no customer meetings",
    formula="Customer meetings with a debrief within 48 hours, divided by customer meetings; meetings of the last "
    "two days "
    "count once they have one.",
    why="What is not talked about is not learned.",
)  # fmt: skip
def debrief_rate(activities: Rows, scene: Scene) -> Parts:
    """Debriefed meetings / meetings; days stand for hours, since exports date sessions by day."""
    days = -(-scene.setting.policy.debrief_hours // 24)
    done = briefed(scene, "debrief", 0, days, 0, days)
    held = meetings(activities, scene) & (done | (activities.days("day") + days <= scene.as_of))
    return Parts(held & done, held, rows=held)


@pooled(
    "commitments_kept", "Commitments kept", Unit.RATE, frame="commitments", day="due", **_LEAD,
    empty="no commitment due", formula="Commitments due and done on time divided by commitments due.",
    why="Coaching works through what is done afterwards.",
)  # fmt: skip
def commitments_kept(commitments: Rows, scene: Scene) -> Parts:
    """Done by the due day / due up to `as_of`."""
    due = commitments.days("due") <= scene.as_of
    return Parts(due & (commitments.days("done") <= commitments.days("due")), due, rows=due)


@pooled(
    "best_practice_share", "Meeting time on practice", Unit.RATE, frame="sales_meetings", day="day", **_LEAD,
    numerator_scale=10_000, denominator_scale=10_000, empty="no minutes of sales meetings",
    formula="Minutes of sales meetings on best practice and productivity divided by all their minutes.",
    why="Meetings that only tell stories teach nothing.",
)  # fmt: skip
def best_practice_share(sales_meetings: Rows, scene: Scene) -> Parts:
    """(practice + productivity) / all minutes."""
    return Parts(sales_meetings["best_practice"] + sales_meetings["productivity"], sales_meetings["minutes"])
