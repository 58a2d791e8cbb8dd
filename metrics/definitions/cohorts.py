"""Who stays: cohorts by month of first revenue, survival, and the best customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.activity import active_spells
from metrics.definitions.base import Function, Unit, shaped
from metrics.definitions.customers import active_on, customers, members, months_after
from metrics.definitions.grouping import UNDATED, Ints, Running, Windows, exact_sum, group, period_starts, positions
from metrics.definitions.long import Long, long, stack
from metrics.definitions.movements import periods_of, subscription_events
from metrics.definitions.recurring import ACCOUNT_DIMS, TWELFTH
from metrics.definitions.scene import Cut, Scene
from metrics.definitions.statistics.survival import KaplanMeier, kaplan_meier

FAMILY = "retention"
MONTHS = 24
_WHO = (Function.CUSTOMER_EXPERIENCE, Function.PRODUCT, Function.SALES)
_COHORT: dict[str, Any] = {
    "looks_ahead": True,
    "family": FAMILY, "functions": _WHO, "grains": (Grain.MONTH,), "own_dims": ("months",),
    "dims": ACCOUNT_DIMS, "reads": ("accounts", "lines", "subscriptions"), "empty": "no revenue in the first month",
}  # fmt: skip


def _month(cut: Cut, day: Ints) -> Ints:
    return period_starts(cut.setting.calendar, Grain.MONTH, day)


def _cohorts(cut: Cut, revenue: bool) -> Long:
    found = customers(cut.scene)
    if not found.first.size:
        return stack([])
    cohort, who = _month(cut, found.first), members(cut, found)
    keys, place = np.unique(np.stack([who, cohort], axis=1), axis=0, return_inverse=True)
    place = place.reshape(-1)
    size = np.bincount(place)
    start = _worth(cut.scene, found.account, found.first, cohort) if revenue else None
    tables = []
    for k in range(MONTHS + 1):
        seen = months_after(keys[:, 1], k + 1) <= cut.scene.as_of + 1  # its last customer has been seen
        if not seen.any():
            break
        day = months_after(found.first, k)
        if start is None:
            top, bottom = np.bincount(place, weights=active_on(cut.scene, found.account, day)), size
        else:
            now = _worth(cut.scene, found.account, day, months_after(cohort, k))
            top, bottom = exact_sum(place, now, size.size), exact_sum(place, start, size.size)
        label = np.full(int(seen.sum()), f"{k:02d}", dtype=object)
        tables.append(
            long(
                Grain.MONTH, keys[seen, 1], keys[seen, 0], numerator=top[seen], denominator=bottom[seen], n=size[seen],
                months=label,
            )
        )  # fmt: skip
    return stack(tables)


def _worth(scene: Scene, account: Ints, day: Ints, month: Ints) -> Ints:
    """Annual recurring value on a day where there are subscriptions at all, else net revenue of the calendar month."""

    def make() -> Running:
        subs, lines = scene.rows("subscriptions"), scene.rows("lines")
        if not len(subs):
            return Running(lines["account_id"], lines.days("day"), lines["net"])
        real = subs.days("ends") > subs.days("starts")
        who, worth = subs["account_id"][real], subs["annual"][real]
        when = np.concatenate([subs.days("starts")[real], subs.days("ends")[real]])
        return Running(np.tile(who, 2), when, np.concatenate([worth, -worth]))

    running = scene.once("worth of customers", make)
    if len(scene.rows("subscriptions")):
        return running.upto(account, day)
    return running.upto(account, months_after(month, 1) - 1) - running.upto(account, month - 1)


@shaped(
    "cohort_retention", "Customers still active after k months", Unit.RATE, **_COHORT, min_n=5,
    formula="By month of first revenue: customers active k months after their first revenue / customers of the cohort. "
    "Cells that cannot have been seen yet are blank.",
    why="Averages over all customers hide that the new ones leave faster.",
)  # fmt: skip
def cohort_retention(cut: Cut) -> Long:
    """Share of each cohort's customers still active, k = 0 … 24."""
    return _cohorts(cut, revenue=False)


@shaped(
    "cohort_retention_revenue", "Revenue still there after k months", Unit.RATE, **_COHORT, min_n=5,
    numerator_scale=TWELFTH, denominator_scale=TWELFTH, zero=True,
    formula="By month of first revenue: recurring value k months on / at the start; without subscriptions, net "
    "revenue of "
    "the k-th month / of the first.",
    why="Those who stay may pay more, or less.",
)  # fmt: skip
def cohort_retention_revenue(cut: Cut) -> Long:
    """Share of each cohort's revenue still there, k = 0 … 24."""
    return _cohorts(cut, revenue=True)


def lifetimes(scene: Scene) -> tuple[Ints, np.ndarray]:
    """Days from first revenue to the end of the last spell, and whether that end was seen, per customer."""

    def make() -> tuple[Ints, np.ndarray]:
        found = customers(scene)
        subs = scene.rows("subscriptions")
        real = (subs["annual"] > 0) & (subs.days("ends") > subs.days("starts")) & (subs.days("starts") <= scene.as_of)
        spell_account, _, spell_end = active_spells(scene)
        who = np.concatenate([subs["account_id"][real], spell_account])
        end = np.concatenate([subs.days("ends")[real], spell_end])
        last = np.full(found.account.size, np.iinfo(np.int64).min)
        known, place = found.place(who)
        np.maximum.at(last, place[known], end[known])
        seen = last <= scene.as_of
        return np.where(seen, last, scene.as_of + 1) - found.first, seen

    return scene.once("lifetimes", make)


