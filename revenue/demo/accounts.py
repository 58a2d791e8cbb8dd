"""Customers and prospects: who they are, how and when they came, through whom, and until when they stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.ids import ACCOUNT, salesforce_ids
from revenue.demo.names import INDUSTRIES, account_names
from revenue.demo.people import REGIONS, SIZES, People
from revenue.demo.randoms import pick, pick_rows, sample_evenly
from revenue.demo.span import NEVER, Days
from revenue.demo.stories import BROKER, DIRECT, ONLINE, PARTNER, Stories

# Per unit of scale: customers there at the start, customers won during the span (and in the brokers' push), prospects.
EXISTING, WON, PUSHED, PROSPECTS = 200, 128, 7, 115
PER_UNIT = EXISTING + WON + PUSHED + PROSPECTS
SEGMENTS = ("Enterprise", "Mid-Market", "Small Business")
SEGMENT_SIZE = np.array([3.4, 1.05, 0.34])
ENTERPRISE, SMALL = 0, 2
SOURCES = (
    "Webinar", "Content Download", "Paid Search", "Trade Show", "Cold Call", "Sales Outreach", "Partner Referral",
    "Customer Referral", "Existing Customer",
)  # fmt: skip
MARKETING_SOURCES = 4  # the first four
COLD_CALL, OUTREACH, PARTNER_SOURCE, REFERRAL, EXPANSION_SOURCE = 4, 5, 6, 7, 8
_SOURCE_WEIGHTS = [0.14, 0.13, 0.10, 0.08, 0.16, 0.20, 0.10, 0.09]
STAR = 4  # in place of a route: the superstar's customers leave whichever way they came
_EARLY_LOSS = {"star": 0.7, "broker": 0.48, "deep": 0.42, "sales": 0.045, "marketing": 0.01}
_YEARLY_LOSS = {"star": 0.30, "broker": 0.22, "sales": 0.15, "marketing": 0.045}
_REGION_CITIES = (("Illinois", "United States"), ("Massachusetts", "United States"), ("California", "United States"),
                  ("", "Germany"), ("Texas", "United States"))  # fmt: skip
_EMEA_COUNTRIES = ("Germany", "France", "Netherlands", "United Kingdom", "Sweden", "Spain")


@dataclass(frozen=True)
class Accounts:
    """One chunk of accounts, columns of equal length; index = account within the chunk."""

    offset: int  # number of accounts in the chunks before
    segment: NDArray[np.int64]
    industry: NDArray[np.int64]
    region: NDArray[np.int64]  # index into REGIONS[:4]
    owner: NDArray[np.int64]
    size: NDArray[np.float64]
    since: Days  # first revenue; NEVER for prospects
    until: Days  # last day as a customer; NEVER while one
    route: NDArray[np.int64]  # how the customer came
    source: NDArray[np.int64]
    discount: NDArray[np.float64]
    euro: NDArray[np.bool_]
    pushed: NDArray[np.bool_]
    created: Days
    ids: pl.Series

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def early(self) -> NDArray[np.bool_]:
        """Customers who were gone within six months."""
        return (self.until < NEVER) & (self.until - self.since < 150)

    @property
    def names(self) -> pl.Series:
        """Invented, each different across all chunks."""
        return account_names(np.arange(len(self)) + self.offset, self.industry)


def make_accounts(rng: np.random.Generator, stories: Stories, people: People, units: int, offset: int) -> Accounts:
    """The accounts of `units` units of scale.

    1. Who they are: segment, industry, region, owner. 2. When new customers come. 3. Through which route, source and
    discount. 4. Until when they stay: brokers' and deeply discounted customers leave early, marketing's stay.
    """
    span = stories.span
    n = units * PER_UNIT
    role = np.repeat([0, 1, 2, 3], [units * k for k in (EXISTING, WON, PUSHED, PROSPECTS)])
    segment = pick(rng, [0.19, 0.43, 0.38], n)
    region = pick(rng, [0.30, 0.27, 0.21, 0.22], n)
    owner = _owners(rng, people, segment, region)
    since = np.full(n, NEVER)
    since[role == 0] = span.first - 60 - rng.integers(0, 2400, units * EXISTING)
    days = span.business_days
    since[role == 1] = days[(rng.random(units * WON) ** 0.93 * len(days)).astype(np.int64)]
    since[role == 2] = rng.choice(stories.push, units * PUSHED)
    superstar = owner == people.superstar
    new_chance = np.minimum(2.6 * stories.broker_chance(since), 0.5)
    chance = np.where(role == 0, 0.03, np.where(superstar, 0.6, new_chance))
    broker = sample_evenly(rng, np.clip(chance * np.array([1.3, 1.0, 0.6])[segment], 0, 1)) | (role == 2)
    other = pick_rows(rng, np.array([[0.76, 0.24, 0.0], [0.72, 0.28, 0.0], [0.5, 0.15, 0.35]])[segment])
    route = np.where(broker, BROKER, np.array([DIRECT, PARTNER, ONLINE])[other])
    source = pick(rng, _SOURCE_WEIGHTS, n)
    source = np.where(superstar & (source < MARKETING_SOURCES), OUTREACH, source)  # takes no leads from marketing
    source = np.where(broker & ((source < MARKETING_SOURCES) | (rng.random(n) < 0.75)), PARTNER_SOURCE, source)
    discount = draw_discounts(rng, route, superstar)
    until = _until(rng, stories, since, np.where(superstar, STAR, route), source, discount, role)
    size_luck = np.exp(rng.normal(0, 0.3, n))
    return Accounts(
        offset=offset, segment=segment, industry=pick(rng, [0.2, 0.17, 0.15, 0.14, 0.1, 0.12, 0.06, 0.06], n),
        region=region, owner=owner, size=SEGMENT_SIZE[segment] * size_luck * np.where(superstar, 2.6, 1.0),
        since=since, until=until, route=route, source=source, discount=discount,
        euro=(region == 3) & (rng.random(n) < 0.5), pushed=role == 2,
        created=np.where(role == 0, since - 40, np.minimum(np.where(role == 3, NEVER, since), span.last) - 20)
        - rng.integers(20, 200, n),
        ids=salesforce_ids(ACCOUNT, (np.arange(n) + offset) * 3 + 80_000),
    )  # fmt: skip


def draw_discounts(
    rng: np.random.Generator, route: NDArray[np.int64], superstar: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Discount off list by route; the superstar gives away a third whatever the route."""
    low = np.array([0.05, 0.11, 0.29, 0.00])[route]
    high = np.array([0.17, 0.22, 0.40, 0.06])[route]
    low, high = np.where(superstar, 0.29, low), np.where(superstar, 0.40, high)
    drawn: NDArray[np.float64] = np.round(low + (high - low) * rng.random(len(route)), 3)
    return drawn


