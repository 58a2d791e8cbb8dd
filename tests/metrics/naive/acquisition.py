"""New customers beside their process limits, the largest of them, and the interval of survival, naively."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import exp, log, sqrt
from typing import Any

from tests.metrics.naive.customers import MONTH, first_revenue, lifetime
from tests.metrics.naive.keys import Answer, Cell, View, naive
from tests.metrics.naive.periods import ONE, month_after, periods


@naive("new_logo_largest_share")
def new_logo_largest_share(view: View) -> Answer:
    brought: dict[Any, list[int]] = {}
    for account in view.rows["accounts"]:
        first = first_revenue(view, account["account_id"])
        if first is None:
            continue
        worth = sum(
            r["net"] for r in view.whole["lines"]
            if r["account_id"] == account["account_id"] and r["day"] and r["day"] <= view.as_of
            and view.bucket(r["day"]) == view.bucket(first)
        )  # fmt: skip
        if worth > 0:
            brought.setdefault(view.bucket(first), []).append(worth)
    return {period: Cell(Fraction(max(each), sum(each)), len(each)) for period, each in brought.items()}


def _limit(view: View, sign: int) -> Answer:
    firsts = [f for a in view.whole["accounts"] if (f := first_revenue(view, a["account_id"]))]
    months = periods("month", min(firsts), view.as_of, 1) if firsts else []
    full = [m for m in months if month_after(m, 1) - ONE <= view.as_of]
    counts = [sum(m <= f < month_after(m, 1) for f in firsts) for m in full]
    answer: Answer = {}
    for i in range(12, len(full)):
        past = counts[max(0, i - 24) : i]
        steps = [abs(b - a) for a, b in pairwise(past)]
        limit = sum(past) / len(past) + sign * 2.66 * sum(steps) / len(steps)
        answer[full[i]] = Cell(max(limit, 0.0), len(past))
    return answer


@naive("new_logos_low")
def new_logos_low(view: View) -> Answer:
    return _limit(view, -1)


@naive("new_logos_high")
def new_logos_high(view: View) -> Answer:
    return _limit(view, 1)


def _bound(view: View, sign: int) -> Answer:
    spans = [lifetime(view, a["account_id"]) for a in view.rows["accounts"] if first_revenue(view, a["account_id"])]
    answer: Answer = {}
    for month in range(1, 61):
        if month * MONTH > max((length for length, _ in spans), default=0):
            break
        left, spread, risk = 1.0, 0.0, len(spans)
        for day in sorted({length for length, ended in spans if ended and length <= month * MONTH}):
            risk = sum(length >= day for length, _ in spans)
            lost = sum(ended and length == day for length, ended in spans)
            left *= 1 - lost / risk
            spread += lost / (risk * (risk - lost)) if risk > lost else 0.0
        inside = 0.0 < left < 1.0
        power = exp(sign * 1.959963984540054 * sqrt(spread) / abs(log(left))) if inside else 1.0
        answer["all", f"{month:02d}"] = Cell(left**power, risk)
    return answer


@naive("survival_low")
def survival_low(view: View) -> Answer:
    return _bound(view, 1)


@naive("survival_high")
def survival_high(view: View) -> Answer:
    return _bound(view, -1)
