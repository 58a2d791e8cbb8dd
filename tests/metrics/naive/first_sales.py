"""Early churn by the first sale, naively: one customer after the other."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.metrics.naive.customers import first_revenue, kept
from tests.metrics.naive.keys import Answer, Cell, View, naive, ratio
from tests.metrics.naive.worlds import Row


def _route(lines: list[Row]) -> str:
    sold: dict[str | None, int] = {}
    for line in lines:
        sold[line["route"]] = sold.get(line["route"], 0) + line["net"]
    ranked = sorted(sold.items(), key=lambda pair: (-pair[1], pair[0] is None, pair[0] or ""))
    return (ranked[0][0] or "unknown") if ranked else "unknown"


def _band(lines: list[Row]) -> str:
    listed = [line for line in lines if line["list_amount"] is not None and line["list_amount"] > 0]
    full = sum(line["list_amount"] for line in listed)
    if not full:
        return "unknown"
    depth = 1 - Fraction(sum(line["net"] for line in listed), full)
    if depth <= 0:
        return "no discount"
    for most, name in ((10, "up to 10 %"), (20, "10–20 %"), (30, "20–30 %")):
        if depth <= Fraction(most, 100):
            return name
    return "over 30 %"


def _early(view: View, trait: Callable[[list[Row]], str]) -> Answer:
    states: dict[str, list[bool]] = {}
    for account in view.rows["accounts"]:
        pk = account["account_id"]
        first, state = first_revenue(view, pk), kept(view, pk)
        if first is None or state is None:
            continue
        lines = [r for r in view.whole["lines"] if r["account_id"] == pk and r["day"] == first and r["net"] > 0]
        states.setdefault(trait(lines), []).append(state)
    return {("all", name): Cell(ratio(sum(not s for s in each), len(each)), len(each)) for name, each in states.items()}


@naive("early_churn_by_route")
def early_churn_by_route(view: View) -> Answer:
    return _early(view, _route)


@naive("early_churn_by_discount")
def early_churn_by_discount(view: View) -> Answer:
    return _early(view, _band)
