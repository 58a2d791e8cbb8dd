"""What customers are worth over their life, and whether those without a contract are still there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.activity import purchases
from metrics.definitions.base import Array, Function, Timing, Unit, shaped
from metrics.definitions.cohorts import lifetimes
from metrics.definitions.cost import sales_cost
from metrics.definitions.customers import customers, members, months_after
from metrics.definitions.grouping import UNDATED, Ints, Running, group, settled_sum
from metrics.definitions.long import Long, long, stack
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut, Scene
from metrics.definitions.statistics.btyd import (
    BgNbd,
    GammaGamma,
    Purchases,
    fit_bg_nbd,
    fit_gamma_gamma,
    summarise,
)
from metrics.definitions.statistics.survival import kaplan_meier

FAMILY = "retention"
WEEK = 7
LEAST = 20  # repeat buyers before a model is fitted
_MONTH = 30.4375
_WHO = (Function.CUSTOMER_EXPERIENCE, Function.MARKETING, Function.SALES)
_COMMON: dict[str, Any] = {
    "reads": ("lines", "subscriptions", "accounts", "costs"), "family": FAMILY, "functions": _WHO, "dims": ACCOUNT_DIMS,
    "grains": (Grain.ALL,), "timing": Timing.LEAD, "empty": "too few repeat buyers without a contract to fit a model",
}  # fmt: skip


def simple_clv(margin: float, churn: float) -> float | None:
    """Margin per period / churn per period; None where no churn was observed, since it would be infinite."""
    return margin / churn if churn > 0 else None


def bought(scene: Scene) -> Purchases:
    """Repeat purchases of the customers without subscriptions, in weeks."""

    def make() -> Purchases:
        account, day = purchases(scene)
        worth = _paid(scene).upto(account, day) - _paid(scene).upto(account, day - 1)
        return summarise(account, day, worth / 10_000, scene.as_of, WEEK)

    return scene.once("bought", make)


def buyers(scene: Scene) -> tuple[Purchases, BgNbd] | None:
    """Customers without subscriptions in weeks, and the fitted model; None with too few repeat buyers."""
    fitted = lifetime_model(scene).purchases
    return None if fitted is None else (bought(scene), fitted)


def _kinds(scene: Scene) -> tuple[Array, Ints]:
    """Distinct (repeats, recency, age) as rows, and each customer's: alike customers are asked of a model once."""

    def make() -> tuple[Array, Ints]:
        mine = bought(scene)
        key = np.ravel_multi_index(
            tuple(c.astype(np.int64) for c in (mine.frequency, mine.recency, mine.age)),
            tuple(int(c.max(initial=0)) + 1 for c in (mine.frequency, mine.recency, mine.age)),
        )
        _, first, kind = np.unique(key, return_index=True, return_inverse=True)
        return np.stack([c[first] for c in (mine.frequency, mine.recency, mine.age)]), kind.reshape(-1)

    return scene.once("kinds of buyers", make)


def _paid(scene: Scene) -> Running:
    """Positive revenue per account."""

    def make() -> Running:
        lines = scene.rows("lines")
        used = (lines["net"] > 0) & (lines["account_id"] >= 0)
        return Running(lines["account_id"][used], lines.days("day")[used], lines["net"][used])

    return scene.once("positive revenue", make)


def _mean(cut: Cut, value: Array, account: Ints) -> Long:
    """Mean over the customers of each member."""
    known, place = customers(cut.scene).place(account)
    who = members(cut, customers(cut.scene))[place[known]]
    found, row = np.unique(who, return_inverse=True)
    n = np.bincount(row, minlength=found.size)
    mean = settled_sum(row, value[known], found.size) / np.maximum(n, 1)
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
    alive = cut.scene.once("chances to be alive", lambda: model.p_alive(found.frequency, found.recency, found.age))
    return _mean(cut, alive, found.customer)


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
    kinds, kind = _kinds(cut.scene)
    ahead = cut.scene.once("purchases ahead", lambda: model.expected_purchases(52, *kinds)[kind])
    return _mean(cut, ahead, found.customer)


