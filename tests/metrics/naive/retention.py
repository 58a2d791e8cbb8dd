"""Recurring revenue and customers, naively: every customer at every period's end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any

from tests.metrics.naive.keys import Answer, Cell, View, naive, ratio
from tests.metrics.naive.periods import ONE, end_of, periods
from tests.metrics.naive.worlds import Row

Ends = dict[int, Fraction]  # account → monthly value


def _running(row: Row, day: date) -> bool:
    return bool(row["starts"] <= day and (row["ends"] is None or row["ends"] > day))


def _ends(view: View, day: date) -> Ends:
    found: Ends = {}
    for row in view.rows["subscriptions"]:
        if _running(row, day):
            found[row["account_id"]] = found.get(row["account_id"], Fraction(0)) + Fraction(row["annual"], 120_000)
    return {account: value for account, value in found.items() if value > 0}


def _first(view: View) -> date | None:
    days = [
        r["starts"] for r in view.whole["subscriptions"]
        if r["starts"] <= view.as_of and (r["ends"] is None or r["ends"] > r["starts"])
    ]  # fmt: skip
    return min(days) if days else None


def _walk(view: View, grain: str) -> list[tuple[date, Ends, Ends, set[int]]]:
    """(period, opening, closing, customers seen at an earlier period's end)."""
    first = _first(view)
    if first is None:
        return []
    steps, opening, seen = [], Ends(), set[int]()
    for start in periods(grain, first, view.as_of, view.fiscal):
        closing = _ends(view, min(end_of(grain, start) - ONE, view.as_of))
        steps.append((start, opening, closing, set(seen)))
        seen |= set(closing)
        opening = closing
    return steps


def _parts(opening: Ends, closing: Ends, seen: set[int]) -> dict[str, Fraction]:
    parts = dict.fromkeys(("new", "reactivation", "expansion", "contraction", "churned"), Fraction(0))
    for account in {*opening, *closing}:
        was, now = opening.get(account, Fraction(0)), closing.get(account, Fraction(0))
        if not was:
            parts["reactivation" if account in seen else "new"] += now
        elif not now:
            parts["churned"] += was
        elif now > was:
            parts["expansion"] += now - was
        else:
            parts["contraction"] += was - now
    return parts


@naive("mrr")
def mrr(view: View) -> Answer:
    if view.grain == "all":
        return {"all": sum(_ends(view, view.as_of).values(), Fraction(0))}
    return {start: sum(closing.values(), Fraction(0)) for start, _, closing, _ in _walk(view, view.grain)}


@naive("arr")
def arr(view: View) -> Answer:
    return {p: None if v is None else 12 * Fraction(v) for p, v in mrr(view).items()}


def _movement(name: str) -> Callable[[View], Answer]:
    def answer(view: View) -> Answer:
        walk = _walk(view, "month" if view.grain == "all" else view.grain)
        found = {start: _parts(o, c, s)[name] for start, o, c, s in walk}
        return {"all": sum(found.values(), Fraction(0))} if view.grain == "all" else dict(found)

    return answer


for _name in ("new", "reactivation", "expansion", "contraction", "churned"):
    naive(f"mrr_{_name}")(_movement(_name))


@naive("mrr_fx")
def mrr_fx(view: View) -> Answer:
    """Random worlds have one currency."""
    return {key: Fraction(0) for key in _movement("new")(view)}


def _rate(formula: Callable[[Ends, Ends, dict[str, Fraction]], Any]) -> Callable[[View], Answer]:
    def answer(view: View) -> Answer:
        if view.grain == "all":
            return {}
        return {start: formula(o, c, _parts(o, c, s)) for start, o, c, s in _walk(view, view.grain)}

    return answer


def _total(ends: Ends) -> Fraction:
    return sum(ends.values(), Fraction(0))


naive("gross_mrr_churn")(_rate(lambda o, c, p: ratio(p["churned"] + p["contraction"], _total(o))))
naive("net_mrr_churn")(
    _rate(lambda o, c, p: ratio(p["churned"] + p["contraction"] - p["expansion"] - p["reactivation"], _total(o)))
)
naive("grr")(_rate(lambda o, c, p: ratio(sum(min(v, c.get(a, Fraction(0))) for a, v in o.items()), _total(o))))
naive("nrr")(_rate(lambda o, c, p: ratio(sum(c.get(a, Fraction(0)) for a in o), _total(o))))
naive("quick_ratio")(
    _rate(lambda o, c, p: ratio(p["new"] + p["reactivation"] + p["expansion"], p["churned"] + p["contraction"]))
)
naive("quick_ratio_strict")(_rate(lambda o, c, p: ratio(p["new"] + p["expansion"], p["churned"] + p["contraction"])))


def contracts(view: View, account: int) -> list[Row]:
    """The paid subscriptions of a customer that have begun."""
    return [
        r for r in view.whole["subscriptions"]
        if r["account_id"] == account and r["annual"] > 0 and r["starts"] <= view.as_of
        and (r["ends"] is None or r["ends"] > r["starts"])
    ]  # fmt: skip


def active(view: View, account: int, day: date) -> bool:
    """Whether a customer is active on a day."""
    subs = contracts(view, account)
    if subs:
        return any(_running(r, day) for r in subs)
    bought = sorted(
        {r["day"] for r in view.whole["lines"]
         if r["account_id"] == account and r["net"] > 0 and r["day"] and r["day"] <= view.as_of}
    )  # fmt: skip
    past = [d for d in bought if d <= day]
    if not past:
        return False
    gaps = [(b - a).days for a, b in pairwise(bought)]
    window = max(90.0, 3 * median(gaps)) if gaps else 90.0
    return bool((day - past[-1]).days <= window)


@naive("logo_churn")
def logo_churn(view: View) -> Answer:
    if view.grain == "all":
        return {}
    accounts = [r["account_id"] for r in view.rows["accounts"]]
    first = date(2022, 11, 1)
    answer: Answer = {}
    state = dict.fromkeys(accounts, False)
    for start in periods(view.grain, first, view.as_of, view.fiscal):
        last = min(end_of(view.grain, start) - timedelta(1), view.as_of)
        now = {account: active(view, account, last) for account in accounts}
        there = sum(state.values())
        answer[start] = Cell(ratio(sum(state[a] and not now[a] for a in accounts), there), there)
        state = now
    return answer
