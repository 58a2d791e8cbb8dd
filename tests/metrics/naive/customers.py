"""Who the customers are, who stays, and how they survive, naively: one customer after the other."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil, exp, log

from tests.metrics.naive.keys import Answer, Cell, View, naive, ratio
from tests.metrics.naive.periods import ONE, end_of, month_after, periods
from tests.metrics.naive.retention import _ends, active, contracts
from tests.metrics.naive.retention import _first as first_contract
from tests.metrics.naive.stages import survivors
from tests.metrics.naive.worlds import Row

MONTH = 30.4375


def fit_of(account: Row) -> tuple[int, int]:
    """(weight matched, weight known) against the profile."""
    hit = known = 0
    if account["industry"] is not None:
        known, hit = known + 3, hit + 3 * (account["industry"] == "Banking")
    if account["employees"] is not None:
        known, hit = known + 2, hit + 2 * (100 <= account["employees"] < 3000)
    if account["segment"] is not None:
        known, hit = known + 1, hit + (account["segment"] == "Mid")
    return hit, known


def first_revenue(view: View, account: int) -> date | None:
    """Day of the first revenue up to as-of."""
    first: date | None = view.once(("first", account), lambda: _first(view, account))
    return first


def _first(view: View, account: int) -> date | None:
    days = [r["day"] for r in view.whole["lines"] if r["account_id"] == account and r["net"] > 0 and r["day"]]
    days += [
        r["starts"] for r in view.whole["subscriptions"]
        if r["account_id"] == account and r["annual"] > 0 and (r["ends"] is None or r["ends"] > r["starts"])
    ]  # fmt: skip
    days = [day for day in days if day <= view.as_of]
    return min(days) if days else None


def months_on(day: date, months: int) -> date:
    """The same day of the month that many months later, or its last day."""
    month = month_after(day, months)
    last = (month_after(month, 1) - ONE).day
    return month.replace(day=min(day.day, last))


def is_active(view: View, account: int, day: date) -> bool:
    """Whether a customer is active on a day."""
    found: bool = view.once(("active", account, day), lambda: active(view, account, day))
    return found


def kept(view: View, account: int) -> bool | None:
    """Active when the early-churn window was over; None while it is open."""
    first = first_revenue(view, account)
    if first is None or months_on(first, 6) > view.as_of:
        return None
    return is_active(view, account, months_on(first, 6))


def _cohorts(view: View) -> dict[date, list[tuple[int, date]]]:
    """Month of the first revenue → its customers and their own days."""
    found: dict[date, list[tuple[int, date]]] = {}
    for account in view.rows["accounts"]:
        first = first_revenue(view, account["account_id"])
        if first:
            found.setdefault(first.replace(day=1), []).append((account["account_id"], first))
    return found


def _cells(view: View) -> list[tuple[date, int, list[tuple[int, date]]]]:
    """Cohorts and months on that can have been seen: the last of the cohort's customers has come that far."""
    return [
        (month, k, who) for month, who in _cohorts(view).items() for k in range(25)
        if month_after(month, k + 1) <= view.as_of + ONE
    ]  # fmt: skip


@naive("cohort_retention")
def cohort_retention(view: View) -> Answer:
    return {
        (month, f"{k:02d}"): Cell(
            Fraction(sum(is_active(view, a, months_on(first, k)) for a, first in who), len(who)), len(who)
        )
        for month, k, who in _cells(view)
    }


def _worth(view: View, account: int, day: date, month: date) -> int:
    """Annual value on the day in a company with subscriptions, else net revenue of the month."""
    if not view.whole["subscriptions"]:
        return sum(
            r["net"] for r in view.whole["lines"]
            if r["account_id"] == account and r["day"] and r["day"].replace(day=1) == month
        )  # fmt: skip
    return sum(
        r["annual"] for r in view.whole["subscriptions"]
        if r["account_id"] == account and r["starts"] <= day and (r["ends"] is None or r["ends"] > day)
    )  # fmt: skip


@naive("cohort_retention_revenue")
def cohort_retention_revenue(view: View) -> Answer:
    answer: Answer = {}
    for month, k, who in _cells(view):
        now = sum(_worth(view, a, months_on(first, k), month_after(month, k)) for a, first in who)
        answer[month, f"{k:02d}"] = Cell(ratio(now, sum(_worth(view, a, first, month) for a, first in who)), len(who))
    return answer


