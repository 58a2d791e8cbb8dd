"""Reps beside their revenue, and the seven questions, naively."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any

from tests.metrics.naive.coaching import month_back
from tests.metrics.naive.customers import first_revenue, fit_of, is_active, kept
from tests.metrics.naive.keys import NAIVE, Answer, Cell, Value, View, naive, ratio
from tests.metrics.naive.periods import ONE, start_of, year_before
from tests.metrics.naive.pipeline import _quantile
from tests.metrics.naive.worlds import Row

Measure = tuple[Value, int]  # the value and what it rests on


def _year(view: View) -> tuple[date, date]:
    return month_back(view.as_of + ONE, 12), view.as_of


def _brought_by(view: View, account: Row) -> int | None:
    """Who owned the customer's first line; without anybody there, who owns the account."""
    lines = [r for r in view.whole["lines"] if r["account_id"] == account["account_id"]]
    first = min(lines, key=lambda r: r["day"] or date.max, default=None)
    owner = None if first is None or first["owner_id"] < 0 else first["owner_id"]
    found: int | None = account["owner_id"] if owner is None else owner
    return found


def _customers(view: View) -> list[tuple[Row, int | None]]:
    """Every customer and who brought them."""

    def make() -> list[tuple[Row, int | None]]:
        return [(a, _brought_by(view, a)) for a in view.whole["accounts"] if first_revenue(view, a["account_id"])]

    found: list[tuple[Row, int | None]] = view.once("brought", make)
    return found


def _pooled(rows: list[Row], top: Callable[[Row], Any], bottom: Callable[[Row], Any]) -> Measure:
    return ratio(sum((top(r) for r in rows), Fraction(0)), sum((bottom(r) for r in rows), Fraction(0))), len(rows)


def _sales(view: View, rep: int) -> dict[str, Measure]:
    low, high = _year(view)
    lines = [r for r in view.whole["lines"] if r["owner_id"] == rep and r["day"] and low <= r["day"] <= high]
    costed = [r for r in lines if r["cost"] is not None]
    listed = [r for r in lines if r["list_amount"] is not None]
    closed = [
        r for r in view.whole["deals"]
        if r["owner_id"] == rep and r["is_closed"] and r["close"] and low <= r["close"] <= high
    ]  # fmt: skip
    cycles = [(r["close"] - r["created"]).days for r in closed if r["is_won"] and r["created"]]
    return {
        "revenue": (Fraction(sum(r["net"] for r in lines), 10_000), len(lines)),
        "margin": _pooled(costed, lambda r: r["net"] - r["cost"], lambda r: r["net"]),
        "discount": _pooled(listed, lambda r: r["list_amount"] - r["net"], lambda r: r["list_amount"]),
        "win_rate": _pooled(closed, lambda r: int(r["is_won"]), lambda r: 1),
        "hygiene": _pooled(
            closed, lambda r: Fraction(sum(r[f] is not None for f in ("amount", "close", "created")), 3), lambda r: 1
        ),
        "cycle_days": (Fraction(median(cycles)) if cycles else None, len(cycles)),
    }


def _accounts(view: View, rep: int) -> dict[str, Measure]:
    low, high = _year(view)
    brought = [a for a, who in _customers(view) if who == rep]
    judged = [a for a in brought if kept(view, a["account_id"]) is not None]
    own = [a for a, who in _customers(view) if (who if a["owner_id"] is None else a["owner_id"]) == rep]
    before = [a for a in own if is_active(view, a["account_id"], low - ONE)]
    new = [
        a for a in brought if fit_of(a)[1] and (first := first_revenue(view, a["account_id"])) and low <= first <= high
    ]
    return {
        "early_churn": _pooled(judged, lambda a: int(not kept(view, a["account_id"])), lambda a: 1),
        "retention": _pooled(before, lambda a: int(is_active(view, a["account_id"], high)), lambda a: 1),
        "fit": _pooled(new, lambda a: 100 * fit_of(a)[0], lambda a: fit_of(a)[1]),
    }


def _work(view: View, rep: int) -> dict[str, Measure]:
    low, high = _year(view)
    weeks = [r for r in view.whole["hours"] if r["rep_id"] == rep and low <= r["day"] <= high]
    selling, over = ([r for r in weeks if r[name] is not None] for name in ("selling", "overtime"))
    scores = [r["score"] for r in view.whole["pulses"] if r["rep_id"] == rep and low <= r["day"] <= high]
    told = len(scores) >= 5  # of fewer, one could be told
    return {
        "selling_hours": _pooled(selling, lambda r: Fraction(r["selling"], 10_000), lambda r: 1),
        "overtime": _pooled(over, lambda r: r["overtime"], lambda r: (r["selling"] or 0) + (r["other"] or 0)),
        "collaboration": (Fraction(sum(scores), 10_000 * len(scores)) if told else None, len(scores) if told else 0),
    }


