"""What the files add up to, counted while they are written: the answers against which the product is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from revenue.demo.accounts import SEGMENTS, Accounts
from revenue.demo.deals import LOST, OPEN, WON, Deals
from revenue.demo.opportunities import PROBABILITY, Worth
from revenue.demo.people import People
from revenue.demo.revenue import Lines, dollars
from revenue.demo.span import Span
from revenue.demo.stories import ROUTES
from revenue.demo.subscriptions import Subscriptions, active_at
from revenue.demo.weeks import Rates


@dataclass(frozen=True)
class Totals:
    """Counts and exact sums. Money: integers in ten-thousandths of a dollar, euros converted at each line's own day.

    `net_by` holds net revenue by "year", "quarter" and "month" (keys as ISO dates of their first day), "segment",
    "route" and "team" (of the line's owner). `mrr_by_currency` is in whole units of the currency at the end of
    `as_of`; `mrr` is in dollars at that day's rate.
    """

    seed: int
    scale: int
    start: date
    as_of: date
    rows: Mapping[str, int]  # file, relative to the folder → rows without the heading
    lines: int
    net: int
    cost: int
    list: int
    net_by: Mapping[str, Mapping[str, int]]
    net_by_currency: Mapping[str, int]  # in the currency's own ten-thousandths
    deals: int
    won: int
    lost: int
    open: int
    bookings: int
    lost_amount: int
    pipeline_open: int
    pipeline_weighted: int
    subscriptions: int
    mrr: int
    mrr_by_currency: Mapping[str, int]
    coaching_minutes: int  # rep-minutes: a group session counts once per attendee

    @property
    def gross_margin(self) -> Fraction:
        """(net − cost) / net."""
        return Fraction(self.net - self.cost, self.net)

    @property
    def discount_depth(self) -> Fraction:
        """1 − net / list."""
        return 1 - Fraction(self.net, self.list)

    @property
    def win_rate(self) -> Fraction:
        """won / (won + lost)."""
        return Fraction(self.won, self.won + self.lost)

    @property
    def coaching_hours(self) -> Fraction:
        """Rep-hours coached."""
        return Fraction(self.coaching_minutes, 60)


@dataclass
class Counter:
    """Adds up chunk after chunk."""

    sums: dict[str, int] = field(default_factory=dict)
    net_by: dict[str, dict[str, int]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def add(self, **amounts: int) -> None:
        """Adds each amount to the sum of its name."""
        for name, amount in amounts.items():
            self.sums[name] = self.sums.get(name, 0) + int(amount)

    def add_lines(self, lines: Lines, accounts: Accounts, people: People, rates: Rates) -> None:
        """Counts revenue lines."""
        net = dollars(lines, rates)
        rate = np.where(lines.euro, rates.on(lines.day), 0)
        cost = np.where(lines.euro, lines.cost // 100 * rate, lines.cost * 100)
        listed = np.where(lines.euro, lines.listed // 100 * rate, lines.listed * 100)
        own = lines.net * 100
        self.add(lines=len(lines), net=net.sum(), cost=cost.sum(), list=listed.sum())
        self.add(net_usd=own[~lines.euro].sum(), net_eur=own[lines.euro].sum())
        months = lines.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        for name, length in (("month", 1), ("quarter", 3), ("year", 12)):
            first = months // length
            keys = [str(np.datetime64(int(k) * length, "M")) + "-01" for k in range(first.min(), first.max() + 1)]
            self._group(name, keys, first - first.min(), net)
        self._group("segment", SEGMENTS, accounts.segment[lines.account], net)
        self._group("route", ROUTES, lines.route, net)
        self._group("team", people.team_names, people.team[lines.owner], net)

    def _group(self, name: str, keys: Sequence[str], code: NDArray[np.int64], amounts: NDArray[np.int64]) -> None:
        group = self.net_by.setdefault(name, {})
        sums = np.zeros(len(keys), dtype=np.int64)
        np.add.at(sums, code, amounts)
        for key, amount in zip(keys, sums, strict=True):
            group[key] = group.get(key, 0) + int(amount)

    def add_deals(self, deals: Deals, worth: Worth) -> None:
        """Counts deals and their amounts."""
        amount = worth.amount * 100
        won, lost, still = (deals.state == state for state in (WON, LOST, OPEN))
        self.add(deals=len(deals), won=won.sum(), lost=lost.sum(), open=still.sum())
        self.add(bookings=amount[won].sum(), lost_amount=amount[lost].sum(), pipeline_open=amount[still].sum())
        self.add(pipeline_weighted=(amount // 100 * PROBABILITY[worth.stage])[still].sum())

    def add_subscriptions(self, subs: Subscriptions, accounts: Accounts, span: Span) -> None:
        """Counts subscriptions and what runs at the end."""
        monthly, euro = subs.monthly * active_at(subs, span.last), accounts.euro[subs.account]
        self.add(subscriptions=len(subs), mrr_usd=monthly[~euro].sum(), mrr_eur=monthly[euro].sum())

    def totals(self, *, seed: int, scale: int, span: Span, rates: Rates) -> Totals:
        """Everything counted so far."""
        sums = self.sums
        plain = {name: sums[name] for name in _PLAIN}
        rate = int(rates.on(np.array([span.last]))[0])
        return Totals(
            seed=seed, scale=scale, start=span.start, as_of=span.as_of, rows=dict(self.rows),
            net_by={name: dict(sorted(group.items())) for name, group in self.net_by.items()},
            net_by_currency={"USD": sums["net_usd"], "EUR": sums["net_eur"]},
            mrr=sums["mrr_usd"] * 10_000 + sums["mrr_eur"] * rate,
            mrr_by_currency={"USD": sums["mrr_usd"], "EUR": sums["mrr_eur"]}, **plain,
        )  # fmt: skip


_PLAIN = (
    "lines", "net", "cost", "list", "deals", "won", "lost", "open", "bookings", "lost_amount", "pipeline_open",
    "pipeline_weighted", "subscriptions", "coaching_minutes",
)  # fmt: skip
