"""What customers are worth over their life, and whether those without a contract are still there."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.activity import purchases
from metrics.definitions.base import Array, Function, Timing, Unit, shaped
from metrics.definitions.cohorts import lifetimes
from metrics.definitions.cost import sales_cost
from metrics.definitions.customers import customers, members
from metrics.definitions.grouping import UNDATED, Ints, Running, group
from metrics.definitions.long import Long, long, stack
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut, Scene
from metrics.definitions.statistics.btyd import BgNbd, Purchases, fit_bg_nbd, fit_gamma_gamma, summarise
from metrics.definitions.statistics.survival import kaplan_meier

FAMILY = "retention"
WEEK = 7
LEAST = 20  # repeat buyers before a model is fitted
_MONTH = 30.4375
_WHO = (Function.CUSTOMER_EXPERIENCE, Function.MARKETING, Function.SALES)
_COMMON: dict[str, Any] = {
    "reads": ("lines", "subscriptions", "accounts"), "family": FAMILY, "functions": _WHO, "dims": ACCOUNT_DIMS,
    "grains": (Grain.ALL,), "timing": Timing.LEAD, "empty": "too few repeat buyers without a contract to fit a model",
}  # fmt: skip


def simple_clv(margin: float, churn: float) -> float | None:
    """Margin per period / churn per period; None where no churn was observed, since it would be infinite."""
    return margin / churn if churn > 0 else None


def buyers(scene: Scene) -> tuple[Purchases, BgNbd] | None:
    """Customers without subscriptions in weeks, and the fitted model; None with too few repeat buyers."""

    def make() -> tuple[Purchases, BgNbd] | None:
        account, day = purchases(scene)
        worth = _paid(scene).upto(account, day) - _paid(scene).upto(account, day - 1)
        found = summarise(account, day, worth / 10_000, scene.as_of, WEEK)
        if (found.frequency > 0).sum() < LEAST:
            return None
        return found, fit_bg_nbd(found.frequency, found.recency, found.age)

    return scene.once("buyers", make)


def _paid(scene: Scene) -> Running:
    """Positive revenue per account."""
    lines = scene.rows("lines")
    used = (lines["net"] > 0) & (lines["account_id"] >= 0)
    return scene.once(
        "positive revenue", lambda: Running(lines["account_id"][used], lines.days("day")[used], lines["net"][used])
    )


def _mean(cut: Cut, value: Array, account: Ints) -> Long:
    """Mean over the customers of each member."""
    known, place = customers(cut.scene).place(account)
    who = members(cut, customers(cut.scene))[place[known]]
    found, row = np.unique(who, return_inverse=True)
    n = np.bincount(row, minlength=found.size)
    mean = np.bincount(row, weights=value[known], minlength=found.size) / np.maximum(n, 1)
    return long(Grain.ALL, np.full(found.size, UNDATED), found, value=mean, n=n)


def _unfitted() -> Long:
    return long(Grain.ALL, np.array([UNDATED]), np.zeros(1), value=np.array([np.nan]))


@shaped(
    "p_alive", "Customers without contract still there", Unit.RATE, **_COMMON, source="Fader, Hardie & Lee (2005)",
    formula="Mean probability (BG/NBD, in weeks) that a customer who buys without a contract is still a customer.",
    why="Nobody tells you when they stop buying.",
)  # fmt: skip
def p_alive(cut: Cut) -> Long:
    """Mean P(alive) as of the last day."""
    fitted = buyers(cut.scene)
    if fitted is None:
        return _unfitted() if not cut.by and len(cut.scene.frames.lines) else stack([])
    found, model = fitted
    return _mean(cut, model.p_alive(found.frequency, found.recency, found.age), found.customer)


@shaped(
    "expected_purchases", "Purchases expected in the next year", Unit.RATIO, **_COMMON,
    source="Fader, Hardie & Lee (2005)",
    formula="Mean number of purchases (BG/NBD, weeks with a purchase) expected of a customer in the next 52 weeks.",
    why="Next year's revenue of those who never signed anything.",
)  # fmt: skip
def expected_purchases(cut: Cut) -> Long:
    """Mean of the next 52 weeks."""
    fitted = buyers(cut.scene)
    if fitted is None:
        return _unfitted() if not cut.by and len(cut.scene.frames.lines) else stack([])
    found, model = fitted
    return _mean(cut, model.expected_purchases(52, found.frequency, found.recency, found.age), found.customer)


def lifetime_values(scene: Scene) -> Array:
    """Expected lifetime value in currency units at acquisition of every customer; NaN where it cannot be told.

    Contractual: first annual value × margin × discounted Kaplan–Meier survival, month by month over the horizon.
    Otherwise: purchases expected by BG/NBD each year × spend by Gamma–Gamma × margin, discounted.
    """
    return scene.once("lifetime values", lambda: _lifetime_values(scene))


def margin_of(scene: Scene) -> float:
    """Gross margin over all lines with a known cost; NaN if there are none."""
    lines = scene.rows("lines")
    known = lines["cost_known"]
    net = float(lines["net"][known].sum())
    return float((lines["net"] - lines["cost"])[known].sum()) / net if net > 0 else float("nan")


def _lifetime_values(scene: Scene) -> Array:
    found, policy = customers(scene), scene.setting.policy
    value = np.full(found.account.size, np.nan)
    margin = margin_of(scene)
    subs = scene.rows("subscriptions")
    real = (subs["annual"] > 0) & (subs.days("ends") > subs.days("starts"))
    subscribed = np.isin(found.account, subs["account_id"][real])
    if subscribed.any():
        length, ended = lifetimes(scene)
        months = np.arange(12 * policy.clv_horizon_years)
        left = kaplan_meier(length[subscribed], ended[subscribed]).at(months * _MONTH)
        factor = float((left / (1 + policy.discount_rate) ** (months / 12)).sum())
        begun = Running(subs["account_id"][real], subs.days("starts")[real], subs["annual"][real])
        first = begun.upto(found.account[subscribed], found.first[subscribed])
        value[subscribed] = first / 120_000 * margin * factor
    fitted = buyers(scene)
    if fitted is not None:
        bought, model = fitted
        spend = fit_gamma_gamma(bought.frequency, bought.monetary).expected_spend(bought.frequency, bought.monetary)
        years = np.arange(1, policy.clv_horizon_years + 1)
        upto = [model.expected_purchases(52 * y, bought.frequency, bought.recency, bought.age) for y in (0, *years)]
        yearly = np.diff(np.stack(upto), axis=0)
        known, place = found.place(bought.customer)
        worth = (yearly / (1 + policy.discount_rate) ** (years[:, None] - 0.5)).sum(axis=0) * spend * margin
        value[place[known]] = worth[known]
    return value


@shaped(
    "clv", "Customer lifetime value", Unit.MONEY, **{**_COMMON, "empty": "no margin, or no model that fits"},
    formula="Mean over customers: with a contract, first monthly value × margin × discounted survival over the "
    "policy's "
    "horizon; without, BG/NBD purchases × Gamma–Gamma spend × margin, discounted.",
    why="It says how much a new customer may cost.",
)  # fmt: skip
def clv(cut: Cut) -> Long:
    """Mean over the customers of whom it can be told."""
    value = lifetime_values(cut.scene)
    told = ~np.isnan(value)
    return _mean(cut, value[told], customers(cut.scene).account[told])


@shaped(
    "ltv_cac", "Lifetime value over acquisition cost", Unit.RATIO, reads=("lines", "subscriptions", "accounts",
    "costs"),
    family="margin and quality", functions=_WHO, dims=(), grains=(Grain.QUARTER, Grain.YEAR, Grain.ALL), min_n=5,
    empty="no cost, or no lifetime value",
    formula="Mean lifetime value of the customers acquired in the period divided by the period's acquisition cost.",
    why="Under three, growth does not pay for itself.",
)  # fmt: skip
def ltv_cac(cut: Cut) -> Long:
    """mean CLV / CAC; n = customers acquired."""
    found, value = customers(cut.scene), lifetime_values(cut.scene)
    day, amount = sales_cost(cut.scene)
    if not day.size or not found.first.size:
        return stack([])
    told = ~np.isnan(value)
    grouping = group(np.zeros(found.first.size + day.size, dtype=np.int64), np.concatenate([found.first, day]))
    none, one = np.zeros(day.size), np.ones(found.first.size)
    columns = [
        np.concatenate(pair) for pair in ((np.nan_to_num(value), none), (told, none), (one, none), (0 * one, amount))
    ]
    cells = [np.bincount(grouping.ids, weights=column, minlength=grouping.size) for column in columns]
    tables = []
    for grain in cut.grains:
        runs = grouping.rollup(grain, cut.setting.calendar)
        worth, known, count, cost = (np.add.reduceat(cell, runs.starts) for cell in cells)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where((known > 0) & (cost > 0), worth / known / (cost / 10_000 / count), np.nan)
        tables.append(long(grain, runs.period, runs.member, undated=runs.undated, value=ratio, n=count))
    return stack(tables)
