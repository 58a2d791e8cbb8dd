"""Concentration, the bridge, price-volume-mix and the verdict, naively."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.metrics.naive.comparisons import _between, _first, attainment, growth_yoy
from tests.metrics.naive.keys import Answer, Cell, View, grouped, money, naive
from tests.metrics.naive.periods import ONE, end_of, month_after, periods, same_dates, start_of, year_before
from tests.metrics.naive.worlds import Row


def _customers(view: View) -> dict[Any, list[int]]:
    """Revenue of each customer by period; who brought nothing in has no share."""
    found: dict[Any, list[int]] = {}
    for period, rows in grouped(view, "lines", "day").items():
        net: dict[int, int] = {}
        for row in rows:
            net[row["account_id"]] = net.get(row["account_id"], 0) + row["net"]
        worth = sorted((value for value in net.values() if value > 0), reverse=True)
        if worth:
            found[period] = worth
    return found


@naive("revenue_hhi")
def revenue_hhi(view: View) -> Answer:
    return {
        p: Cell(float(sum(Fraction(100 * value, sum(worth)) ** 2 for value in worth)), len(worth))
        for p, worth in _customers(view).items()
    }


@naive("top10_share")
def top10_share(view: View) -> Answer:
    return {p: Cell(Fraction(sum(worth[:10]), sum(worth)), len(worth)) for p, worth in _customers(view).items()}


def _trailing(view: View, end: date) -> dict[int, int]:
    """Revenue by customer of the twelve calendar months that end with the month before `end` (a first of a month)."""
    low = month_after(end, -12)
    found: dict[int, int] = {}
    for row in view.rows["lines"]:
        if row["day"] and low <= row["day"] < end and row["day"] <= view.as_of:
            found[row["account_id"]] = found.get(row["account_id"], 0) + row["net"]
    return found


def _bridge(opening: dict[int, int], closing: dict[int, int], seen: set[int]) -> dict[str, int]:
    sums = dict.fromkeys(("opening", "new", "reactivation", "expansion", "contraction", "churned", "closing"), 0)
    sums["opening"], sums["closing"] = sum(opening.values()), sum(closing.values())
    for account in {*opening, *closing}:
        was, now = opening.get(account, 0), closing.get(account, 0)
        if was <= 0 < now:
            name = "reactivation" if account in seen else "new"
        elif was > 0 >= now:
            name = "churned"
        else:
            name = "expansion" if now > was else "contraction"
        sums[name] += now - was
    return sums


@naive("revenue_bridge")
def revenue_bridge(view: View) -> Answer:
    days = [r["day"] for r in view.whole["lines"] if r["day"] and r["day"] <= view.as_of]
    answer: Answer = {}
    opening: dict[int, int] = {}
    seen: set[int] = set()
    for start in periods(view.grain, min(days), view.as_of, view.fiscal) if days else ():
        last = min(end_of(view.grain, start) - ONE, view.as_of)
        closing = _trailing(view, month_after(last, 1))
        for name, value in _bridge(opening, closing, seen).items():
            answer[start, name] = money(value)
        seen |= {account for account, value in closing.items() if value > 0}
        opening = closing
    return answer


def _products(lines: list[Row]) -> dict[int, tuple[int, int]]:
    """product → (value, pieces); a line without a quantity is one piece."""
    found: dict[int, tuple[int, int]] = {}
    for row in lines:
        value, pieces = found.get(row["product_id"], (0, 0))
        found[row["product_id"]] = (
            value + row["net"], pieces + (10_000 if row["quantity"] is None else row["quantity"])
        )  # fmt: skip
    return found


def _effects(was: dict[int, tuple[int, int]], now: dict[int, tuple[int, int]]) -> dict[str, int]:
    """volume = (Q1 − Q0)·P̄0, mix = Σq1·p0 − Q1·P̄0, price = Σ(p1 − p0)·q1, in ten-thousandths."""
    was = {p: pair for p, pair in was.items() if pair != (0, 0)}
    now = {p: pair for p, pair in now.items() if pair != (0, 0)}
    both = [p for p in was if p in now and was[p][1] > 0 and now[p][1] > 0]
    odd = [p for p in was if p in now and p not in both]
    value0, value1 = sum(was[p][0] for p in both), sum(now[p][0] for p in both)
    q0, q1 = sum(was[p][1] for p in both), sum(now[p][1] for p in both)
    volume = round(Fraction((q1 - q0) * value0, q0)) if q0 else 0
    old_prices = round(sum((Fraction(was[p][0] * now[p][1], was[p][1]) for p in both), Fraction(0)))
    return {
        "volume": volume, "mix": old_prices - value0 - volume,
        "price": value1 - old_prices + sum(now[p][0] - was[p][0] for p in odd),
        "new": sum(value for p, (value, _) in now.items() if p not in was),
        "lost": -sum(value for p, (value, _) in was.items() if p not in now),
    }  # fmt: skip


def _pvm(view: View) -> dict[date, dict[str, int]]:
    first = _first(view)
    found: dict[date, dict[str, int]] = {}
    for start in periods(view.grain, first, view.as_of, view.fiscal) if first else ():
        base = year_before(start)
        if first is None or end_of(view.grain, base) <= first:
            continue
        now = _between(view, start, min(end_of(view.grain, start), view.as_of + ONE))
        was = _between(view, base, same_dates(view.grain, start, base, view.as_of))
        if now or was:
            found[start] = _effects(_products(was), _products(now))
            change = sum(r["net"] for r in now) - sum(r["net"] for r in was)
            assert sum(found[start].values()) == change, (start, found[start], change)
    return found


def _register(name: str) -> None:
    def answer(view: View) -> Answer:
        return {start: money(parts[name]) for start, parts in _pvm(view).items()}

    naive(f"pvm_{name}")(answer)


for _name in ("volume", "mix", "price", "new", "lost"):
    _register(_name)


def _signals(view: View) -> dict[date, int]:
    """1, 0 or −1 of the last full week or month in each period, by the limits of up to 24 before it."""
    finer, first = "week" if view.grain == "month" else "month", _first(view)
    found: dict[date, int] = {}
    series: list[Fraction] = []
    for start in periods(finer, first, view.as_of, view.fiscal) if first else ():
        end = end_of(finer, start)
        if end - ONE > view.as_of:
            break
        value = money(sum(r["net"] for r in _between(view, start, end)))
        if len(series) >= 12:
            past = series[-24:]
            mean = sum(past, Fraction(0)) / len(past)
            moved = sum((abs(b - a) for a, b in pairwise(past)), Fraction(0)) / (len(past) - 1)
            width = Fraction(266, 100) * moved
            period = start_of(view.grain, end - ONE, view.fiscal)
            found[period] = (value > mean + width) - (value < mean - width)
        series.append(value)
    return found


def _verdict(growth: Fraction | None, reached: Fraction | None, signal: int) -> str:
    if growth is None and reached is None:
        return ""
    if reached is None:
        if growth is not None and growth > 0:
            return "winning"
        return "losing" if signal < 0 else "at risk"
    if reached >= 1:
        return "winning"
    still_growing = growth is not None and growth > 0 and signal >= 0
    return "at risk" if reached >= Fraction(9, 10) or still_growing else "losing"


@naive("growth_verdict")
def growth_verdict(view: View) -> Answer:
    """Growth to date, named by attainment to date and the latest signal."""
    reached, signals = attainment(view), _signals(view)
    return {
        (start, _verdict(value, reached.get(start), signals.get(start, 0))): value
        for start, value in growth_yoy(view).items()
        if _between(view, start, min(end_of(view.grain, start), view.as_of + ONE))
        or _between(
            view, base := year_before(start), same_dates(view.grain, start, base, view.as_of)
        )
    }  # fmt: skip
