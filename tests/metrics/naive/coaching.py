"""Coaching and training, naively: session by session, meeting by meeting, rep by rep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.metrics.naive.keys import Answer, Cell, View, grouped, naive, ratio
from tests.metrics.naive.periods import ONE, end_of, periods
from tests.metrics.naive.worlds import Row

HALF_LIFE, LINE = 180, 0.5


def share(groups: dict[Any, list[Row]], top: Callable[[Row], Any], bottom: Callable[[Row], Any]) -> Answer:
    """Σ top / Σ bottom of each group, resting on its rows."""
    return {
        p: Cell(ratio(sum(top(r) for r in rows), sum(bottom(r) for r in rows)), len(rows)) for p, rows in groups.items()
    }


def _one(row: Row) -> int:
    return 1


@naive("coaching_adherence")
def coaching_adherence(view: View) -> Answer:
    """A session counts once, where its attendee with the lowest id belongs."""
    first: dict[int, Row] = {}
    for row in view.whole["coaching_sessions"]:
        if row["session_id"] not in first or row["rep_id"] < first[row["session_id"]]["rep_id"]:
            first[row["session_id"]] = row
    mine = grouped(
        view, "coaching_sessions", "day",
        lambda r: r["planned"] and r["day"] <= view.as_of and first[r["session_id"]] is r,
    )  # fmt: skip
    return share(mine, lambda r: r["held"], _one)


@naive("coach_rating")
def coach_rating(view: View) -> Answer:
    """Five answers at least, so that none can be told."""
    rated = grouped(view, "coaching_sessions", "day", lambda r: r["held"] and r["useful"] is not None)
    return {
        p: Cell(Fraction(sum(r["useful"] for r in rows), len(rows)) if len(rows) >= 5 else None, len(rows))
        for p, rows in rated.items()
    }


def _customer_meeting(row: Row, as_of: date) -> bool:
    with_whom = row.get("account_id") is not None or row.get("deal_id") is not None
    when = row["day"] is not None and row["day"] <= as_of
    return row["kind"].lower() in ("meeting", "demo") and with_whom and when and row.get("rep_id") is not None


def _talked(view: View, meeting: Row, kind: str, low: int, high: int, loose: int) -> bool:
    """Whether a session on the meeting's deal lies low … high days from it, or one on no deal loose … high days."""
    for session in view.whole["coaching_sessions"]:
        if not session["held"] or session["kind"].lower() != kind or session["rep_id"] != meeting["rep_id"]:
            continue
        gap = (session["day"] - meeting["day"]).days
        if session["deal_id"] is None and loose <= gap <= high:
            return True
        if session["deal_id"] is not None and session["deal_id"] == meeting["deal_id"] and low <= gap <= high:
            return True
    return False


@naive("prebrief_rate")
def prebrief_rate(view: View) -> Answer:
    held = grouped(view, "activities", "day", lambda r: _customer_meeting(r, view.as_of))
    return share(held, lambda r: _talked(view, r, "pre_brief", -7, 0, -1), _one)


@naive("debrief_rate")
def debrief_rate(view: View) -> Answer:
    """48 hours are two days. A meeting that can still get its debrief in time is not judged yet."""

    def judged(row: Row) -> bool:
        if not _customer_meeting(row, view.as_of):
            return False
        return row["day"] + 2 * ONE <= view.as_of or _talked(view, row, "debrief", 0, 2, 0)

    return share(grouped(view, "activities", "day", judged), lambda r: _talked(view, r, "debrief", 0, 2, 0), _one)


@naive("commitments_kept")
def commitments_kept(view: View) -> Answer:
    due = grouped(view, "commitments", "due", lambda r: r["due"] <= view.as_of)
    return share(due, lambda r: r["done"] is not None and r["done"] <= r["due"], _one)


@naive("best_practice_share")
def best_practice_share(view: View) -> Answer:
    meetings = grouped(view, "sales_meetings", "day")
    return share(meetings, lambda r: r["best_practice"] + r["productivity"], lambda r: r["minutes"])


def _spans(view: View, first: date) -> dict[Any, tuple[date, date]]:
    """First and last day of each period up to as-of."""
    if view.grain == "all":
        return {"all": (first, view.as_of)}
    return {
        p: (p, min(end_of(view.grain, p) - ONE, view.as_of))
        for p in periods(view.grain, first, view.as_of, view.fiscal)
    }


def _was_there(rep: Row, low: date, high: date) -> bool:
    """Whether a rep was employed on any of the days."""
    hired = rep["hired"] is None or rep["hired"] <= high
    return bool(rep["is_rep"] and hired and (rep["left"] is None or rep["left"] > low))


@naive("training_hours")
def training_hours(view: View) -> Answer:
    def counts(row: Row) -> bool:
        return row["hours"] is not None and row["day"] <= view.as_of

    days = [r["day"] for r in view.whole["trainings"] if counts(r)]
    if not days:
        return {}
    answer: Answer = {}
    for period, (low, high) in _spans(view, min(days)).items():
        given = [r for r in view.rows["trainings"] if counts(r) and low <= r["day"] <= high]
        people = sum(_was_there(rep, low, high) for rep in view.rows["reps"])
        if given or people:
            hours = Fraction(sum(r["hours"] for r in given), 10_000)
            answer[period] = Cell(ratio(hours, people), len(given))
    return answer


def _is_current(view: View, rep: int, topic: str, day: date) -> bool:
    """Whether a rep's latest training on a topic holds on a day."""
    current: bool = view.once(("current", rep, topic, day), lambda: _holds(view, rep, topic, day))
    return current


def _holds(view: View, rep: int, topic: str, day: date) -> bool:
    taught = [
        r["day"] for r in view.whole["trainings"] if r["rep_id"] == rep and r["topic"] == topic and r["day"] <= day
    ]
    changed = [r["day"] for r in view.whole["change_events"] if r["topic"] == topic and r["day"] <= day]
    if not taught or (changed and max(changed) > max(taught)):
        return False
    return bool(0.5 ** ((day - max(taught)).days / HALF_LIFE) >= LINE)


def _current(view: View) -> dict[Any, dict[str, tuple[int, int]]]:
    """(current reps, active reps) by period and topic."""
    rows = [*view.whole["trainings"], *view.whole["change_events"]]
    days = [r["day"] for r in rows if r["day"] <= view.as_of]
    found: dict[Any, dict[str, tuple[int, int]]] = {}
    for period, (_, last) in (_spans(view, min(days)) if days else {}).items():
        active = [rep["rep_id"] for rep in view.rows["reps"] if _was_there(rep, last, last)]
        found[period] = {
            topic: (sum(_is_current(view, rep, topic, last) for rep in active), len(active))
            for topic in {r["topic"] for r in rows}
        }
    return found


@naive("training_currency")
def training_currency(view: View) -> Answer:
    answer: Answer = {}
    for period, topics in _current(view).items():
        good, pairs = (sum(side) for side in zip(*topics.values(), strict=True))
        if pairs:
            answer[period] = Cell(Fraction(good, pairs), pairs)
    return answer


@naive("training_currency_topic")
def training_currency_topic(view: View) -> Answer:
    return {
        (period, topic): Cell(Fraction(good, count), count)
        for period, topics in _current(view).items() for topic, (good, count) in topics.items() if count
    }  # fmt: skip


def month_back(day: date, months: int) -> date:
    """The same day of the month that many months earlier, or its last day."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    behind = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(min(day.day, (behind - first).days) - 1)
