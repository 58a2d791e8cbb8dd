"""Revenue lines: what won deals brought, what subscriptions billed, what customers ordered in between."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.accounts import SEGMENT_SIZE, SMALL, Accounts
from revenue.demo.columns import cents
from revenue.demo.deals import NEW, RENEWAL, WON, Deals, active_days
from revenue.demo.ids import numbered
from revenue.demo.people import People
from revenue.demo.products import COST, LIST_PRICE, PRODUCTS, draw_products
from revenue.demo.randoms import positions
from revenue.demo.scaling import scale_factors
from revenue.demo.span import Days, next_weekday
from revenue.demo.stories import BROKER, DIRECT, ONLINE, ROUTES, Stories
from revenue.demo.subscriptions import STEPS, Subscriptions, bills
from revenue.demo.weeks import Rates

ORDERS, CREDITS = 2500, 34  # per unit of scale: lines without a deal, credit notes
_BROKER_FEE = 0.06  # of list, part of the line's cost


@dataclass(frozen=True)
class Lines:
    """Revenue lines, columns of equal length. Money in hundredths of the line's currency; euro lines: whole euros."""

    account: NDArray[np.int64]
    day: Days
    net: NDArray[np.int64]
    listed: NDArray[np.int64]
    cost: NDArray[np.int64]
    euro: NDArray[np.bool_]
    quantity: NDArray[np.int64]
    product: NDArray[np.int64]
    owner: NDArray[np.int64]
    deal: NDArray[np.int64]  # -1: none
    route: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.account)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Lines:
        """Some of the rows."""
        return Lines(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Draft:
    """Lines before their amounts are settled: list in dollars, discount and who."""

    account: NDArray[np.int64]
    day: Days
    listed: NDArray[np.float64]
    discount: NDArray[np.float64]
    product: NDArray[np.int64]
    deal: NDArray[np.int64]
    route: NDArray[np.int64]


def make_lines(
    rng: np.random.Generator,
    stories: Stories,
    accounts: Accounts,
    deals: Deals,
    subs: Subscriptions,
    people: People,
    rates: Rates,
    level: NDArray[np.float64],
    units: int,
) -> tuple[Lines, Lines, float]:
    """Lines up to the end of the span, all lines of won deals before credit notes, and the typical scale factor.

    `level` is the revenue in dollars that each business day of the span should bring for these units. Bills are what
    the subscriptions say; all other lines are scaled, week by week and within it brokers' apart from the rest.
    """
    span = stories.span
    billed = _bill_lines(stories, accounts, subs, people)
    one, two = _deal_drafts(rng, stories, accounts, deals), _order_drafts(rng, stories, accounts, people, units)
    draft = Draft(**{f.name: np.r_[getattr(one, f.name), getattr(two, f.name)] for f in fields(Draft)})
    bill_dollars = dollars(billed, rates) / 10_000
    factors = scale_factors(stories, draft, bill_dollars, billed.day, billed.route, level)
    settled = _settle(draft, draft.listed * factors.factor, accounts, people, rates)
    written = settled.take(draft.day <= span.last)
    parts = [billed, written, _credits(rng, written, span.last, units)]
    lines = Lines(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Lines)})
    return lines.take(np.lexsort((lines.account, lines.day))), settled.take(draft.deal >= 0), factors.typical


