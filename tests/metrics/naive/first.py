"""Revenue, margin, deals and coaching, naively."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from tests.metrics.naive.keys import Answer, Cell, View, grouped, money, naive, ratio
from tests.metrics.naive.periods import ONE, end_of, periods
from tests.metrics.naive.worlds import Row


@naive("net_revenue")
def net_revenue(view: View) -> Answer:
    return {p: money(sum(r["net"] for r in rows)) for p, rows in grouped(view, "lines", "day").items()}


@naive("bookings")
def bookings(view: View) -> Answer:
    closed = grouped(view, "deals", "close", lambda r: r["is_closed"])
    return {p: money(sum(r["amount"] or 0 for r in rows if r["is_won"])) for p, rows in closed.items()}


@naive("gross_profit")
def gross_profit(view: View) -> Answer:
    known = grouped(view, "lines", "day", lambda r: r["cost"] is not None)
    return {p: money(sum(r["net"] - r["cost"] for r in rows)) for p, rows in known.items()}


@naive("gross_margin")
def gross_margin(view: View) -> Answer:
    known = grouped(view, "lines", "day", lambda r: r["cost"] is not None)
    return {p: ratio(sum(r["net"] - r["cost"] for r in rows), sum(r["net"] for r in rows)) for p, rows in known.items()}


@naive("margin_coverage")
def margin_coverage(view: View) -> Answer:
    return {
        p: ratio(sum(r["net"] for r in rows if r["cost"] is not None), sum(r["net"] for r in rows))
        for p, rows in grouped(view, "lines", "day").items()
    }


@naive("price_realisation")
def price_realisation(view: View) -> Answer:
    known = grouped(view, "lines", "day", lambda r: r["list_amount"] is not None)
    return {p: ratio(sum(r["net"] for r in rows), sum(r["list_amount"] for r in rows)) for p, rows in known.items()}


@naive("discount_depth")
def discount_depth(view: View) -> Answer:
    return {p: None if v is None else 1 - v for p, v in price_realisation(view).items()}


@naive("win_rate")
def win_rate(view: View) -> Answer:
    closed = grouped(view, "deals", "close", lambda r: r["is_closed"])
    return {p: Cell(ratio(sum(r["is_won"] for r in rows), len(rows)), len(rows)) for p, rows in closed.items()}


@naive("win_rate_value")
def win_rate_value(view: View) -> Answer:
    closed = grouped(view, "deals", "close", lambda r: r["is_closed"])
    return {
        p: Cell(
            ratio(sum(r["amount"] or 0 for r in rows if r["is_won"]), sum(r["amount"] or 0 for r in rows)),
            sum(r["amount"] is not None for r in rows),
        )
        for p, rows in closed.items()
    }


@naive("win_rate_cohort")
def win_rate_cohort(view: View) -> Answer:
    return {
        p: Cell(ratio(sum(r["is_won"] for r in rows), len(rows)), len(rows))
        for p, rows in grouped(view, "deals", "created").items()
    }


@naive("avg_deal_size")
def avg_deal_size(view: View) -> Answer:
    won = grouped(view, "deals", "close", lambda r: r["is_won"])
    return {p: money(sum(r["amount"] or 0 for r in rows)) / len(rows) for p, rows in won.items()}


@naive("pipeline_open")
def pipeline_open(view: View) -> Answer:
    still = grouped(view, "deals", "close", lambda r: not r["is_closed"])
    return {p: money(sum(r["amount"] or 0 for r in rows)) for p, rows in still.items()}


@naive("pipeline_weighted")
def pipeline_weighted(view: View) -> Answer:
    def worth(row: Row) -> Fraction:
        if row["amount"] is None or row["probability"] is None:
            return Fraction(0)
        exact = Decimal(row["amount"]).scaleb(-4) * Decimal(row["probability"]).scaleb(-4)
        return Fraction(exact.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN))

    # Where no open deal has a probability there is nothing to weight, which is a true 0.
    still = grouped(view, "deals", "close", lambda r: not r["is_closed"])
    return {p: sum((worth(r) for r in rows), Fraction(0)) for p, rows in still.items()}


def _quantile(values: list[int], share: Fraction) -> Fraction:
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (place - low) * (ranked[high] - ranked[low])


def _cycles(view: View, share: Fraction) -> Answer:
    won = grouped(view, "deals", "close", lambda r: r["is_won"] and r["created"] and r["close"])
    return {
        p: Cell(_quantile([(r["close"] - r["created"]).days for r in rows], share), len(rows))
        for p, rows in won.items()
    }


@naive("sales_cycle_days")
def sales_cycle_days(view: View) -> Answer:
    return _cycles(view, Fraction(1, 2))


@naive("sales_cycle_days_p75")
def sales_cycle_days_p75(view: View) -> Answer:
    return _cycles(view, Fraction(3, 4))


def _held(row: Row) -> bool:
    return bool(row["held"])


@naive("coaching_hours")
def coaching_hours(view: View) -> Answer:
    held = grouped(view, "coaching_sessions", "day", _held)
    return {p: Fraction(sum(r["minutes"] for r in rows), 600_000) for p, rows in held.items()}


@naive("coaching_hours_manager")
def coaching_hours_manager(view: View) -> Answer:
    """A session belongs to the team of its attendee with the lowest id; the view has that member's attendees only."""
    first: dict[int, Any] = {}
    for row in sorted(view.whole["coaching_sessions"], key=lambda r: -r["rep_id"]):
        first[row["session_id"]] = row
    answer: Answer = {}
    for period, rows in grouped(view, "coaching_sessions", "day", _held).items():
        answer[period] = Fraction(sum(r["minutes"] for r in rows if first[r["session_id"]] is r), 600_000)
    return answer


