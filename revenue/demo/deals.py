"""Deals: first orders, expansions, renewals, the brokers' push, what was lost and what is open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from revenue.demo.accounts import (
    ENTERPRISE,
    EXPANSION_SOURCE,
    PARTNER_SOURCE,
    SEGMENT_SIZE,
    Accounts,
    draw_discounts,
)
from revenue.demo.people import TEAMS, People
from revenue.demo.randoms import pick, pick_rows, sample_evenly
from revenue.demo.span import NEVER, Days, next_weekday
from revenue.demo.stories import BROKER, COACHED_TEAM, DIRECT, ONLINE, PARTNER, Stories

NEW, EXPANSION, RENEWAL = 0, 1, 2
KINDS = ("New Business", "Existing Business", "Renewal")
OPEN, WON, LOST = 0, 1, 2
NO_TOUCH, BLENDED, FIELD = 0, 1, 2
MOTIONS = ("no-touch", "blended", "field")
# Per unit of scale.
LOST_NEW, EXPANSIONS, PUSH_EXPANSIONS, RENEWALS, OPEN_DEALS = 440, 1330, 18, 190, 330
_TEAM_WIN_RATE = np.array([0.24, 0.27, 0.26, 0.25, 0.27])
_MEDIAN_CYCLE = np.array([74, 52, 38])
LIST_AMOUNT = np.array([118_000, 84_000, 15_000])  # typical list amount by kind, for deals that bring no lines


@dataclass(frozen=True)
class Deals:
    """One chunk of deals, columns of equal length; index = deal within the chunk."""

    account: NDArray[np.int64]
    owner: NDArray[np.int64]
    kind: NDArray[np.int64]
    created: Days
    close: Days  # expected, while open
    state: NDArray[np.int64]
    route: NDArray[np.int64]
    motion: NDArray[np.int64]
    source: NDArray[np.int64]
    discount: NDArray[np.float64]
    list_amount: NDArray[np.float64]  # dollars, as asked for; a won deal's amounts come from its lines

    def __len__(self) -> int:
        return len(self.account)


def make_deals(rng: np.random.Generator, stories: Stories, accounts: Accounts, people: People, units: int) -> Deals:
    """All deals of a chunk of accounts, sorted by creation."""
    groups = [
        _first_orders(stories, accounts),
        _lost_new(rng, stories, accounts, people, units),
        _expansions(rng, stories, accounts, people, units),
        _push(rng, stories, accounts, units),
        _habit(rng, stories, accounts, units),
        _renewals(rng, stories, accounts, units),
        _open(rng, stories, accounts, units),
    ]
    account, kind, close, state = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    n = len(account)
    cycle = np.maximum(8, _MEDIAN_CYCLE[kind] * np.exp(rng.normal(0, 0.5, n))).astype(np.int64)
    created = np.where(state == OPEN, stories.span.last - rng.exponential(50, n).astype(np.int64) - 1, close - cycle)
    owner = people.on_duty(accounts.owner[account], np.minimum(close, stories.span.last))
    superstar = owner == people.superstar
    route = _routes(rng, stories, accounts, account, kind, close, superstar)
    sizes = np.array([len(group[0]) for group in groups])
    group = np.repeat(np.arange(len(groups)), sizes)
    pushed = (state == WON) & (np.isin(group, (3, 4)) | accounts.pushed[account] & (kind == NEW))
    route = np.where(pushed, BROKER, route)
    created = np.where(pushed, close - 9 - (close * 7 + account) % 21, created)
    first = (kind == NEW) & (state == WON)
    discount = np.where(first, accounts.discount[account], draw_discounts(rng, route, superstar))
    motion = pick_rows(
        rng, np.array([[0.02, 0.18, 0.80], [0.08, 0.60, 0.32], [0.45, 0.50, 0.05]])[accounts.segment[account]]
    )
    size = accounts.size[account] / SEGMENT_SIZE[accounts.segment[account]]
    listed = LIST_AMOUNT[kind] * SEGMENT_SIZE[accounts.segment[account]] * size * np.exp(rng.normal(0, 0.5, n))
    order = np.lexsort((account, created))
    return Deals(
        account=account[order], owner=owner[order], kind=kind[order], created=next_weekday(created)[order],
        close=close[order], state=state[order], route=route[order],
        motion=np.where(route == ONLINE, NO_TOUCH, motion)[order],
        source=_sources(rng, accounts, account, kind, route)[order], discount=discount[order],
        list_amount=listed[order],
    )  # fmt: skip


Group = tuple[NDArray[np.int64], NDArray[np.int64], Days, NDArray[np.int64]]  # account, kind, close, state


def _group(account: NDArray[np.int64], kind: int, close: Days, state: NDArray[np.int64] | int) -> Group:
    n = len(account)
    return account, np.full(n, kind), close, np.broadcast_to(np.asarray(state), (n,)).astype(np.int64)


def _first_orders(stories: Stories, accounts: Accounts) -> Group:
    """The won deal that made each new customer one."""
    account = np.flatnonzero((accounts.since >= stories.span.first) & (accounts.since <= stories.span.last))
    return _group(account, NEW, accounts.since[account], WON)


def _lost_new(rng: np.random.Generator, stories: Stories, accounts: Accounts, people: People, units: int) -> Group:
    """Tries that failed: with prospects, and with later customers before they came.

    The coached team loses fewer from the start of its coaching on: half of those are taken back to earlier days.
    """
    span = stories.span
    n = units * LOST_NEW
    later = rng.random(n) < 0.25
    account = np.where(
        later,
        rng.choice(np.flatnonzero((accounts.since > span.first) & (accounts.since < NEVER)), n),
        rng.choice(np.flatnonzero(accounts.since == NEVER), n),
    )
    end = np.minimum(accounts.since[account] - 30, span.last + 1)
    valid = end > span.first + 30
    account, end = account[valid], end[valid]
    close = span.first + 5 + (rng.random(len(account)) ** 0.8 * (end - span.first - 6)).astype(np.int64)
    coached = people.kind()[accounts.owner[account]] == TEAMS.index(COACHED_TEAM)
    earlier = coached & (close >= stories.coaching_starts) & (rng.random(len(account)) < 0.45)
    back = span.first + 5 + (rng.random(len(account)) * (stories.coaching_starts - span.first - 10)).astype(np.int64)
    close = np.minimum(next_weekday(np.where(earlier, np.minimum(back, close), close)), span.last)
    return _group(account, NEW, close, LOST)


def active_days(
    rng: np.random.Generator, stories: Stories, accounts: Accounts, size: int, after: int
) -> tuple[NDArray[np.int64], Days]:
    """`size` pairs of a customer and a business day on which they are one, `after` days or more since they came.

    Every customer-day is equally likely, so that the number grows with the company.
    """
    span = stories.span
    begin = np.maximum(np.where(accounts.since == NEVER, span.last + 1, accounts.since) + after, span.first)
    length = np.maximum(np.minimum(accounts.until, span.last + 1) - begin, 0)
    edges = np.cumsum(length)
    at = rng.integers(0, edges[-1], size)
    account = np.searchsorted(edges, at, side="right")
    days = begin[account] + at - (edges - length)[account]
    weekday = (days + 3) % 7
    days = np.where(weekday > 4, days - (weekday - 4), days)  # a weekend's deal closes on the Friday before
    return account, np.maximum(days, span.business_days[0])


def _expansions(rng: np.random.Generator, stories: Stories, accounts: Accounts, people: People, units: int) -> Group:
    """Closed expansion deals: won at the team's rate, which rises in the coached team, more often by the superstar."""
    account, close = active_days(rng, stories, accounts, units * EXPANSIONS, 45)
    team = people.kind()[accounts.owner[account]]
    lift = stories.coached_lift(close) * (team == TEAMS.index(COACHED_TEAM))
    chance = _TEAM_WIN_RATE[team] + lift + 0.10 * (accounts.owner[account] == people.superstar)
    order = np.lexsort((close, team))
    won = np.zeros(len(account), dtype=bool)
    won[order] = sample_evenly(rng, chance[order])
    return _group(account, EXPANSION, close, np.where(won, WON, LOST))