def dollars(lines: Lines, rates: Rates) -> NDArray[np.int64]:
    """Net in dollars, in ten-thousandths; exact, because euro lines are whole euros and rates have four decimals."""
    return np.where(lines.euro, lines.net // 100 * rates.on(lines.day), lines.net * 100)


def _bill_lines(stories: Stories, accounts: Accounts, subs: Subscriptions, people: People) -> Lines:
    sub, nominal = bills(subs, stories.span)
    day = next_weekday(nominal)
    kept = day <= stories.span.last
    sub, day = sub[kept], day[kept]
    euro = accounts.euro[subs.account[sub]]
    net = (subs.monthly * STEPS[subs.interval])[sub] * 100
    listed = _whole(net / (1 - subs.discount[sub]), euro)
    return Lines(
        account=subs.account[sub], day=day, net=net, listed=listed,
        cost=_whole(listed * (COST[subs.product[sub]] + _BROKER_FEE * (subs.route[sub] == BROKER)), euro), euro=euro,
        quantity=_quantities(listed, subs.product[sub]), product=subs.product[sub],
        owner=people.on_duty(accounts.owner[subs.account[sub]], day), deal=subs.deal[sub], route=subs.route[sub],
    )  # fmt: skip


def _deal_drafts(rng: np.random.Generator, stories: Stories, accounts: Accounts, deals: Deals) -> Draft:
    """One to four lines per won deal, the first on the day of closing, the rest within two months."""
    won = np.flatnonzero(deals.state == WON)
    kind = deals.kind[won]
    count = np.where(
        kind == NEW, rng.integers(2, 5, len(won)), np.where(kind == RENEWAL, 1, rng.integers(1, 4, len(won)))
    )
    deal, place = np.repeat(won, count), positions(count)
    share = rng.uniform(0.4, 1.0, len(deal))
    share /= np.bincount(np.repeat(np.arange(len(won)), count), share)[np.repeat(np.arange(len(won)), count)]
    later = next_weekday(deals.close[deal] + rng.integers(0, 58, len(deal)))
    day = np.where(place == 0, deals.close[deal], later)
    pushed = (deals.route[deal] == BROKER) & np.isin(deals.close[deal], stories.push)
    day = np.where(pushed, np.minimum(deals.close[deal] + (day - deals.close[deal]) % 3, stories.push[-1]), day)
    until = accounts.until[deals.account[deal]]
    day = np.where(day > until, deals.close[deal], day)
    instruments = draw_products(rng, ("Instruments",), day, stories.launch)
    services = draw_products(rng, ("Services",), day, stories.launch)
    service = (deals.kind[deal] == RENEWAL) | ((place > 0) & (rng.random(len(deal)) < 0.3))
    return Draft(
        account=deals.account[deal], day=day, listed=deals.list_amount[deal] * share * np.where(service, 0.5, 1.0),
        discount=deals.discount[deal], product=np.where(service, services, instruments), deal=deal,
        route=deals.route[deal],
    )  # fmt: skip


def _order_drafts(rng: np.random.Generator, stories: Stories, accounts: Accounts, people: People, units: int) -> Draft:
    """Consumables and service calls that customers order between deals."""
    account, day = active_days(rng, stories, accounts, units * ORDERS, 10)
    n = len(account)
    late = accounts.early[account] & (day > accounts.since[account] + 70)
    day = np.where(late, accounts.since[account], day)
    listed = 9_500 * SEGMENT_SIZE[accounts.segment[account]] * np.exp(rng.normal(0, 0.6, n))
    service = rng.random(n) < 0.3
    product = np.where(
        service,
        draw_products(rng, ("Services",), day, stories.launch),
        draw_products(rng, ("Consumables",), day, stories.launch),
    )
    online = (accounts.segment[account] == SMALL) & (rng.random(n) < 0.5)
    superstar = accounts.owner[account] == people.superstar
    discount = np.round(rng.uniform(0.02, 0.10, n) + np.where(superstar, 0.2, 0.0), 3)
    return Draft(account, day, listed, discount, product, np.full(n, -1), np.where(online, ONLINE, DIRECT))


def _settle(draft: Draft, listed: NDArray[np.float64], accounts: Accounts, people: People, rates: Rates) -> Lines:
    """Amounts in the line's currency: list rounded, net and cost derived from the rounded list."""
    euro = accounts.euro[draft.account]
    own = np.where(euro, listed / rates.on(draft.day) * 10_000, listed) * 100
    list_amount = _whole(own, euro)
    fee = _BROKER_FEE * (draft.route == BROKER)
    return Lines(
        account=draft.account, day=draft.day, net=_whole(list_amount * (1 - draft.discount), euro), listed=list_amount,
        cost=_whole(list_amount * (COST[draft.product] + fee), euro), euro=euro,
        quantity=_quantities(list_amount, draft.product), product=draft.product,
        owner=people.on_duty(accounts.owner[draft.account], draft.day), deal=draft.deal, route=draft.route,
    )  # fmt: skip


def _credits(rng: np.random.Generator, lines: Lines, last: int, units: int) -> Lines:
    """Credit notes: a part of an earlier line, taken back within three weeks, its list and cost with it."""
    back = lines.take(rng.choice(len(lines), min(units * CREDITS, len(lines)), replace=False))
    part = rng.choice(np.array([0.1, 0.2, 0.25, 0.5]), len(back))
    taken = {name: -_whole(getattr(back, name) * part, back.euro) for name in ("net", "listed", "cost")}
    columns = {f.name: getattr(back, f.name) for f in fields(Lines)} | taken
    columns["day"] = next_weekday(back.day + rng.integers(3, 20, len(back)))
    columns["quantity"] = -np.maximum(1, np.round(back.quantity * part)).astype(np.int64)
    made = Lines(**columns)
    return made.take((made.day <= last) & (made.net < 0))


def _whole(cents: NDArray[np.float64], euro: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Whole cents for dollars, whole euros (in cents) for euros."""
    return np.where(euro, np.round(cents / 100) * 100, np.round(cents)).astype(np.int64)


def _quantities(listed: NDArray[np.int64], product: NDArray[np.int64]) -> NDArray[np.int64]:
    units: NDArray[np.float64] = np.round(listed / 100 / LIST_PRICE[product])
    return np.maximum(1, units).astype(np.int64)


def table(lines: Lines, accounts: Accounts, deal_ids: pl.Series, people: People, offset: int) -> pl.DataFrame:
    """`revenue_lines` in the plain format; `offset` counts the lines of the chunks before."""
    deal = pl.Series(lines.deal).replace(-1, None)
    money = {"net_amount": cents(lines.net), "list_amount": cents(lines.listed), "cost": cents(lines.cost)}
    return pl.DataFrame(
        {
            "line_id": numbered("INV-", np.arange(len(lines)) + offset + 1, 8),
            "account_id": accounts.ids.gather(lines.account),
            "booked_on": pl.Series(lines.day.astype(np.int32)).cast(pl.Date),
            "currency": pl.Series(["USD", "EUR"]).gather(lines.euro.astype(np.int64)),
            "quantity": lines.quantity,
            "product": pl.Series([p.code for p in PRODUCTS]).gather(lines.product),
            "owner": people.ids.gather(lines.owner),
            "deal_id": deal_ids.gather(deal),
            "route": pl.Series(ROUTES).gather(lines.route),
            **money,
        }
    ).select(
        "line_id", "account_id", "booked_on", "net_amount", "currency", "quantity", "list_amount", "cost", "product",
        "owner", "deal_id", "route",
    )  # fmt: skip