@dataclass(frozen=True)
class LifetimeModel:
    """What is fitted over all customers: with it, each customer's value follows from their own rows alone.

    `margin`: gross margin of all lines. `contract`: discounted months that a customer with a contract stays. `cost`:
    acquisition cost of a new customer over the trailing year. None where it cannot be told.
    """

    margin: float | None
    contract: float | None
    purchases: BgNbd | None
    spend: GammaGamma | None
    cost: float | None


def lifetime_model(scene: Scene) -> LifetimeModel:
    """The fitted model of the scene; a scene of some rows alone can be given that of all of them beforehand."""
    return scene.once(MODEL, lambda: _fitted(scene))


MODEL = "lifetime model"


def _fitted(scene: Scene) -> LifetimeModel:
    margin, found = margin_of(scene), bought(scene)
    purchases_model, spend = None, None
    if (found.frequency > 0).sum() >= LEAST:
        purchases_model = fit_bg_nbd(found.frequency, found.recency, found.age)
        if ((found.frequency > 0) & (found.monetary > 0)).sum() >= 2:
            spend = fit_gamma_gamma(found.frequency, found.monetary)
    return LifetimeModel(
        None if np.isnan(margin) else margin, _contract(scene), purchases_model, spend, _acquisition(scene)
    )


def _contract(scene: Scene) -> float | None:
    """Σ discounted Kaplan–Meier survival of customers with a contract, month by month over the policy's horizon."""
    policy = scene.setting.policy
    with_contract = subscribed(scene)
    if not with_contract.any():
        return None
    length, ended = lifetimes(scene)
    months = np.arange(12 * policy.clv_horizon_years)
    left = kaplan_meier(length[with_contract], ended[with_contract]).at(months * _MONTH)
    return float((left / (1 + policy.discount_rate) ** (months / 12)).sum())


def _paid_contracts(scene: Scene) -> tuple[Ints, Ints, Ints]:
    """Account, start and annual value of every paid subscription that has begun."""
    subs = scene.rows("subscriptions")
    start = subs.days("starts")
    real = (subs["annual"] > 0) & (subs.days("ends") > start) & (start <= scene.as_of)
    return subs["account_id"][real], start[real], subs["annual"][real]


def subscribed(scene: Scene) -> Array:
    """Which of the customers have, or had, a paid subscription."""
    return np.isin(customers(scene).account, _paid_contracts(scene)[0])


def _acquisition(scene: Scene) -> float | None:
    """Sales and marketing cost of the trailing year per customer new in it; None without either."""
    day, amount = sales_cost(scene)
    first = customers(scene).first
    since = int(months_after(np.array([scene.as_of + 1]), -12)[0])
    cost, new = int(amount[(day >= since) & (day <= scene.as_of)].sum()), int((first >= since).sum())
    return cost / 10_000 / new if cost > 0 and new else None


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
    found, policy, model = customers(scene), scene.setting.policy, lifetime_model(scene)
    value = np.full(found.account.size, np.nan)
    if model.margin is None:
        return value
    with_contract = subscribed(scene)
    if model.contract is not None and with_contract.any():
        # The value of the contract that a customer began with, which a purchase may have come before.
        account, start, annual = _paid_contracts(scene)
        known, place = found.place(account)
        began = np.full(found.account.size, UNDATED, dtype=np.int64)
        np.minimum.at(began, place[known], start[known])
        first = Running(account, start, annual).upto(found.account[with_contract], began[with_contract])
        value[with_contract] = first / 120_000 * model.margin * model.contract
    if model.purchases is not None and model.spend is not None:
        mine = bought(scene)
        (x, t_x, age), kind = _kinds(scene)
        years = np.arange(1, policy.clv_horizon_years + 1)
        upto = [model.purchases.expected_purchases(52 * y, x, t_x, age) for y in (0, *years)]
        yearly = np.diff(np.stack(upto), axis=0)
        count = (yearly / (1 + policy.discount_rate) ** (years[:, None] - 0.5)).sum(axis=0)[kind]
        worth = count * model.spend.expected_spend(mine.frequency, mine.monetary) * model.margin
        known, place = found.place(mine.customer)
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
    "ltv_cac", "Lifetime value over acquisition cost", Unit.RATIO, looks_ahead=True,
    reads=("lines", "subscriptions", "accounts",
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
