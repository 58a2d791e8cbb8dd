"""When customers came, and which of them are still there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metrics.definitions.activity import active_spells
from metrics.definitions.grouping import Ints, Running, lookup, ranks
from metrics.definitions.movements import account_members
from metrics.definitions.scene import Cut, Scene

_MANY = 10_000


@dataclass(frozen=True)
class Customers:
    """Every customer with revenue up to `as_of`: account id (sorted) and the day of the first revenue."""

    account: Ints
    first: Ints

    def place(self, account: Ints) -> tuple[npt.NDArray[np.bool_], Ints]:
        """Whether each account id is a customer, and its position (0 where it is not)."""
        return lookup(self.account, account)


def customers(scene: Scene) -> Customers:
    """First revenue: the earliest start of a paid subscription or positive revenue line."""

    def make() -> Customers:
        lines, subs = scene.rows("lines"), scene.rows("subscriptions")
        paid = (lines["net"] > 0) & (lines["account_id"] >= 0)
        running = (subs["annual"] > 0) & (subs["account_id"] >= 0) & (subs.days("ends") > subs.days("starts"))
        account = np.concatenate([lines["account_id"][paid], subs["account_id"][running]])
        day = np.concatenate([lines.days("day")[paid], subs.days("starts")[running]])
        there = day <= scene.as_of  # leaves out what has no date
        account, day = account[there], day[there]
        order = np.lexsort((day, account))
        account, day = account[order], day[order]
        first = np.ones(account.size, dtype=bool)
        first[1:] = account[1:] != account[:-1]
        return Customers(account[first], day[first])

    return scene.once("customers", make)


def members(cut: Cut, found: Customers) -> Ints:
    """The member of each customer in the cut, by the account's attributes; none if it is not among the accounts."""
    return account_members(cut, found.account, np.full(found.account.size, cut.nobody, dtype=np.int64))


def months_after(days: Ints, months: int) -> Ints:
    """The same day of the month `months` later, in days since 1970, or that month's last day if it is shorter."""
    if days.size > _MANY:  # few of them are different
        distinct, place = ranks(days)
        return months_after(distinct, months)[place] if distinct.size < days.size else _months_after(days, months)
    return _months_after(days, months)


def _months_after(days: Ints, months: int) -> Ints:
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    into = (day - month.astype("datetime64[D]")).astype(np.int64)
    there, after = month + months, month + (months + 1)
    first, behind = (each.astype("datetime64[D]").astype(np.int64) for each in (there, after))
    return np.asarray(np.minimum(first + into, behind - 1))


def active_on(scene: Scene, account: Ints, day: Ints) -> npt.NDArray[np.bool_]:
    """Whether each account is active on its own day: a paid subscription runs, or a purchase is in its window."""

    def make() -> Running:
        subs = scene.rows("subscriptions")
        real = (subs["annual"] > 0) & (subs.days("ends") > subs.days("starts"))
        spell_account, spell_start, spell_end = active_spells(scene)
        who = np.concatenate([subs["account_id"][real], spell_account])
        start = np.concatenate([subs.days("starts")[real], spell_start])
        end = np.concatenate([subs.days("ends")[real], spell_end])
        one = np.ones(who.size, dtype=np.int64)
        return Running(np.tile(who, 2), np.concatenate([start, end]), np.concatenate([one, -one]))

    # Begun minus ended spells of the account up to and including the day.
    return np.asarray(scene.once("spells begun and ended", make).upto(account, day) > 0)


def durability(scene: Scene) -> tuple[Customers, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Customers, which of them were active when their early-churn window was over, and whose window is over."""

    def make() -> tuple[Customers, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        found = customers(scene)
        end = months_after(found.first, scene.setting.policy.early_churn_months)
        return found, active_on(scene, found.account, end), end <= scene.as_of

    return scene.once("durability", make)
