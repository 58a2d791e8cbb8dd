"""What customers are worth, naively: likelihoods summed customer by customer, their top searched without a gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import exp, lgamma, log
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import betainc, betaln

from tests.metrics.naive.coaching import month_back
from tests.metrics.naive.customers import MONTH, first_revenue, lifetime
from tests.metrics.naive.keys import Answer, Cell, View, naive
from tests.metrics.naive.periods import ONE
from tests.metrics.naive.retention import contracts
from tests.metrics.naive.stages import survivors
from tests.metrics.naive.worlds import Row

SELLING = ("sales", "marketing")
YEARS, DISCOUNT, LEAST, MULTIPLE = 5, 0.10, 20, 3
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Buyer:
    """Repeat purchases, weeks from the first to the last and to the end, mean value of a repeat."""

    x: int
    t_x: int
    age: int
    mean: float


def buyers(view: View) -> dict[int, Buyer]:
    """Customers who never had a subscription; purchases of one week (counted from 1970) are one."""
    weeks: dict[int, dict[int, float]] = {}
    for row in view.whole["lines"]:
        if not contracts(view, row["account_id"]) and row["net"] > 0 and row["day"] and row["day"] <= view.as_of:
            own = weeks.setdefault(row["account_id"], {})
            week = (row["day"] - EPOCH).days // 7
            own[week] = own.get(week, 0.0) + row["net"] / 10_000
    found = {}
    for account, own in weeks.items():
        first, repeats = min(own), [value for week, value in own.items() if week > min(own)]
        end = (view.as_of - EPOCH).days // 7
        mean = sum(repeats) / len(repeats) if repeats else 0.0
        found[account] = Buyer(len(repeats), max(own) - first, end - first, mean)
    return found


def bg_nbd(customers: list[Buyer], logs: Any) -> float:
    """Log-likelihood of Fader, Hardie & Lee (2005), equation 6: still there, or gone after the last purchase."""
    r, alpha, a, b = (exp(value) for value in logs)
    total = 0.0
    for c in customers:
        start = lgamma(r + c.x) - lgamma(r) + r * log(alpha) + lgamma(a + b) - lgamma(a) - lgamma(b)
        stay = start + lgamma(a) + lgamma(b + c.x) - lgamma(a + b + c.x) - (r + c.x) * log(alpha + c.age)
        if c.x:
            gone = start + lgamma(a + 1) + lgamma(b + c.x - 1) - lgamma(a + b + c.x) - (r + c.x) * log(alpha + c.t_x)
            high = max(stay, gone)
            total += high + log(exp(stay - high) + exp(gone - high))
        else:
            total += stay
    return total


def gamma_gamma(customers: list[Buyer], logs: Any) -> float:
    """Log-likelihood of Fader & Hardie (2013), equation 1a."""
    p, q, v = (exp(value) for value in logs)
    total = 0.0
    for c in customers:
        total += lgamma(p * c.x + q) - lgamma(p * c.x) - lgamma(q) + q * log(v) + (p * c.x - 1) * log(c.mean)
        total += p * c.x * log(c.x) - (p * c.x + q) * log(v + c.mean * c.x)
    return total


def top(likelihood: Callable[[list[Buyer], Any], float], customers: list[Buyer], starts: list[list[float]]) -> Any:
    """The best of the simplex searches from several places; parameters between e⁻⁹ and e⁹."""
    bounds = [(-9.0, 9.0) if len(starts[0]) == 4 else (-30.0, 30.0)] * len(starts[0])
    searches = [
        minimize(
            lambda logs: -likelihood(customers, logs), start, method="Nelder-Mead", bounds=bounds,
            options={"xatol": 1e-5, "fatol": 1e-7, "maxiter": 900, "adaptive": True},
        )
        for start in starts
    ]  # fmt: skip
    return min(searches, key=lambda found: float(found.fun)).x


def alive(model: Any, c: Buyer) -> float:
    """Equation 8's share of the likelihood that the customer is still there."""
    if not c.x:
        return 1.0
    r, alpha, a, b = (exp(value) for value in model)
    return float(1 / (1 + a / (b + c.x - 1) * ((alpha + c.age) / (alpha + c.t_x)) ** (r + c.x)))


def expected(model: Any, c: Buyer, ahead: float) -> float:
    """Purchases in the time ahead: (1 − e^(−λpt)) / p over the posterior of λ  and p (by trapezoids)."""
    r, alpha, a, b = (exp(value) for value in model)
    odds = np.linspace(-16, 40, 4001)  # of p, on the logarithmic scale; below it p is as good as 0
    log_p, log_rest = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    p = np.exp(log_p)
    density = np.exp(a * log_p + (b + c.x) * log_rest - betaln(a, b + c.x)) * (odds[1] - odds[0])
    density[[0, -1]] /= 2
    gone = ((alpha + c.age) / (alpha + c.age + p * ahead)) ** (r + c.x)
    rest = betainc(a, b + c.x, p[0]) * (r + c.x) * ahead / (alpha + c.age)
    return alive(model, c) * float(rest + (density * (1 - gone) / p).sum())


