"""What is on its way, naively: forecasts, how deals moved, and where they stand."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import partial
from statistics import median
from typing import Any

from tests.metrics.naive.coaching import month_back
from tests.metrics.naive.comparisons import daily
from tests.metrics.naive.keys import Answer, Cell, View, grouped, money, naive, ratio
from tests.metrics.naive.periods import ONE, end_of, periods, start_of
from tests.metrics.naive.worlds import Row


def _weighted(row: Row) -> Fraction:
    """Amount × probability, to the ten-thousandth."""
    if row["amount"] is None or row["probability"] is None:
        return Fraction(0)
    product = Decimal(row["amount"]) * Decimal(row["probability"]) / Decimal(10) ** 8
    return Fraction(product.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN))


def _said(row: Row) -> Fraction:
    """What a deal adds to the forecast."""
    if row["is_closed"]:
        return money(row["amount"] or 0) if row["is_won"] else Fraction(0)
    if row["forecast_category"].lower() in ("commit", "committed", "closed"):
        return money(row["amount"] or 0)
    return _weighted(row)


@naive("forecast")
def forecast(view: View) -> Answer:
    counted = grouped(view, "deals", "close", lambda r: r["is_won"] or not r["is_closed"])
    return {p: sum((_said(r) for r in rows), Fraction(0)) for p, rows in counted.items()}


def _coverage(view: View, remaining: bool) -> Answer:
    """Open pipeline by expected close against the (remaining) target of the same period."""
    answer: Answer = {}
    targets: dict[Any, int] = {}
    for day, share in daily(view).items():
        targets[view.bucket(day)] = targets.get(view.bucket(day), 0) + share
    for period, target in targets.items():
        still = [r for r in view.rows["deals"] if not r["is_closed"] and view.bucket(r["close"]) == period]
        reached = sum(r["net"] for r in view.rows["lines"] if view.bucket(r["day"]) == period) if remaining else 0
        left = target - reached
        if left <= 0:
            reason = "the target is reached or zero" if remaining else "target is zero"
            answer[period] = Cell(None, len(still), reason)
        else:
            answer[period] = Cell(Fraction(sum(r["amount"] or 0 for r in still), left), len(still))
    return answer


@naive("pipeline_coverage")
def pipeline_coverage(view: View) -> Answer:
    return _coverage(view, remaining=True)


@naive("pipeline_coverage_total")
def pipeline_coverage_total(view: View) -> Answer:
    return _coverage(view, remaining=False)


def _past(view: View, quarters: bool) -> dict[tuple[date, date, date], tuple[int, int]]:
    """(made, start, end) → (forecast, won) of this member's forecasts of months or quarters that are over."""
    said: dict[tuple[date, date, date], int] = {}
    for row in view.rows["forecasts"]:
        over = row["end"] <= view.as_of + ONE and row["made"] < row["end"]
        if over and ((row["end"] - row["start"]).days > 45) == quarters:
            place = row["made"], row["start"], row["end"]
            said[place] = said.get(place, 0) + row["amount"]
    found = {}
    for (made, start, end), amount in said.items():
        won = [r for r in view.rows["deals"] if r["is_won"] and r["close"] and start <= r["close"] < end]
        found[made, start, end] = amount, sum(r["amount"] or 0 for r in won)
    return found


def _error(view: View, absolute: bool) -> Answer:
    gaps: dict[Any, int] = {}
    actual: dict[Any, int] = {}
    count: dict[Any, int] = {}
    for (made, start, _), (said, won) in _past(view, view.grain == "quarter").items():
        ahead = 0
        while made < start - 30 * ahead * ONE:
            ahead += 1
        place = view.bucket(start), f"{ahead:02d}"
        gaps[place] = gaps.get(place, 0) + (abs(won - said) if absolute else said - won)
        actual[place] = actual.get(place, 0) + won
        count[place] = count.get(place, 0) + 1
    return {place: Cell(ratio(gap, actual[place]), count[place]) for place, gap in gaps.items()}


@naive("forecast_wape")
def forecast_wape(view: View) -> Answer:
    return _error(view, absolute=True)


@naive("forecast_bias")
def forecast_bias(view: View) -> Answer:
    return _error(view, absolute=False)


def _quantile(values: list[Fraction], share: Fraction) -> Fraction:
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (place - low) * (ranked[high] - ranked[low])


def _months(day: date) -> int:
    return day.year * 12 + day.month


