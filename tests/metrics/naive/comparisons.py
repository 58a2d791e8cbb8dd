"""Growth, run rate, targets and attainment, naively."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.metrics.naive.keys import Answer, View, money, naive, ratio
from tests.metrics.naive.periods import ONE, before, end_of, month_after, periods, same_dates, year_before
from tests.metrics.naive.worlds import Row


def _between(view: View, start: date, end: date) -> list[Row]:
    return [r for r in view.rows["lines"] if r["day"] and start <= r["day"] < end]


def _first(view: View) -> date | None:
    days = [r["day"] for r in view.whole["lines"] if r["day"]]
    return min(days) if days else None


def _growth(view: View, grains: tuple[str, ...], base_of: Callable[[date], date]) -> Answer:
    first = _first(view)
    if view.grain not in grains or first is None:
        return {}
    answer: Answer = {}
    for start in periods(view.grain, first, view.as_of, view.fiscal):
        base = base_of(start)
        now = sum(r["net"] for r in _between(view, start, min(end_of(view.grain, start), view.as_of + ONE)))
        was = sum(r["net"] for r in _between(view, base, same_dates(view.grain, start, base, view.as_of)))
        answer[start] = Fraction(now - was, was) if was > 0 else None
    return answer


@naive("growth_wow")
def growth_wow(view: View) -> Answer:
    return _growth(view, ("week",), lambda start: start - 7 * ONE)


@naive("growth_mom")
def growth_mom(view: View) -> Answer:
    return _growth(view, ("month",), lambda start: before("month", start))


@naive("growth_qoq")
def growth_qoq(view: View) -> Answer:
    return _growth(view, ("quarter",), lambda start: before("quarter", start))


@naive("growth_yoy")
def growth_yoy(view: View) -> Answer:
    def base_of(start: date) -> date:
        return start - timedelta(364) if view.grain == "week" else year_before(start)

    return _growth(view, ("week", "month", "quarter", "year"), base_of)


@naive("growth_ttm")
def growth_ttm(view: View) -> Answer:
    first = _first(view)
    if view.grain not in ("month", "quarter", "year") or first is None:
        return {}
    answer: Answer = {}
    for start in periods(view.grain, first, view.as_of, view.fiscal):
        end = min(end_of(view.grain, start), view.as_of + ONE)
        middle, low = year_before(end), year_before(year_before(end))
        if (end.month, end.day) == (2, 29):
            low = low.replace(day=28)
        now, was = (sum(r["net"] for r in _between(view, a, b)) for a, b in ((middle, end), (low, middle)))
        judged = low >= first.replace(day=1) and was > 0
        answer[start] = Fraction(now - was, was) if judged else None
    return answer


@naive("run_rate")
def run_rate(view: View) -> Answer:
    first = _first(view)
    if view.grain == "week" or first is None:
        return {}
    answer: Answer = {}
    for month in periods("month", first, view.as_of, 1):
        if month_after(month, 1) - ONE <= view.as_of:
            lines = _between(view, month, month_after(month, 1))
            answer[view.bucket(month)] = 12 * money(sum(r["net"] for r in lines)) if lines else None
    return answer


def _in_scope(view: View, row: Row) -> bool:
    for dim in ("team", "rep", "segment", "source_function"):
        if dim == "team" and "rep" in view.by and "team" not in view.by:
            continue
        if (row.get(dim) is not None) != (dim in view.by):
            return False
    return True


def daily(view: View) -> dict[date, int]:
    """The target of each day that has one."""
    spans: dict[tuple[date, date], int] = {}
    for row in view.rows["targets"]:
        if row["metric"] in ("net_revenue", "revenue") and _in_scope(view, row):
            spans[row["start"], row["end"]] = spans.get((row["start"], row["end"]), 0) + row["amount"]
    laid: dict[date, tuple[Any, int]] = {}
    for (start, end), amount in spans.items():
        length, given = (end - start).days, 0
        for step in range(length):
            upto = (Fraction(amount * (step + 1), length) + Fraction(1, 2)).__floor__()
            day, share, given = start + timedelta(step), upto - given, upto
            rank = (length, -start.toordinal())
            if day not in laid or rank < laid[day][0]:
                laid[day] = (rank, share)
    return {day: share for day, (_, share) in laid.items()}


@naive("target")
def target(view: View) -> Answer:
    answer: Answer = {}
    for day, share in daily(view).items():
        answer[view.bucket(day)] = Fraction(answer.get(view.bucket(day)) or 0) + money(share)
    return answer


@naive("attainment")
def attainment(view: View) -> Answer:
    top: dict[Any, int] = {}
    bottom: dict[Any, int] = {}
    laid = daily(view)
    for day, share in laid.items():
        if day <= view.as_of:
            bottom[view.bucket(day)] = bottom.get(view.bucket(day), 0) + share
    for row in view.rows["lines"]:
        if row["day"] in laid and row["day"] <= view.as_of:
            top[view.bucket(row["day"])] = top.get(view.bucket(row["day"]), 0) + row["net"]
    return {p: ratio(top.get(p, 0), share) for p, share in bottom.items()}