def _owners(
    rng: np.random.Generator, people: People, segment: NDArray[np.int64], region: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The rep of each account: inside sales for most small ones, else the region's team, weighted within the team."""
    kind = np.where((segment == SMALL) & (region != 3) & (rng.random(len(segment)) < 0.85), 4, region)
    groups = len(people.team_names) // len(SIZES)
    team = kind + len(SIZES) * rng.integers(0, groups, len(kind))
    starts = np.searchsorted(people.team[: people.reps], np.arange(groups * len(SIZES) + 1))
    weights = np.zeros((groups * len(SIZES), max(SIZES)))
    for t in range(len(weights)):
        weights[t, : starts[t + 1] - starts[t]] = people.weight[starts[t] : starts[t + 1]]
    return starts[team] + pick_rows(rng, weights[team])


def _until(
    rng: np.random.Generator,
    stories: Stories,
    since: Days,
    route: NDArray[np.int64],
    source: NDArray[np.int64],
    discount: NDArray[np.float64],
    role: NDArray[np.int64],
) -> Days:
    """The day each customer leaves, NEVER if not before the end of the span."""
    span, n = stories.span, len(since)
    marketing, broker = source < MARKETING_SOURCES, route == BROKER
    early_chance = np.select(
        [route == STAR, broker, discount > 0.28, marketing],
        [_EARLY_LOSS["star"], _EARLY_LOSS["broker"], _EARLY_LOSS["deep"], _EARLY_LOSS["marketing"]],
        _EARLY_LOSS["sales"],
    )
    order = np.lexsort((since, source < MARKETING_SOURCES, route))
    early = np.zeros(n, dtype=bool)
    early[order] = sample_evenly(rng, (early_chance * (role == 1))[order])
    early_day = since + rng.integers(62, 96, n)
    yearly = np.select(
        [route == STAR, broker, marketing],
        [_YEARLY_LOSS["star"], _YEARLY_LOSS["broker"], _YEARLY_LOSS["marketing"]],
        _YEARLY_LOSS["sales"],
    )
    # Nobody else leaves in the first nine months; after that at a constant yearly rate.
    late_day = np.maximum(since + 280, span.first) + rng.exponential(1.0, n) * 365 / -np.log1p(-yearly)
    until = np.where(early, early_day, np.minimum(late_day, NEVER)).astype(np.int64)
    return np.where((until <= span.last) & (role != 3), until, NEVER)


def table(accounts: Accounts, people: People, last: int) -> pl.DataFrame:
    """`Account.csv` as Salesforce's API names write it, with the company's own Segment__c, Region__c, Strategic__c."""
    n = len(accounts)
    number = np.arange(n) + accounts.offset
    name = accounts.names
    employees = (np.array([5200, 640, 70])[accounts.segment] * accounts.size / SEGMENT_SIZE[accounts.segment]).astype(
        int
    )
    state = np.array([state for state, _ in _REGION_CITIES])[accounts.region]
    country = np.where(
        accounts.region == 3,
        np.array(_EMEA_COUNTRIES)[np.where(accounts.euro, number % 3, number % 6)],
        "United States",
    )
    strategic = (accounts.segment != SMALL) & (accounts.industry < 6)
    owner = people.on_duty(accounts.owner, np.full(n, last))
    created = pl.Series(accounts.created.astype(np.int32)).cast(pl.Date)
    stamp = created.cast(pl.String) + "T09:30:00.000Z"
    return pl.DataFrame(
        {
            "Id": accounts.ids,
            "IsDeleted": ["false"] * n,
            "Name": name,
            "Type": pl.Series(SEGMENTS).gather(accounts.segment),  # as companies use it that have no field of their own
            "ParentId": [""] * n,
            "BillingState": state,
            "BillingCountry": country,
            "Industry": pl.Series(INDUSTRIES).gather(accounts.industry),
            "AnnualRevenue": (employees * 240_000).astype(np.int64),
            "NumberOfEmployees": employees,
            "OwnerId": people.ids.gather(owner),
            "CreatedDate": stamp,
            "LastModifiedDate": stamp,
            "SystemModstamp": stamp,
            "AccountSource": pl.Series(SOURCES).gather(accounts.source),
            "Segment__c": pl.Series(SEGMENTS).gather(accounts.segment),
            "Region__c": pl.Series(REGIONS).gather(accounts.region),
            "Strategic__c": np.where(strategic, "true", "false"),
        }
    )
