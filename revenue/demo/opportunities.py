"""The Salesforce export of deals: what each is worth, where it stands, and how well its record is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.accounts import SOURCES, Accounts
from revenue.demo.columns import cents, dates, stamps
from revenue.demo.deals import KINDS, LOST, MOTIONS, OPEN, WON, Deals
from revenue.demo.people import People
from revenue.demo.products import COST, PRODUCTS
from revenue.demo.randoms import pick
from revenue.demo.revenue import Lines, dollars
from revenue.demo.span import Span
from revenue.demo.stories import BROKER, ROUTES
from revenue.demo.subscriptions import Subscriptions
from revenue.demo.weeks import Rates

STAGES = (
    "Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review", "Closed Won",
    "Closed Lost",
)  # fmt: skip
PROBABILITY = np.array([10, 20, 40, 60, 80, 100, 0])
FORECAST = ("Pipeline", "Pipeline", "BestCase", "BestCase", "Forecast", "Closed", "Omitted")
FORECAST_NAMES = ("Pipeline", "Pipeline", "Best Case", "Best Case", "Commit", "Closed", "Omitted")
CLOSED_WON, CLOSED_LOST = 5, 6
LOST_REASONS = ("Price", "No decision", "Competitor", "Timing", "Missing feature")
NEXT_STEPS = ("Send proposal", "Site visit", "Security review", "Call with procurement", "Reference call", "Demo")


@dataclass(frozen=True)
class Worth:
    """Amounts of deals in hundredths of a dollar, and where each stands."""

    amount: NDArray[np.int64]
    listed: NDArray[np.int64]
    cost: NDArray[np.int64]
    product: NDArray[np.int64]
    stage: NDArray[np.int64]
    neat: NDArray[np.bool_]  # the record is filled in as it should be


def value_deals(
    rng: np.random.Generator,
    deals: Deals,
    lines: Lines,
    subs: Subscriptions,
    accounts: Accounts,
    people: People,
    rates: Rates,
    typical: float,
) -> Worth:
    """Amounts: a won deal's are its lines' and its subscription's first year; the others' are what was quoted."""
    n = len(deals)
    asked = np.maximum(1000, np.round(deals.list_amount * typical * (1 - deals.discount), -2))
    quoted = asked.astype(np.int64) * 100
    listed = np.round(quoted / (1 - deals.discount)).astype(np.int64)
    product = rng.choice(np.flatnonzero([p.family == "Instruments" for p in PRODUCTS]), n)
    cost = np.round(listed * (COST[product] + 0.06 * (deals.route == BROKER))).astype(np.int64)
    sums = _won_sums(n, lines, subs, accounts, rates)
    won = deals.state == WON
    product[lines.deal[::-1]] = lines.product[::-1]  # the deal's first line names its product
    stage = np.where(won, CLOSED_WON, np.where(deals.state == LOST, CLOSED_LOST, pick(rng, [3, 4, 4, 3, 2], n)))
    return Worth(
        amount=np.where(won, sums[0], quoted), listed=np.where(won, sums[1], listed),
        cost=np.where(won, sums[2], cost), product=product, stage=stage,
        neat=(deals.owner != people.superstar) | (rng.random(n) < 0.3),
    )  # fmt: skip


def _won_sums(
    n: int, lines: Lines, subs: Subscriptions, accounts: Accounts, rates: Rates
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Net, list and cost per deal in cents of a dollar: its lines and twelve months of its subscriptions."""
    net, listed, cost = (np.zeros(n, dtype=np.int64) for _ in range(3))
    rate = np.where(lines.euro, rates.on(lines.day), 10_000)
    np.add.at(net, lines.deal, (dollars(lines, rates) + 50) // 100)
    np.add.at(listed, lines.deal, lines.listed * rate // 10_000)
    np.add.at(cost, lines.deal, lines.cost * rate // 10_000)
    sold = (subs.deal >= 0) & (np.r_[True, subs.deal[1:] != subs.deal[:-1]])
    rows = np.flatnonzero(sold)
    _, first = np.unique(subs.deal[rows], return_index=True)  # a subscription that shrank later counts once, as sold
    rows = rows[first]
    year = (
        subs.monthly[rows]
        * 12
        * np.where(accounts.euro[subs.account[rows]], rates.on(subs.starts[rows]), 10_000)
        // 100
    )
    np.add.at(net, subs.deal[rows], year)
    full = np.round(year / (1 - subs.discount[rows])).astype(np.int64)
    np.add.at(listed, subs.deal[rows], full)
    np.add.at(cost, subs.deal[rows], np.round(full * COST[subs.product[rows]]).astype(np.int64))
    return net, listed, cost


def table(
    deals: Deals, worth: Worth, accounts: Accounts, people: People, span: Span, ids: pl.Series, campaigns: pl.Series
) -> pl.DataFrame:
    """`Opportunity.csv` with API names; Route__c … Loss_Reason__c are the company's own fields."""
    n = len(deals)
    closed = deals.state != OPEN
    number = np.arange(n)
    touched = np.where(closed, deals.close, np.maximum(span.last - (number * 7) % 19, deals.created))
    close = deals.close.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    won = deals.state == WON
    expected = worth.amount * PROBABILITY[worth.stage] // 100
    step = pl.Series(NEXT_STEPS).gather((number * 5 + deals.account) % len(NEXT_STEPS))
    truth = pl.Series(["false", "true"])
    modified = stamps(touched, 15 * 3600 + (number * 37) % 3600)
    names = accounts.names.gather(deals.account) + " – " + pl.Series([p.name for p in PRODUCTS]).gather(worth.product)
    return pl.DataFrame(
        {
            "Id": ids,
            "IsDeleted": ["false"] * n,
            "AccountId": accounts.ids.gather(deals.account),
            "Name": names,
            "StageName": pl.Series(STAGES).gather(worth.stage),
            "Amount": cents(worth.amount),
            "Probability": PROBABILITY[worth.stage],
            "ExpectedRevenue": cents(expected),
            "CloseDate": dates(deals.close),
            "Type": pl.Series(KINDS).gather(deals.kind),
            "NextStep": step.zip_with(pl.Series(~closed & worth.neat), pl.Series([None], dtype=pl.String)),
            "LeadSource": pl.Series(SOURCES).gather(deals.source),
            "IsClosed": truth.gather(closed.astype(np.int64)),
            "IsWon": truth.gather(won.astype(np.int64)),
            "ForecastCategory": pl.Series(FORECAST).gather(worth.stage),
            "ForecastCategoryName": pl.Series(FORECAST_NAMES).gather(worth.stage),
            "CampaignId": campaigns,
            "OwnerId": people.ids.gather(deals.owner),
            "CreatedDate": created_stamps(deals),
            "LastModifiedDate": modified,
            "SystemModstamp": modified,
            "LastActivityDate": dates(np.where(worth.neat, touched, deals.created)),
            "FiscalQuarter": close % 12 // 3 + 1,
            "FiscalYear": close // 12 + 1970,
            **_own_fields(deals, worth),
        }
    )


def _own_fields(deals: Deals, worth: Worth) -> dict[str, pl.Series]:
    """The company's own fields; the superstar leaves most of them empty."""
    reason = pl.Series(LOST_REASONS).gather(((np.arange(len(deals)) * 11) % 17) % len(LOST_REASONS))
    lost = pl.Series((deals.state == LOST) & worth.neat)
    return {
        "Route__c": pl.Series(ROUTES).gather(deals.route),
        "Motion__c": pl.Series(MOTIONS).gather(deals.motion),
        "Product__c": pl.Series([p.code for p in PRODUCTS]).gather(worth.product),
        "List_Amount__c": cents(worth.listed, worth.neat),
        "Cost__c": cents(worth.cost, worth.neat),
        "Loss_Reason__c": reason.zip_with(lost, pl.Series([None], dtype=pl.String)),
    }


def created_stamps(deals: Deals) -> pl.Series:
    """The moment each deal was made: its first history row carries the same."""
    return stamps(deals.created, 8 * 3600 + (np.arange(len(deals)) * 61) % 3600)
