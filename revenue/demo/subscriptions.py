"""Monitoring by subscription: who has one since when, what it costs a month, and its bills."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.accounts import Accounts
from revenue.demo.deals import EXPANSION, NEW, WON, Deals
from revenue.demo.ids import numbered
from revenue.demo.people import People
from revenue.demo.products import PRODUCTS, draw_products
from revenue.demo.randoms import pick, positions
from revenue.demo.span import NEVER, Days, Span
from revenue.demo.stories import DIRECT, Stories

INTERVALS = ("month", "quarter", "year")
STEPS = np.array([1, 3, 12])  # months between bills
_MONTHLY = np.array([8400.0, 2750.0, 780.0])  # dollars a month by segment
_WITH_SUBSCRIPTION = 0.97
_EXPANSION_ADDS = 0.30
_SHRINKS_A_YEAR = 0.07
_COMES_BACK = 0.08
_NOTICE = 29  # of so many accounts, prospects among them, one has given notice
_SPREAD = 37  # takes them from all over the list


@dataclass(frozen=True)
class Subscriptions:
    """One chunk of subscriptions, columns of equal length."""

    account: NDArray[np.int64]
    deal: NDArray[np.int64]  # -1: from before the span
    starts: Days
    ends: Days  # exclusive; NEVER = open
    monthly: NDArray[np.int64]  # whole units of the account's currency
    interval: NDArray[np.int64]
    product: NDArray[np.int64]
    owner: NDArray[np.int64]
    route: NDArray[np.int64]
    discount: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.account)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Subscriptions:
        """Some of the rows."""
        return Subscriptions(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def but(self, **columns: NDArray[np.int64]) -> Subscriptions:
        """The same rows with some columns changed."""
        return Subscriptions(**{f.name: columns.get(f.name, getattr(self, f.name)) for f in fields(self)})


def make_subscriptions(
    rng: np.random.Generator, stories: Stories, accounts: Accounts, deals: Deals, people: People
) -> Subscriptions:
    """Subscriptions of first customers, first orders and some expansions; some shrink, some return."""
    span = stories.span
    old = np.flatnonzero((accounts.since < span.first) & (rng.random(len(accounts)) < _WITH_SUBSCRIPTION))
    chance = np.where(deals.kind == NEW, _WITH_SUBSCRIPTION, _EXPANSION_ADDS * (deals.kind == EXPANSION))
    sold = np.flatnonzero((deals.state == WON) & (rng.random(len(deals)) < chance))
    starts = deals.close[sold] + rng.integers(3, 14, len(sold))
    good = (starts <= span.last) & (starts < accounts.until[deals.account[sold]] - 40)
    sold, starts = sold[good], starts[good]
    account = np.r_[old, deals.account[sold]]
    deal = np.r_[np.full(len(old), -1), sold]
    n = len(account)
    segment = accounts.segment[account]
    added = np.r_[np.ones(len(old)), np.where(deals.kind[sold] == NEW, 1.0, 0.45)]
    size = np.clip(accounts.size[account], 0.2, 12) / np.array([3.4, 1.05, 0.34])[segment]
    monthly = _MONTHLY[segment] * size * added * np.exp(rng.normal(0, 0.4, n))
    early = accounts.early[account]
    plain = Subscriptions(
        account=account, deal=deal, starts=_no_31st(np.r_[accounts.since[old], starts]),
        ends=accounts.until[account], monthly=np.maximum(40, np.round(monthly, -1)).astype(np.int64),
        interval=np.where(early, 0, pick(rng, [0.76, 0.17, 0.07], n)),
        product=draw_products(rng, ("Monitoring",), np.zeros(n, dtype=np.int64), 0),
        owner=people.on_duty(accounts.owner[account], np.full(n, span.last)),
        route=np.r_[np.full(len(old), DIRECT), deals.route[sold]],
        discount=np.round(0.7 * np.r_[np.minimum(accounts.discount[old], 0.2), deals.discount[sold]], 3),
    )  # fmt: skip
    return _ending(span, _returning(rng, span, accounts, _shrinking(rng, span, plain)), len(accounts))


def _shrinking(rng: np.random.Generator, span: Span, subs: Subscriptions) -> Subscriptions:
    """Some subscriptions end and go on the same day at a smaller amount."""
    begin = np.maximum(subs.starts, span.first) + 200
    end = np.minimum(subs.ends, span.last) - 30
    day = begin + (rng.exponential(1.0, len(subs)) * 365 / _SHRINKS_A_YEAR).astype(np.int64)
    rows = np.flatnonzero(day < end)
    day = _no_31st(day[rows])
    after = subs.take(rows)
    smaller = np.maximum(20, np.round(after.monthly * rng.uniform(0.5, 0.85, len(rows)), -1)).astype(np.int64)
    ends = subs.ends.copy()
    ends[rows] = day
    return _joined(subs.but(ends=ends), after.but(starts=day, monthly=smaller))


def _returning(rng: np.random.Generator, span: Span, accounts: Accounts, subs: Subscriptions) -> Subscriptions:
    """A few customers who left come back after four to six months."""
    gone = (subs.ends == accounts.until[subs.account]) & (subs.ends < span.last - 190) & ~accounts.early[subs.account]
    rows = np.flatnonzero(gone & (rng.random(len(subs)) < _COMES_BACK))
    back = subs.take(rows)
    starts = _no_31st(back.ends + rng.integers(120, 180, len(rows)))
    return _joined(subs, back.but(starts=starts, ends=np.full(len(rows), NEVER)))


def _ending(span: Span, subs: Subscriptions, accounts: int) -> Subscriptions:
    """About one customer in thirty has given notice: all its contracts end within three months, and none follows.

    Chosen by place and not by chance, so that nothing else that is drawn moves; the past is as it was.
    """
    place = np.arange(accounts)
    leaving, day = (place * _SPREAD) % _NOTICE == 0, span.last + 12 + (place * _SPREAD) % 70
    rows = leaving[subs.account] & (subs.ends == NEVER)
    return subs.but(ends=np.where(rows, day[subs.account], subs.ends))


def _joined(one: Subscriptions, other: Subscriptions) -> Subscriptions:
    return Subscriptions(**{f.name: np.r_[getattr(one, f.name), getattr(other, f.name)] for f in fields(one)})


def _no_31st(days: Days) -> Days:
    """Days after a 28th moved back to it, so that every month has the day of the bill."""
    dates = days.astype("datetime64[D]")
    within: Days = (dates - dates.astype("datetime64[M]")).astype(np.int64)
    return days - np.maximum(within - 27, 0)


def bills(subs: Subscriptions, span: Span) -> tuple[NDArray[np.int64], Days]:
    """Every bill of the span: the subscription it belongs to and its nominal day, which may be a weekend's."""
    step = STEPS[subs.interval]
    month = subs.starts.astype("datetime64[D]").astype("datetime64[M]")
    within = subs.starts - month.astype("datetime64[D]").astype(np.int64)
    first = np.datetime64(span.start, "M").astype(np.int64)
    skipped = np.maximum(0, -((month.astype(np.int64) - first) // step))  # bills before the span's first month
    last = np.minimum(subs.ends, span.last + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    count = np.maximum(0, (last - month.astype(np.int64)) // step + 1 - skipped)
    sub = np.repeat(np.arange(len(subs)), count)
    months = month[sub].astype(np.int64) + step[sub] * (skipped[sub] + positions(count))
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + within[sub]
    good = (days < subs.ends[sub]) & (days >= span.first) & (days <= span.last)
    return sub[good], days[good]


def active_at(subs: Subscriptions, day: int) -> NDArray[np.bool_]:
    """Subscriptions that run at the end of the day."""
    return (subs.starts <= day) & (subs.ends > day)


def table(subs: Subscriptions, accounts: Accounts, people: People, offset: int) -> pl.DataFrame:
    """`subscriptions` in the plain format; `offset` counts the subscriptions of the chunks before."""
    n = len(subs)
    euro = accounts.euro[subs.account]
    ends = pl.Series(np.where(subs.ends == NEVER, -1, subs.ends).astype(np.int32))
    return pl.DataFrame(
        {
            "subscription_id": numbered("SUB-", np.arange(n) + offset + 1, 8),
            "account_id": accounts.ids.gather(subs.account),
            "starts_on": pl.Series(subs.starts.astype(np.int32)).cast(pl.Date),
            "ends_on": ends.replace(-1, None).cast(pl.Date),
            "amount": subs.monthly * STEPS[subs.interval],
            "interval": pl.Series(INTERVALS).gather(subs.interval),
            "currency": pl.Series(["USD", "EUR"]).gather(euro.astype(np.int64)),
            "product": pl.Series([p.code for p in PRODUCTS]).gather(subs.product),
            "owner": people.ids.gather(subs.owner),
        }
    )