def _present(view: View) -> dict[int, tuple[Any, Any]]:
    """First and last day on which each active rep counts."""
    logged = [r["day"] for r in view.whole["coaching_sessions"] if r["day"] <= view.as_of]
    if not logged:
        return {}
    first = min(logged)
    first -= timedelta(first.weekday())
    found = {}
    for rep in view.rows["reps"]:
        start = max(first, rep["hired"] or first)
        end = min(view.as_of, (rep["left"] - ONE) if rep["left"] else view.as_of)
        if rep["is_rep"] and start <= end:
            found[rep["rep_id"]] = (start, end)
    return found


@naive("coaching_hours_per_rep_week")
def coaching_hours_per_rep_week(view: View) -> Answer:
    days: dict[Any, int] = {}
    for start, end in _present(view).values():
        day = start
        while day <= end:
            days[view.bucket(day)] = days.get(view.bucket(day), 0) + 1
            day += ONE
    hours: dict[Any, Fraction] = {}
    for row in view.rows["coaching_sessions"]:
        if row["held"] and row["day"] <= view.as_of:
            key = view.bucket(row["day"])
            hours[key] = hours.get(key, Fraction(0)) + Fraction(row["minutes"], 600_000)
    return {p: ratio(hours.get(p, Fraction(0)) * 7, days.get(p, 0)) for p in {*days, *hours}}


@naive("coaching_coverage")
def coaching_coverage(view: View) -> Answer:
    there = _present(view)
    if not there:
        return {}
    first, last = min(s for s, _ in there.values()), max(e for _, e in there.values())
    spans = (
        {"all": (date.min, view.as_of)} if view.grain == "all"
        else {p: (p, end_of(view.grain, p) - ONE) for p in periods(view.grain, first, last, view.fiscal)}
    )  # fmt: skip
    answer: Answer = {}
    for period, (low, high) in spans.items():
        good = count = 0
        for rep, (start, end) in there.items():
            days = (min(high, end) - max(low, start)).days + 1
            if days <= 0:
                continue
            minutes = sum(
                r["minutes"] for r in view.whole["coaching_sessions"]
                if r["held"] and r["rep_id"] == rep and low <= r["day"] <= min(high, view.as_of)
            )  # fmt: skip
            count += 1
            good += Fraction(minutes, 600_000) * 7 / days >= Fraction(1, 2)
        answer[period] = ratio(good, count)
    return answer