def purchase_model(view: View) -> Any:
    """Parameters (their logarithms), or None where fewer than twenty came back."""

    def make() -> Any:
        found = list(buyers(view).values())
        if sum(c.x > 0 for c in found) < LEAST:
            return None
        scale = log(sum(c.age for c in found) / len(found) / 4)
        return top(bg_nbd, found, [[0.0, scale, 0.0, 0.5], [0.5, scale + 1, -1.0, 1.0]])

    return view.once("purchase model", make)


def _spend_model(view: View) -> Any:
    found = [c for c in buyers(view).values() if c.x and c.mean > 0]
    if purchase_model(view) is None or len(found) < 2:
        return None
    scale = sum(c.mean for c in found) / len(found)
    return view.once("spend model", lambda: top(gamma_gamma, found, [[1.5, 1.2, log(scale / 2)]]))


def _margin(view: View) -> float | None:
    lines = [r for r in view.whole["lines"] if r["cost"] is not None]
    net = sum(r["net"] for r in lines)
    return sum(r["net"] - r["cost"] for r in lines) / net if net > 0 else None


def worth(view: View) -> dict[int, float]:
    """Lifetime value of every customer of whom it can be told."""
    found: dict[int, float] = view.once("worth", lambda: _worth(view))
    return found


def _worth(view: View) -> dict[int, float]:
    margin, found = _margin(view), {}
    begun = {a["account_id"]: contracts(view, a["account_id"]) for a in view.whole["accounts"]}
    begun = {account: rows for account, rows in begun.items() if rows}
    if margin is None:
        return {}
    if begun:
        spans = [lifetime(view, account) for account in begun]
        months = sum(float(survivors([*spans], m * MONTH)) / 1.1 ** (m / 12) for m in range(12 * YEARS))
        for account, rows in begun.items():
            first = min(r["starts"] for r in rows)
            monthly = sum(r["annual"] for r in rows if r["starts"] == first) / 120_000
            found[account] = monthly * margin * months
    model, spend = purchase_model(view), _spend_model(view)
    if model is not None and spend is not None:
        p, q, v = (exp(value) for value in spend)
        for account, c in buyers(view).items():
            upto = [expected(model, c, 52 * year) for year in range(YEARS + 1)]
            count = sum((upto[y] - upto[y - 1]) / 1.1 ** (y - 0.5) for y in range(1, YEARS + 1))
            found[account] = count * p * (v + c.x * c.mean) / (p * c.x + q - 1) * margin
    return found


def _costs(view: View) -> list[Row]:
    return [
        r for r in view.whole["costs"]
        if (r["source_function"] or "").lower() in SELLING and (r["day"] is None or r["day"] <= view.as_of)
    ]  # fmt: skip


def is_worth_it(view: View, account: int) -> bool | None:
    """Whether a customer is worth three times what one cost to win in the past year; None if either is unknown."""
    since = month_back(view.as_of + ONE, 12)
    cost = sum(r["amount"] for r in _costs(view) if r["day"] and r["day"] >= since)
    firsts = [first_revenue(view, a["account_id"]) for a in view.whole["accounts"]]
    new = sum(first is not None and first >= since for first in firsts)
    if cost <= 0 or not new or account not in worth(view):
        return None
    return bool(worth(view)[account] >= MULTIPLE * cost / 10_000 / new)


def _mean(view: View, values: dict[int, float]) -> Answer:
    mine = [values[a["account_id"]] for a in view.rows["accounts"] if a["account_id"] in values]
    return {"all": Cell(sum(mine) / len(mine), len(mine))} if mine else {}


def _by_model(view: View, value: Callable[[Any, Buyer], float]) -> Answer:
    model = purchase_model(view)
    if model is None:
        return {} if view.by or not view.whole["lines"] else {"all": Cell(None)}
    return _mean(view, {account: value(model, c) for account, c in buyers(view).items()})


@naive("p_alive")
def p_alive(view: View) -> Answer:
    return _by_model(view, alive)


@naive("expected_purchases")
def expected_purchases(view: View) -> Answer:
    return _by_model(view, lambda model, c: expected(model, c, 52))


@naive("clv")
def clv(view: View) -> Answer:
    return _mean(view, worth(view))


@naive("ltv_cac")
def ltv_cac(view: View) -> Answer:
    """Mean worth of the customers acquired in the period / what one of them cost."""
    new: dict[Any, list[int]] = {}
    for account in view.whole["accounts"]:
        first = first_revenue(view, account["account_id"])
        if first:
            new.setdefault(view.bucket(first), []).append(account["account_id"])
    cost: dict[Any, int] = {}
    for row in _costs(view):
        cost[view.bucket(row["day"])] = cost.get(view.bucket(row["day"]), 0) + row["amount"]
    answer: Answer = {}
    for period in {*new, *cost} if new and cost else ():
        who = new.get(period, [])
        told = [worth(view)[a] for a in who if a in worth(view)]
        spent = cost.get(period, 0) / 10_000
        answer[period] = Cell(sum(told) / len(told) / (spent / len(who)) if told and spent > 0 else None, len(who))
    return answer