def _push(rng: np.random.Generator, stories: Stories, accounts: Accounts, units: int) -> Group:
    """The brokers' push: large customers' orders closed in the last ten days of the last full quarter."""
    there = (accounts.since < stories.push[0] - 90) & (accounts.until > stories.span.quarter)
    account = rng.choice(np.flatnonzero(there & (accounts.segment == ENTERPRISE)), units * PUSH_EXPANSIONS)
    return _group(account, EXPANSION, rng.choice(stories.push, len(account)), WON)


def _habit(rng: np.random.Generator, stories: Stories, accounts: Accounts, units: int) -> Group:
    """The habit that stayed: in the current quarter, too, large customers order through brokers."""
    span = stories.span
    days = span.business_days[span.business_days >= span.quarter]
    there = (accounts.since < span.quarter - 90) & (accounts.until > span.last) & (accounts.segment == ENTERPRISE)
    account = rng.choice(np.flatnonzero(there), units * (1 + len(days) // 4))
    return _group(account, EXPANSION, rng.choice(days, len(account)), WON)


def _renewals(rng: np.random.Generator, stories: Stories, accounts: Accounts, units: int) -> Group:
    """Renewals: won by those who stay, lost with those who leave."""
    span = stories.span
    account, close = active_days(rng, stories, accounts, units * RENEWALS, 330)
    stays = accounts.until[account] > close + 60
    leavers = np.flatnonzero((accounts.until < NEVER) & ~accounts.early & (accounts.until > span.first + 20))
    lost_on = np.maximum(next_weekday(accounts.until[leavers] - 12), span.business_days[0])
    both = np.r_[account[stays], leavers], np.r_[close[stays], lost_on]
    return _group(both[0], RENEWAL, both[1], np.repeat([WON, LOST], [int(stays.sum()), len(leavers)]))


def _open(rng: np.random.Generator, stories: Stories, accounts: Accounts, units: int) -> Group:
    """The pipeline: expansions of customers and new business, most due within the next hundred days, some overdue."""
    span = stories.span
    n = units * OPEN_DEALS
    there = np.flatnonzero((accounts.since <= span.last) & (accounts.until == NEVER))
    prospects = np.flatnonzero(accounts.since == NEVER)
    new = rng.random(n) < 0.42
    account = np.where(new, rng.choice(prospects, n), rng.choice(there, n))
    ahead = 3 + rng.exponential(62, n).astype(np.int64)
    overdue = rng.random(n) < 0.07
    close = next_weekday(np.where(overdue, span.last - rng.integers(3, 60, n), span.last + ahead))
    groups = _group(account, NEW, close, OPEN)
    return groups[0], np.where(new, NEW, EXPANSION), groups[2], groups[3]


def _routes(
    rng: np.random.Generator,
    stories: Stories,
    accounts: Accounts,
    account: NDArray[np.int64],
    kind: NDArray[np.int64],
    close: Days,
    superstar: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Route of each deal: the way the customer came for a first order, mostly the same for renewals, else by chance."""
    n = len(account)
    base = np.where(superstar, 0.5, stories.broker_chance(np.minimum(close, stories.span.last)))
    broker = rng.random(n) < base * np.array([1.45, 0.8, 0.4])[accounts.segment[account]] * (kind != RENEWAL)
    usual = np.array([DIRECT, PARTNER, ONLINE])[
        pick_rows(rng, np.array([[0.78, 0.22, 0.0], [0.72, 0.28, 0.0], [0.55, 0.15, 0.30]])[accounts.segment[account]])
    ]
    first = (kind == NEW) & (accounts.since[account] < NEVER)
    return np.where(first, accounts.route[account], np.where(broker, BROKER, usual))


def _sources(
    rng: np.random.Generator,
    accounts: Accounts,
    account: NDArray[np.int64],
    kind: NDArray[np.int64],
    route: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Lead source: the account's for new business; for the rest mostly the customer relation, sometimes marketing."""
    n = len(account)
    later = pick(rng, [0.10, 0.06, 0.0, 0.06, 0.0, 0.16, 0.0, 0.0, 0.62], n)
    later = np.where((route == BROKER) & (rng.random(n) < 0.5), PARTNER_SOURCE, later)
    later = np.where(kind == RENEWAL, EXPANSION_SOURCE, later)
    return np.where(kind == NEW, accounts.source[account], later)