def _earned(view: View, share: Fraction) -> Answer:
    """What is won, and the open rest times a quantile of actual / forecast of forecasts made as many months ahead."""
    answer: Answer = {}
    past = _past(view, view.grain == "quarter")
    start = start_of(view.grain, view.as_of, view.fiscal)
    for _ in range(2 if view.grain == "quarter" else 4):
        end = end_of(view.grain, start)
        deals = [r for r in view.rows["deals"] if r["close"] and start <= r["close"] < end]
        counted = [
            r for r in deals
            if r["is_won"] or (not r["is_closed"] and (r["probability"] is not None or _said(r) > 0
                               or r["forecast_category"].lower() in ("commit", "closed")))
        ]  # fmt: skip
        pairs = [
            pair for (made, begun, _), pair in past.items()
            if _months(begun) - _months(made) == _months(start) - _months(view.as_of)
        ]  # fmt: skip
        ratios = [Fraction(won, said) for said, won in pairs if said > 0]
        if counted and len(ratios) >= 5:
            won = sum((_said(r) for r in counted if r["is_won"]), Fraction(0))
            still = sum((_said(r) for r in counted if not r["is_won"]), Fraction(0))
            answer[start] = Cell(float(won + still * _quantile(ratios, share)), len(pairs))
        elif counted:
            answer[start] = Cell(None, len(pairs), f"too few: {len(pairs)} past forecasts of 5")
        start = end
    return answer


@naive("forecast_low")
def forecast_low(view: View) -> Answer:
    return _earned(view, Fraction(1, 10))


@naive("forecast_high")
def forecast_high(view: View) -> Answer:
    return _earned(view, Fraction(9, 10))


@naive("pipeline_velocity")
def pipeline_velocity(view: View) -> Answer:
    """Four levers of one scope; what closed counts for the twelve months to as-of."""
    since = month_back(view.as_of + ONE, 12)
    deals = view.rows["deals"]
    still = [r for r in deals if not r["is_closed"]]
    closed = [r for r in deals if r["is_closed"] and r["close"] and since <= r["close"] <= view.as_of]
    won = [r for r in closed if r["is_won"]]
    cycles = [(r["close"] - r["created"]).days for r in won if r["created"]]
    if not deals:
        return {}
    if not still or not won or not cycles or median(cycles) <= 0:
        return {"all": Cell(None, len(still))}
    size = money(sum(r["amount"] or 0 for r in won)) / len(won)
    rate = Fraction(len(won), len(closed))
    return {"all": Cell(float(len(still) * size * rate / Fraction(median(cycles))), len(still))}


class State:
    """A deal as it stood at the end of a day."""

    def __init__(self, deal: Row, told: list[Row], day: date) -> None:
        begun = deal["created"] or min((r["at"] for r in told), default=date.min)
        self.there = begun <= day
        over = deal["is_closed"] and deal["close"] is not None and deal["close"] <= day
        said = [r["outcome"] for r in told if r["at"] <= day and r["outcome"]]
        ended = bool(said) and said[-1] != "open"
        self.still = self.there and not over and not ended
        self.won = self.there and (deal["is_won"] if over else ended and said[-1] == "won")
        last = max((r for r in told if r["at"] <= day), key=lambda r: r["at"], default=None)
        self.amount = (last["amount"] if last and last["amount"] is not None else deal["amount"]) or 0
        self.close = last["close"] if last and last["close"] else deal["close"]

    def counts(self, limit: date) -> bool:
        """Whether it is open and expected before a day."""
        return bool(self.still and self.close is not None and self.close < limit)


def _move(was: State, now: State, limit: date) -> tuple[str, int] | None:
    """The movement of a deal and what it adds."""
    if was.counts(limit) and now.counts(limit):
        gap = now.amount - was.amount
        return ("increased" if gap > 0 else "decreased", gap) if gap else None
    if now.counts(limit):
        return "pulled in" if was.still else "reopened" if was.there else "new", now.amount
    if was.counts(limit):
        return "pushed out" if now.still else "won" if now.won else "lost", -was.amount
    return None


@naive("pipeline_movement")
def pipeline_movement(view: View) -> Answer:
    """Open deals expected by the quarter's end; opening and all movements make the closing."""
    told = _history(view)
    begun = [
        r["created"] or min((h["at"] for h in told.get(r["deal_id"], [])), default=None) for r in view.whole["deals"]
    ]
    known = [day for day in begun if day is not None]
    answer: Answer = {}
    for start in periods(view.grain, min(known), view.as_of, view.fiscal) if known else ():
        last = end_of(view.grain, start) - ONE
        limit = end_of("quarter", start_of("quarter", last, view.fiscal))
        sums: dict[str, int] = {}
        for deal in view.rows["deals"]:
            history = told.get(deal["deal_id"], [])
            was, now = (
                view.once(("state", deal["deal_id"], day), partial(State, deal, history, day))
                for day in (start - ONE, min(end_of(view.grain, start) - ONE, view.as_of))
            )
            moved = _move(was, now, limit)
            for name, value in (
                ("opening", was.amount if was.counts(limit) else None),
                ("closing", now.amount if now.counts(limit) else None),
                *([moved] if moved else []),
            ):
                if value is not None:
                    sums[name] = sums.get(name, 0) + value
        assert sum(v for k, v in sums.items() if k != "closing") == sums.get("closing", 0)
        for name, value in sums.items():
            answer[start, name] = money(value)
    return answer


def _history(view: View) -> dict[int, list[Row]]:
    """The dated history of each deal, in order."""

    def make() -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in sorted(view.whole["deal_history"], key=lambda r: r["at"]):
            found.setdefault(row["deal_id"], []).append(row)
        return found

    history: dict[int, list[Row]] = view.once("history", make)
    return history