def _gone(view: View, account: int) -> date | None:
    """First day behind the customer's last active one; None while there is none."""
    subs = contracts(view, account)
    if subs:
        ends: list[date] = [r["ends"] or date.max for r in subs]
        return max(ends) if max(ends) <= view.as_of else None
    if is_active(view, account, view.as_of):
        return None
    day: date = max(r["day"] for r in view.whole["lines"] if r["account_id"] == account and r["net"] > 0 and r["day"]
              and r["day"] <= view.as_of)  # fmt: skip
    while is_active(view, account, day):
        day += ONE
    return day


def lifetime(view: View, account: int) -> tuple[int, bool]:
    """Days from the first revenue to the end, and whether the end was seen."""

    def make() -> tuple[int, bool]:
        first, gone = first_revenue(view, account), _gone(view, account)
        assert first is not None
        return ((gone or view.as_of + ONE) - first).days, gone is not None

    found: tuple[int, bool] = view.once(("lifetime", account), make)
    return found


@naive("survival")
def survival(view: View) -> Answer:
    """As far as anybody has been seen, sixty months at most."""
    spans = [lifetime(view, a["account_id"]) for a in view.rows["accounts"] if first_revenue(view, a["account_id"])]
    answer: Answer = {}
    longest = max((length for length, _ in spans), default=0)
    for month in range(1, 61):
        if month * MONTH > longest:
            break
        lost = [length for length, ended in spans if ended and length <= month * MONTH]
        risk = sum(length >= max(lost) for length, _ in spans) if lost else len(spans)
        answer["all", f"{month:02d}"] = Cell(survivors([*spans], month * MONTH), risk)
    return answer


@naive("survival_projected")
def survival_projected(view: View) -> Answer:
    """The likelihood customer by customer, its top sought on finer and finer grids."""
    there = [a["account_id"] for a in view.rows["accounts"] if first_revenue(view, a["account_id"])]
    spans = [lifetime(view, account) for account in there if contracts(view, account)]
    if not any(ended for _, ended in spans):
        return {}

    def left(a: float, b: float, k: int) -> float:
        share = 1.0
        for t in range(1, k + 1):
            share *= (b + t - 1) / (a + b + t - 1)
        return share

    def likelihood(a: float, b: float) -> float:
        total = 0.0
        for length, ended in spans:
            k = int(length / MONTH)
            total += log(left(a, b, k) - left(a, b, k + 1) if ended else left(a, b, k))
        return total

    def beta(at: tuple[float, float]) -> tuple[float, float]:
        """From the mean chance to leave (its logit) and how alike the customers are: along these it has one top."""
        mean, alike = 1 / (1 + exp(-at[0])), exp(at[1])
        return mean * alike, (1 - mean) * alike

    best, step = (0.0, 0.0), 2.0
    while step > 1e-5:
        around = [(best[0] + i * step, best[1] + j * step) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        top = max((at for at in around if abs(at[0]) <= 9 and abs(at[1]) <= 9), key=lambda at: likelihood(*beta(at)))
        step, best = (step, top) if top != best else (step / 2, best)
    a, b = beta(best)
    return {("all", f"{k:02d}"): Cell(left(a, b, k), len(spans)) for k in range(1, 61)}


@naive("a_list_retention")
def a_list_retention(view: View) -> Answer:
    """GRR of the fifth (rounded up) of the customers with the most gross profit of the year before the period."""
    first = first_contract(view)
    answer: Answer = {}
    if first is None or not view.whole["lines"]:
        return answer
    for start in periods(view.grain, first, view.as_of, view.fiscal):
        profit: dict[int, int] = {}
        for row in view.whole["lines"]:
            if row["cost"] is not None and row["day"] and months_on(start, -12) <= row["day"] < start:
                profit[row["account_id"]] = profit.get(row["account_id"], 0) + row["net"] - row["cost"]
        opening = _ends(view, start - ONE)
        closing = _ends(view, min(end_of(view.grain, start) - ONE, view.as_of))
        ranked = sorted((a for a in opening if profit.get(a, 0) > 0), key=lambda a: (-profit[a], a))
        best = ranked[: ceil(Fraction(len(ranked), 5))]
        kept_value = sum(min(opening[a], closing.get(a, Fraction(0))) for a in best)
        answer[start] = Cell(ratio(kept_value, sum(opening[a] for a in best)), len(best))
    return answer
