"""How each customer's recurring value moves between period ends, built from change points.

An *event* changes a customer's annual value on a day. A customer's state at the end of a period holds every event up
to the period's last day, so only periods with an event need a row, and no loop over customers or weeks is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.periods import Grain
from metrics.definitions.grouping import UNDATED, Ints, exact_sum, lookup, period_starts, positions, ranks
from metrics.definitions.scene import Cut

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Events:
    """Changes of annual value: whose, on which day, by how much; `fx` marks those that only a rate made."""

    member: Ints
    account: Ints
    day: Ints
    change: Ints
    fx: Flags

    def plus(self, other: Events) -> Events:
        """Both."""
        return Events(*(np.concatenate([getattr(self, f), getattr(other, f)]) for f in self.__dataclass_fields__))

    @cached_property
    def ordered(self) -> Ints:
        """Their places by member, account and day: periods of any grain are then neighbours. Sorted once for all."""
        _, member = ranks(self.member)
        accounts, account = ranks(self.account)
        days, day = ranks(self.day)
        return np.argsort((member * accounts.size + account) * days.size + day)


def account_members(cut: Cut, account: Ints, own: Ints) -> Ints:
    """The members of accounts by their own attributes; `own` where the account is not among the accounts."""
    ids, codes = cut.scene.rows("accounts")["account_id"], cut.codes("accounts")
    if not ids.size:
        return own
    place = positions(ids, account)
    return np.where(place >= 0, codes[place], own)


def subscription_events(cut: Cut, *, by_account: bool) -> Events:
    """Starts, ends and revaluations up to `as_of`; an open end, or one after `as_of`, is no event."""
    subs, rates, as_of = cut.scene.rows("subscriptions"), cut.scene.rows("revaluations"), cut.scene.as_of
    starts, ends, annual = subs.days("starts"), subs.days("ends"), subs["annual"]
    real = (starts <= as_of) & (ends > starts)
    over = real & (ends <= as_of)
    moved = rates.days("day") <= as_of
    known, place = lookup(subs["subscription_id"], rates["subscription_id"])
    moved &= known & real[place] if len(subs) else False
    moved &= rates.days("day") < ends[place] if len(subs) else False
    at_end = annual + exact_sum(place[moved], rates["change"][moved], len(subs))
    member, account = cut.codes("subscriptions"), subs["account_id"]
    if by_account:
        member = account_members(cut, account, member)
    begin = Events(member[real], account[real], starts[real], annual[real], np.zeros(int(real.sum()), dtype=bool))
    finish = Events(member[over], account[over], ends[over], -at_end[over], np.zeros(int(over.sum()), dtype=bool))
    at = place[moved]
    fx = Events(member[at], account[at], rates.days("day")[moved], rates["change"][moved], np.ones(at.size, dtype=bool))
    return begin.plus(finish).plus(fx)


@dataclass(frozen=True)
class Movements:
    """One row per customer and period in which something changed, and the table of period ends over all customers.

    `periods` are first days of all periods from the first event to `as_of`; `members` the codes that occur.
    `column` and `row` say which of them a movement row belongs to. Values are annual, in ten-thousandths.
    """

    periods: Ints
    members: Ints
    column: Ints  # → periods
    row: Ints  # → members
    account: Ints
    opening: Ints
    closing: Ints
    fx: Ints
    before: Flags  # had a value at some earlier period end

    @property
    def moved(self) -> Ints:
        """The change that no rate made."""
        moved: Ints = self.closing - self.opening - self.fx
        return moved

    @property
    def started(self) -> Flags:
        """From nothing to something."""
        return (self.opening <= 0) & (self.closing > 0)

    @property
    def churned(self) -> Flags:
        """From something to nothing."""
        return (self.opening > 0) & (self.closing <= 0)

    def table(self, values: Ints | Flags) -> Ints:
        """Σ of movement rows as a table of members (rows) by periods (columns)."""
        shape = (self.members.size, self.periods.size)
        return exact_sum(self.row * shape[1] + self.column, values, shape[0] * shape[1]).reshape(shape)

    @cached_property
    def opening_total(self) -> Ints:
        """Opening value by member and period."""
        change = self.table(self.closing - self.opening)
        return np.asarray(np.cumsum(change, axis=1) - change)

    @cached_property
    def opening_count(self) -> Ints:
        """Customers with a value at the period's start, by member and period."""
        change = self.table(self.started) - self.table(self.churned)
        return np.asarray(np.cumsum(change, axis=1) - change)

    @cached_property
    def present(self) -> Flags:
        """Where a member has had an event in this period or before."""
        return np.cumsum(self.table(np.ones(self.row.size, dtype=bool)), axis=1) > 0


def periods_of(cut: Cut, grain: Grain, events: Events) -> Ints:
    """First days of all periods from the one of the first event (there is one) to the one that holds `as_of`."""
    bounds = cut.periods(grain, int(events.day.min()), cut.scene.as_of)
    return np.array([p.start for p in bounds], dtype="datetime64[D]").astype(np.int64)


def movements(cut: Cut, grain: Grain, events: Events) -> Movements:
    """Movements between the ends of periods of `grain`, the last of them the one that holds `as_of`."""
    none = np.zeros(0, dtype=np.int64)
    if not events.day.size:
        return Movements(none, none, none, none, none, none, none, none, none.astype(bool))
    periods = periods_of(cut, grain, events)
    order = events.ordered
    members, row = ranks(events.member[order])
    account = events.account[order]
    column = positions(periods, period_starts(cut.setting.calendar, grain, events.day[order]))
    customer = _changes(row, account)
    first = np.flatnonzero(customer | _changes(column))
    change = np.add.reduceat(events.change[order], first)
    fx = np.add.reduceat(np.where(events.fx, events.change, 0)[order], first)
    head = np.maximum.accumulate(np.where(customer[first], np.arange(first.size), 0))  # each row's customer's first row
    closing = _running(change, head)
    alive = (closing > 0).astype(np.int64)
    return Movements(
        periods, members, column[first], row[first], account[first], closing - change, closing, fx,
        _running(alive, head) - alive > 0,
    )  # fmt: skip


def stock(cut: Cut, grain: Grain, events: Events) -> tuple[Ints, Ints, Ints]:
    """Period starts, members, and Σ change up to each period's end as a table of members by periods."""
    if not events.day.size:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none.reshape(0, 0)
    periods = periods_of(cut, grain, events)
    column = positions(periods, period_starts(cut.setting.calendar, grain, events.day))
    members, row = ranks(events.member)
    shape = (members.size, periods.size)
    table = exact_sum(row * shape[1] + column, events.change, shape[0] * shape[1]).reshape(shape)
    return periods, members, np.cumsum(table, axis=1)


def _changes(*columns: Ints) -> Flags:
    """Where a sorted table's row differs from the one before in any of the columns."""
    flags = np.ones(columns[0].size, dtype=bool)
    flags[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return flags


def _running(values: Ints, head: Ints) -> Ints:
    """Running sums that begin anew at each row that is its own head."""
    total = np.cumsum(values)
    return total - (total[head] - values[head])


__all__ = ["UNDATED", "Events", "Movements", "account_members", "movements", "stock", "subscription_events"]
