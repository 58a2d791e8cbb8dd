"""Cost of sales by motion, naively: cost by cost, each shared among the month's pieces of work."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.metrics.naive.keys import Answer, Cell, View, naive
from tests.metrics.naive.sourcing import before_close
from tests.metrics.naive.worlds import Row

SPENDERS = ("sales", "marketing")


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def costs(view: View) -> list[Row]:
    """Those that count as cost of sales."""
    return [
        r for r in view.whole["costs"]
        if (r["source_function"] or "").lower() in SPENDERS and (r["day"] is None or r["day"] <= view.as_of)
    ]  # fmt: skip


def work(view: View, cost: Row) -> list[tuple[str, Row, int]]:
    """(frame, row, weight) of everything that the cost is shared by."""
    if cost["day"] is None:
        return []
    if cost["campaign_id"] >= 0 or cost["source_function"].lower() == "marketing":
        return [
            ("touches", r, 1) for r in view.whole["touches"]
            if r["at"] <= view.as_of and _month(r["at"]) == _month(cost["day"]) and (
                r["campaign_id"] == cost["campaign_id"] if cost["campaign_id"] >= 0
                else (r["function"] or "").lower() == "marketing"
            )
        ]  # fmt: skip
    return [
        ("activities", r, r["minutes"]) for r in view.whole["activities"]
        if r["day"] is not None and r["day"] <= view.as_of and _month(r["day"]) == _month(cost["day"])
        and r["minutes"] and cost["team"] in (None, r.get("team"))
    ]  # fmt: skip


def _deals_of(view: View) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = {}
    for frame, name in (("activities", "activity_id"), ("touches", "touch_id")):
        for deal, rows in before_close(view, frame).items():
            for row in rows:
                found.setdefault((frame, row[name]), []).append(deal)
    return found


def _shares(view: View) -> tuple[list[tuple[date | None, int, Fraction]], list[tuple[date | None, Fraction]]]:
    """(day of the cost, deal, amount), and what is left of each cost."""
    deals = _deals_of(view)
    taken: list[tuple[date | None, int, Fraction]] = []
    left = []
    for cost in costs(view):
        pieces = work(view, cost)
        whole, rest = sum(weight for _, _, weight in pieces), Fraction(cost["amount"])
        for frame, row, weight in pieces:
            of = deals.get((frame, row["activity_id" if frame == "activities" else "touch_id"]), [])
            for deal in of:
                share = Fraction(cost["amount"]) * weight / whole / len(of)
                taken.append((cost["day"], deal, share))
                rest -= share
        left.append((cost["day"], rest))
    return taken, left


def shares(view: View) -> Any:
    """As `_shares`, once for a world."""
    return view.once("cost shares", lambda: _shares(view))


def _by_motion(view: View) -> dict[Any, Fraction]:
    motions = {r["deal_id"]: r["motion"] or "unknown" for r in view.rows["deals"]}
    found: dict[Any, Fraction] = {}
    for day, deal, amount in shares(view)[0]:
        if deal in motions:
            place = view.bucket(day), motions[deal]
            found[place] = found.get(place, Fraction(0)) + amount / 10_000
    return found


@naive("motion_cost_of_sales")
def motion_cost_of_sales(view: View) -> Answer:
    found = _by_motion(view)
    if not view.by:
        for day, rest in shares(view)[1]:
            if rest:
                place = view.bucket(day), "not allocated"
                found[place] = found.get(place, Fraction(0)) + rest / 10_000
    return {place: float(amount) for place, amount in found.items()}


@naive("motion_cost_ratio")
def motion_cost_ratio(view: View) -> Answer:
    cost, paid = _by_motion(view), {view.bucket(r["day"]) for r in costs(view)}
    worked = {view.bucket(r["day"]) for r in costs(view) if work(view, r)}
    won: dict[Any, list[int]] = {}
    for deal in view.rows["deals"]:
        if deal["is_won"]:
            won.setdefault((view.bucket(deal["close"]), deal["motion"] or "unknown"), []).append(deal["amount"] or 0)
    answer: Answer = {}
    for place in {*cost, *won} if paid else ():
        amount = Fraction(sum(won.get(place, [])), 10_000)
        if place[0] not in worked:
            answer[place] = Cell(None, 0, "no work on deals is logged" if place[0] in paid else "no cost on record")
        elif not amount:
            answer[place] = Cell(None, 0, "nothing won")
        else:
            answer[place] = Cell(float(cost.get(place, Fraction(0)) / amount), len(won[place]))
    return answer