def _record(view: View, rep: int) -> dict[str, Measure]:
    def make() -> dict[str, Measure]:
        return _sales(view, rep) | _accounts(view, rep) | _work(view, rep)

    found: dict[str, Measure] = view.once(("record", rep), make)
    return found


@naive("rep_quality")
def rep_quality(view: View) -> Answer:
    """Each measure of the trailing year, and how many of them could be told."""
    answer: Answer = {}
    for rep in view.rows["reps"] if "rep" in view.by else ():
        record = dict(_record(view, rep["rep_id"]))
        lines = record.pop("revenue")[1]
        known = sum(n > 0 and value is not None for value, n in record.values())
        for name, (value, n) in {**record, "completeness": (Fraction(known, len(record)), lines)}.items():
            if n:
                answer["all", name] = Cell(value, n)
    return answer


def _poor(view: View, sellers: list[int], measure: str, low_is_poor: bool) -> set[int]:
    """Those in the bottom quarter; nobody where all are alike or fewer than four can be told."""
    values: dict[int, Fraction] = {}
    for rep in sellers:
        value = _record(view, rep)[measure][0]
        if value is not None:
            values[rep] = Fraction(value) if low_is_poor else -Fraction(value)
    if len(values) < 4 or len(set(values.values())) == 1:
        return set()
    line = _quantile(list(values.values()), Fraction(1, 4))
    return {rep for rep, value in values.items() if value <= line}


def _rogues(view: View) -> tuple[list[int], set[int]]:
    """Reps with revenue, and those in the top quarter by it who are in the bottom quarter twice or more."""
    revenue = {r["rep_id"]: Fraction(_record(view, r["rep_id"])["revenue"][0] or 0) for r in view.whole["reps"]}
    sellers = [rep for rep, value in revenue.items() if value > 0]
    if len(sellers) < 4:
        return sellers, set()
    line = _quantile([revenue[rep] for rep in sellers], Fraction(3, 4))
    poor = [_poor(view, sellers, name, low_is_poor=True) for name in (
        "margin", "retention", "fit", "collaboration", "hygiene",
    )]  # fmt: skip
    poor.append(_poor(view, sellers, "discount", low_is_poor=False))
    return sellers, {rep for rep in sellers if revenue[rep] >= line and sum(rep in who for who in poor) >= 2}


@naive("rogue_superstar")
def rogue_superstar(view: View) -> Answer:
    sellers, rogues = view.once("rogues", lambda: _rogues(view))
    mine = [r["rep_id"] for r in view.rows["reps"] if r["rep_id"] in sellers]
    return {"all": Cell(Fraction(sum(rep in rogues for rep in mine)), len(mine))} if mine else {}


# Question → (metric, limit or None for last year's value, slack, whether more is worse).
QUESTIONS: dict[str, tuple[tuple[str, str | None, str, bool], ...]] = {
    "retention": (("grr", "0.9", "0.05", False), ("early_churn", "0.1", "0.05", True)),
    "fit": (("icp_fit", "60", "10", False), ("strategic_share", None, "0.05", False)),
    "acquisition": (("new_logo_cv", "0.5", "0.25", True),),
    "cost": (("cost_of_sales_ratio", None, "0.01", True),),
    "opportunity": (("gross_profit_per_selling_hour", None, "0", False),),
    "results": (("win_rate", None, "0.02", False),),
    "practice": (("best_practice_share", "0.5", "0.2", False),),
}


def _values(view: View, key: str) -> dict[date, Fraction]:
    """The metric's values by period; what is only known by month, of the last month of the period that has one."""
    grain = "month" if key == "new_logo_cv" else view.grain
    found: dict[date, Fraction] = {}
    answer = NAIVE[key](View(view.rows, view.whole, view.as_of, grain, view.fiscal, view.by, view.memo))
    for period in sorted(p for p in answer if isinstance(p, date)):
        value = answer[period].value if isinstance(answer[period], Cell) else answer[period]
        if value is not None:
            found[start_of(view.grain, period, view.fiscal)] = Fraction(value)
    return found


@naive("productivity_checklist")
def productivity_checklist(view: View) -> Answer:
    """Each question by the worst of its metrics; the value is the share of them that pass."""
    tests = {test[0] for tests in QUESTIONS.values() for test in tests}
    values = {key: _values(view, key) for key in tests}
    answer: Answer = {}
    for period in {period for found in values.values() for period in found}:
        for question, asked in QUESTIONS.items():
            said = []
            for key, given, slack, more_is_worse in asked:
                value = values[key].get(period)
                limit = values[key].get(year_before(period)) if given is None else Fraction(given)
                if value is not None and limit is not None:
                    gap = value - limit if more_is_worse else limit - value
                    said.append("pass" if gap <= 0 else "watch" if gap <= Fraction(slack) else "fail")
            worst = next((word for word in ("fail", "watch", "pass") if word in said), "unknown")
            share = Fraction(said.count("pass"), len(said)) if said else None
            answer[period, question, worst] = Cell(share, len(said))
    return answer
