"""From visitor to won, from dial to won, by motion, and the joint target, naively."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any

from tests.metrics.naive.comparisons import daily
from tests.metrics.naive.first import win_rate
from tests.metrics.naive.keys import Answer, Cell, View, grouped, money, naive, ratio
from tests.metrics.naive.quality import POLICY
from tests.metrics.naive.worlds import Row

STEPS = ("lead → MQL", "MQL → SQL", "SQL → opportunity", "opportunity → won")
COLD = ("dial → connect", "connect → meeting", "meeting → opportunity", "opportunity → won")
CONNECTED = ("connect", "answer", "spoke", "conversation", "meeting", "interested", "callback")
NEGATED = ("no", "not", "never", "without")


def reached(outcome: str) -> bool:
    """Word by word: somebody was reached if a word says so and none before it takes it back, but by no machine."""
    words = re.findall(r"[a-z]+", outcome.lower())
    if any("machine" in word or "voicemail" in word for word in words):
        return False
    said = False
    for before, word in pairwise(["", *words]):
        if word.startswith(CONNECTED):
            if before in NEGATED and not word.startswith("interested"):
                return False
            said = True
    return said


def nobody(outcome: str) -> bool:
    """Nobody was spoken to, in so many words."""
    said = " ".join(re.findall(r"[a-z]+", outcome.lower()))
    spoken = ("connect", "answer", "spoke", "conversation", "meeting", "callback")
    missed = any(f"{no} {word}" in f" {said}" for no in NEGATED for word in spoken)
    missed = missed or "machine" in said or "voicemail" in said or any(
        f" {each} " in f" {said} "
        for each in ("busy", "unanswered", "disconnected", "unreachable", "wrong number", "left message",
                     "left a message", "no show")
    )  # fmt: skip
    return missed and not reached(outcome)


def _conversions(counts: dict[Any, list[bool]]) -> Answer:
    return {place: Cell(Fraction(sum(went), len(went)), len(went)) for place, went in counts.items()}


@naive("funnel_conversion")
def funnel_conversion(view: View) -> Answer:
    """A later step implies the earlier ones."""
    won = {r["deal_id"]: r["is_won"] for r in view.whole["deals"]}
    counts: dict[Any, list[bool]] = {}
    for visitor in view.rows["visitors"]:
        place = view.bucket(visitor["day"]), "visitor → lead", visitor["channel"] or "unknown"
        counts.setdefault(place, []).append(visitor["became_lead"])
    for lead in view.rows["leads"]:
        opened = lead["deal_id"] in won
        sql = opened or lead["sql"] is not None
        mql = sql or lead["mql"] is not None
        steps = (True, mql, sql, opened, opened and won[lead["deal_id"]])
        for step, (now, then) in zip(STEPS, pairwise(steps), strict=True):
            if now:
                place = view.bucket(lead["created"]), step, lead["channel"] or "unknown"
                counts.setdefault(place, []).append(then)
    return _conversions(counts)


def _soon(day: date | None, when: date | None) -> bool:
    """Within ninety days after the call."""
    return day is not None and when is not None and day <= when <= day + timedelta(90)


@naive("cold_call_yield")
def cold_call_yield(view: View) -> Answer:
    """Counted in calls: connected, then a meeting, then a deal, then one that was won."""
    counts: dict[Any, list[bool]] = {}
    for call in view.rows["activities"]:
        if call["kind"].lower() != "call" or not call["cold"]:
            continue
        account, day = call["account_id"], call["day"]
        deals = [
            r for r in view.whole["deals"]
            if account is not None and r["account_id"] == account and _soon(day, r["created"])
        ]  # fmt: skip
        met = (
            account is not None
            and not nobody(call["outcome"] or "")
            and any(
                r["kind"].lower() in ("meeting", "demo") and r["account_id"] == account and _soon(day, r["day"])
                for r in view.whole["activities"]
            )
        )
        spoke = met or reached(call["outcome"] or "")
        steps = (True, spoke, met, met and bool(deals), met and any(r["is_won"] for r in deals))
        for step, (now, then) in zip(COLD, pairwise(steps), strict=True):
            if now:
                counts.setdefault((view.bucket(day), step), []).append(then)
    return _conversions(counts)


def _by_motion(view: View, rows: dict[Any, list[Row]]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for period, deals in rows.items():
        for deal in deals:
            found.setdefault((period, deal["motion"] or "unknown"), []).append(deal)
    return found


@naive("motion_mix")
def motion_mix(view: View) -> Answer:
    won = _by_motion(view, grouped(view, "deals", "close", lambda r: r["is_won"]))
    return {place: money(sum(r["amount"] or 0 for r in rows)) for place, rows in won.items()}


@naive("motion_win_rate")
def motion_win_rate(view: View) -> Answer:
    closed = _by_motion(view, grouped(view, "deals", "close", lambda r: r["is_closed"]))
    return _conversions({place: [r["is_won"] for r in rows] for place, rows in closed.items()})


@naive("motion_cycle_days")
def motion_cycle_days(view: View) -> Answer:
    dated = grouped(view, "deals", "close", lambda r: r["is_won"] and r["close"] and r["created"])
    return {
        place: Cell(Fraction(median((r["close"] - r["created"]).days for r in rows)), len(rows))
        for place, rows in _by_motion(view, dated).items()
    }


def _joint(view: View) -> dict[date, int]:
    """The joint target of each day; the revenue target where the company has no joint one."""
    named = [r for r in view.whole["targets"] if r["metric"].lower() in ("joint", "joint_revenue")]
    renamed = {"targets": [{**r, "metric": "net_revenue"} for r in named]}
    laid = daily(View(renamed, view.whole, view.as_of, view.grain, view.fiscal, view.by))
    return laid or daily(view)


@naive("joint_attainment")
def joint_attainment(view: View) -> Answer:
    laid = {day: share for day, share in _joint(view).items() if day <= view.as_of}
    top: dict[Any, int] = {}
    bottom: dict[Any, int] = {}
    count: dict[Any, int] = {}
    for day, share in laid.items():
        bottom[view.bucket(day)] = bottom.get(view.bucket(day), 0) + share
    for row in view.rows["lines"]:
        if row["day"] in laid:
            top[view.bucket(row["day"])] = top.get(view.bucket(row["day"]), 0) + row["net"]
            count[view.bucket(row["day"])] = count.get(view.bucket(row["day"]), 0) + 1
    return {p: Cell(ratio(top.get(p, 0), share), count.get(p, 0)) for p, share in bottom.items()}


def _paid(attained: Fraction) -> Fraction:
    """The share of the pool: straight lines between the points of the curve and on beyond the last, up to the cap."""
    points = [(Fraction(x), Fraction(y)) for x, y in POLICY.bonus.curve]
    for (x0, y0), (x1, y1) in pairwise(points):
        if attained <= x1 or x1 == points[-1][0]:
            return min(y0 + (y1 - y0) * (attained - x0) / (x1 - x0), Fraction(POLICY.bonus.cap))
    raise AssertionError("the curve has no points")


@naive("joint_bonus")
def joint_bonus(view: View) -> Answer:
    """Nobody is paid under the threshold, or while the gate of any function is shut."""
    answer: Answer = {}
    if view.grain != "quarter":
        return answer
    wins = win_rate(view)
    for period, cell in joint_attainment(view).items():
        gate = wins.get(period)
        gate = gate.value if isinstance(gate, Cell) else gate
        earned = cell.value is not None and cell.value >= Fraction(POLICY.bonus.threshold)
        open_ = gate is not None and gate >= Fraction(3, 10)
        for function, pool in POLICY.bonus.pool.items():
            if cell.value is None:
                answer[period, function] = Cell(None, 1, "there is no joint target")
            elif not (earned and open_):
                answer[period, function] = Cell(Fraction(0), 1)
            else:
                share = _paid(cell.value) * Fraction(pool)
                paid = (Decimal(share.numerator) / Decimal(share.denominator)).quantize(
                    Decimal("0.01"), ROUND_HALF_EVEN
                )
                answer[period, function] = Cell(Fraction(paid), 1)
    return answer
