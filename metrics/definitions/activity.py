"""When a customer counts as active: subscriptions while they are paid, purchases for as long as the window says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Unit, shaped
from metrics.definitions.grouping import UNDATED, Ints, positions
from metrics.definitions.long import Long
from metrics.definitions.movements import Events, Movements, account_members, movements, subscription_events
from metrics.definitions.recurring import ACCOUNT_DIMS, FAMILY, rates
from metrics.definitions.scene import Cut, Scene


def purchases(scene: Scene) -> tuple[Ints, Ints]:
    """Distinct (account, day) with a positive line up to `as_of`, sorted, of customers who never had a subscription."""

    def make() -> tuple[Ints, Ints]:
        lines = scene.rows("lines")
        account, day = lines["account_id"], lines.days("day")
        used = (lines["net"] > 0) & (day <= scene.as_of) & (account >= 0)
        # A contract that has not begun, or never cost anything, does not end somebody's life as a buyer.
        subs = scene.rows("subscriptions")
        paid = (subs["annual"] > 0) & (subs.days("ends") > subs.days("starts")) & (subs.days("starts") <= scene.as_of)
        used &= ~np.isin(account, subs["account_id"][paid])
        account, day = account[used], day[used]
        order = np.lexsort((day, account))
        account, day = account[order], day[order]
        new = np.ones(account.size, dtype=bool)
        new[1:] = (np.diff(account) != 0) | (np.diff(day) != 0)
        return account[new], day[new]

    return scene.once("purchases", make)


@dataclass(frozen=True)
class Rhythms:
    """How the customers without a contract come back, by account (sorted), in days; 0 where there is no gap yet."""

    account: Ints
    last: Ints  # day of the last purchase
    gaps: Ints  # how many there are between the days of purchases
    twice_median: Ints  # of the gaps: the sum of the two in the middle, so that halves stay whole
    long: Ints  # the gap that nine in ten of them do not exceed (nearest rank)


def rhythms(scene: Scene) -> Rhythms:
    """The gaps between the days on which each customer bought."""

    def make() -> Rhythms:
        account, day = purchases(scene)
        customers, row = np.unique(account, return_inverse=True)
        inner = np.zeros(account.size, dtype=bool)
        inner[1:] = account[1:] == account[:-1]
        who, gaps = row[inner], np.diff(day, prepend=day[:1])[inner]
        order = np.lexsort((gaps, who))
        gaps = gaps[order]
        sizes = np.bincount(who, minlength=customers.size)
        starts = np.cumsum(sizes) - sizes

        def ranked(place: Ints) -> Ints:
            if not gaps.size:
                return np.zeros(sizes.size, dtype=np.int64)
            return np.where(sizes > 0, gaps[np.minimum(starts + np.maximum(place, 0), gaps.size - 1)], 0)

        last = np.zeros(customers.size, dtype=np.int64)
        np.maximum.at(last, row, day)
        middle = ranked((sizes - 1) // 2) + ranked(sizes // 2)
        return Rhythms(customers, last, sizes, middle, ranked((9 * sizes + 9) // 10 - 1))

    return scene.once("rhythms", make)


def window(scene: Scene) -> tuple[Ints, Ints, Ints]:
    """For each purchase its account, day and the first day on which it no longer keeps the customer active.

    The window is the larger of the policy's days and its multiple of the customer's median gap between purchases.
    """
    account, day = purchases(scene)
    policy, found = scene.setting.policy, rhythms(scene)
    days = np.full(found.account.size, policy.activity_window_days, dtype=np.int64)
    has = found.gaps > 0
    days[has] = np.maximum(days[has], policy.activity_window_gaps * found.twice_median[has] // 2)
    return account, day, day + days[positions(found.account, account)] + 1


def active_spells(scene: Scene) -> tuple[Ints, Ints, Ints]:
    """Account, first day and first day no longer active (UNDATED if still) of each unbroken spell of a purchaser."""

    def make() -> tuple[Ints, Ints, Ints]:
        account, day, until = window(scene)
        begins = np.ones(account.size, dtype=bool)
        begins[1:] = (account[1:] != account[:-1]) | (day[1:] > until[:-1])
        first = np.flatnonzero(begins)
        last = np.append(first[1:], account.size) - 1 if first.size else first
        end = np.where(until[last] <= scene.as_of, until[last], UNDATED)
        return account[first], day[first], end

    return scene.once("active spells", make)


def customer_events(cut: Cut) -> Events:
    """Events whose running sum is positive while a customer is active, with or without subscriptions."""
    subscribed = subscription_events(cut, by_account=True)
    account, start, end = active_spells(cut.scene)
    lines = cut.scene.rows("lines")
    ids, first = cut.scene.once("first lines", lambda: np.unique(lines["account_id"], return_index=True))
    own = cut.codes("lines")[first]  # of an account that is not among the accounts: the member of its first line
    fallback = own[positions(ids, account)] if account.size else account
    member = account_members(cut, account, fallback)
    over = end != UNDATED
    none = np.zeros(account.size, dtype=bool)
    one = np.ones(account.size, dtype=np.int64)
    begin = Events(member, account, start, one, none)
    finish = Events(member[over], account[over], end[over], -one[over], none[over])
    return subscribed.plus(begin).plus(finish)


def activity(cut: Cut, grain: Grain) -> Movements:
    """Movements between active and not."""
    return cut.once(
        ("activity", grain), lambda: movements(cut, grain, cut.once("customer events", lambda: customer_events(cut)))
    )


@shaped(
    "logo_churn", "Customer churn", Unit.RATE, looks_ahead=True,
    reads=("accounts", "subscriptions", "lines"), family=FAMILY,
    functions=(Function.CUSTOMER_EXPERIENCE, Function.PRODUCT, Function.SALES), direction=Direction.DOWN,
    dims=ACCOUNT_DIMS, grains=(Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR), min_n=10,
    empty="no customer at the period's start",
    formula="Customers active at the period's start and not at its end, divided by customers active at its start.",
    why="Revenue can hide how many leave.",
)  # fmt: skip
def logo_churn(cut: Cut) -> Long:
    """Customers lost / customers at the start."""
    return rates(cut, activity, lambda m: m.table(m.churned), lambda m: m.opening_count)