_SURVIVAL: dict[str, Any] = {
    "reads": ("accounts", "lines", "subscriptions"), "family": FAMILY, "functions": _WHO, "grains": (Grain.ALL,),
    "own_dims": ("months",), "dims": ACCOUNT_DIMS, "min_n": 10, "zero": True,
}  # fmt: skip


@shaped(
    "survival", "Survival of customers", Unit.RATE, **_SURVIVAL, source="Kaplan & Meier (1958)",
    formula="Kaplan–Meier: share of customers still there k months (of 30.4375 days) after their first revenue; "
    "customers who are still there count for as long as they have been seen.",
    why="It uses the customers who have not left yet, without pretending that they never will.",
)  # fmt: skip
def survival(cut: Cut) -> Long:
    """S(k) for k = 1 … 60 as far as seen; n = customers at risk at the last loss up to then (all before the first)."""
    return _survival(cut, lambda curve, at: curve.at(at))


_INTERVAL = (
    "end of the 95 % interval of survival: Greenwood's standard error on the log(−log) scale; 1 before the first loss."
)
_CARE = "Few customers make a wide interval; do not read more into the curve than it holds."


@shaped(
    "survival_low", "Survival of customers, low end", Unit.RATE, **_SURVIVAL, formula=f"Low {_INTERVAL}", why=_CARE,
    source="Greenwood (1926), Kalbfleisch & Prentice",
)  # fmt: skip
def survival_low(cut: Cut) -> Long:
    """S(k) to the power of exp(+1.96 σ), σ the standard error of log(−log S)."""
    return _survival(cut, lambda curve, at: curve.bounds(at)[0])


@shaped(
    "survival_high", "Survival of customers, high end", Unit.RATE, **_SURVIVAL, formula=f"High {_INTERVAL}", why=_CARE,
    source="Greenwood (1926), Kalbfleisch & Prentice",
)  # fmt: skip
def survival_high(cut: Cut) -> Long:
    """S(k) to the power of exp(−1.96 σ), σ the standard error of log(−log S)."""
    return _survival(cut, lambda curve, at: curve.bounds(at)[1])


def _survival(cut: Cut, value: Callable[[KaplanMeier, np.ndarray], np.ndarray]) -> Long:
    """What `value` reads from each member's curve at the ends of its months."""
    length, ended = lifetimes(cut.scene)
    who = members(cut, customers(cut.scene))
    tables = []
    for member in np.unique(who):
        mine = who == member
        curve = kaplan_meier(length[mine], ended[mine])
        months = np.arange(1, min(60, int(length[mine].max() / 30.4375)) + 1)
        at = months * 30.4375
        risk = np.where(curve.risk(at) > 0, curve.risk(at), int(mine.sum()))
        labels = np.array([f"{k:02d}" for k in months], dtype=object)
        period = np.full(months.size, UNDATED)
        tables.append(
            long(Grain.ALL, period, np.full(months.size, member), value=value(curve, at), n=risk, months=labels)
        )
    return stack(tables)


@shaped(
    "a_list_retention", "Retention of the best customers", Unit.RATE, family=FAMILY, functions=_WHO, dims=(),
    reads=("subscriptions", "lines", "accounts", "revaluations"), grains=(Grain.MONTH, Grain.QUARTER, Grain.YEAR),
    empty="no customer with gross profit in the year before", numerator_scale=TWELFTH, denominator_scale=TWELFTH,
    formula="Gross revenue retention of the top fifth of customers by gross profit of the year before the period's "
    "start.",
    why="To lose one of these is not to lose one of many.",
)  # fmt: skip
def a_list_retention(cut: Cut) -> Long:
    """Σ min(opening, closing) / opening over the A list; n = customers on it."""
    lines, day = cut.scene.rows("lines"), cut.scene.rows("lines").days("day")
    used = lines["cost_known"]
    if cut.floor is not None:
        used = used & (day >= months_after(np.array([cut.floor]), -12)[0])
    grouping = group(lines["account_id"][used], day[used])
    profit = Windows(grouping, grouping.sum((lines["net"] - lines["cost"])[used]))
    events = cut.once("subscription events", lambda: subscription_events(cut, by_account=True))
    if not profit.members.size or not events.day.size:
        return stack([])
    by_account = group(events.account, events.day)
    value = Windows(by_account, by_account.sum(events.change))
    place = positions(value.members, profit.members)
    has = place >= 0
    tables = []
    for grain in cut.grains:
        periods = periods_of(cut, grain, events)
        ends = np.append(periods[1:], cut.scene.as_of + 1)
        if (first := cut.first_asked(grain)) is not None:
            periods, ends = periods[periods >= first], ends[periods >= first]
        past = np.full(periods.size, -(10**6))
        opening, closing = value.between(past, periods), value.between(past, ends)
        opening, closing = (np.where(has[:, None], t[place], 0) for t in (opening, closing))
        gained = profit.between(months_after(periods, -12), periods)
        best = _top(np.where(opening > 0, gained, 0), cut.setting.policy.a_list_share)
        top = np.where(best, np.minimum(opening, np.maximum(closing, 0)), 0).sum(axis=0)
        bottom, n = np.where(best, opening, 0).sum(axis=0), best.sum(axis=0)
        tables.append(long(grain, periods, np.zeros(periods.size), numerator=top, denominator=bottom, n=n))
    return stack(tables)


def _top(values: Ints, share: float) -> np.ndarray:
    """Which rows are in the top `share` of the positive ones of each column (at least one)."""
    count = np.ceil((values > 0).sum(axis=0) * share - 1e-9).astype(np.int64)
    order = np.argsort(-values.T, axis=1, kind="stable")
    best = np.zeros(order.shape, dtype=bool)
    np.put_along_axis(best, order, np.arange(order.shape[1]) < count[:, None], axis=1)
    return np.asarray(best.T & (values > 0))
