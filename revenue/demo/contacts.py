"""HubSpot contacts: who became a lead, when, and how far each came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.accounts import EXPANSION_SOURCE, MARKETING_SOURCES, REFERRAL, Accounts
from revenue.demo.columns import dates
from revenue.demo.deals import NEW, WON, Deals
from revenue.demo.names import person_names
from revenue.demo.people import People
from revenue.demo.span import Days, Span

LEADS = 3300  # contacts that became no deal, per unit of scale
_STAGES = ("Lead", "Marketing Qualified Lead", "Sales Qualified Lead", "Opportunity", "Customer")
_STATUS = ("New", "Open", "In Progress", "Open Deal", "Connected")
_TRAFFIC = (
    "Offline Sources", "Organic Search", "Paid Search", "Offline Sources", "Offline Sources",  # by lead source
    "Organic Search", "Paid Search", "Direct Traffic", "Email Marketing", "Organic Social", "Referrals",
)  # fmt: skip
_BY_SOURCE, _ANY = 5, 6


@dataclass(frozen=True)
class Contacts:
    """Contacts, columns of equal length; -1: no account, no deal. Days run made ≤ marketing's ≤ sales' ≤ close."""

    made: Days
    deal: NDArray[np.int64]
    account: NDArray[np.int64]
    source: NDArray[np.int64]
    market_on: Days
    sales_on: Days
    is_mql: NDArray[np.bool_]
    is_sql: NDArray[np.bool_]


def make_contacts(rng: np.random.Generator, deals: Deals, accounts: Accounts, span: Span, units: int) -> Contacts:
    """A contact per new-business deal that a source brought, and those that came to nothing yet."""
    brought = np.flatnonzero((deals.kind == NEW) & ~np.isin(deals.source, (EXPANSION_SOURCE, REFERRAL)))
    k, m = len(brought), units * LEADS
    n = k + m
    strangers = span.first + rng.integers(0, span.last - span.first + 1, m)
    made = np.r_[deals.created[brought] - rng.integers(6, 70, k), strangers]
    marketed = np.r_[deals.source[brought] < MARKETING_SOURCES, rng.random(m) < 0.8]
    luck = np.r_[np.zeros(k), rng.random(m)]
    sales_on = np.r_[deals.created[brought], strangers + rng.integers(10, 60, m)]
    market_on = made + ((sales_on - made) * rng.uniform(0.1, 0.8, n)).astype(np.int64)
    is_mql = marketed & (luck < 0.36) & (market_on <= span.last)
    is_sql = (luck < 0.11) & (is_mql | ~marketed) & (sales_on <= span.last)
    some = np.where(rng.random(m) < 0.4, rng.choice(np.flatnonzero(accounts.since > span.last), m), -1)
    order = np.argsort(made, kind="stable")
    columns = Contacts(
        made=made, deal=np.r_[brought, np.full(m, -1)], account=np.r_[deals.account[brought], some],
        source=np.r_[np.minimum(deals.source[brought], _BY_SOURCE - 1), np.full(m, _BY_SOURCE)],
        market_on=market_on, sales_on=sales_on, is_mql=is_mql, is_sql=is_sql,
    )  # fmt: skip
    return Contacts(**{name: values[order] for name, values in vars(columns).items()})


def table(
    contacts: Contacts, deals: Deals, accounts: Accounts, people: People, ids: pl.Series, offset: int
) -> pl.DataFrame:
    """`contacts.csv` as HubSpot labels it; `offset` counts the contacts of the chunks before."""
    n = len(contacts.made)
    number = np.arange(n) + offset
    deal = contacts.deal
    won = (deal >= 0) & (deals.state[deal] == WON)
    stage = np.select([won, deal >= 0, contacts.is_sql, contacts.is_mql], [4, 3, 2, 1], 0)
    first, last = person_names(np.arange(n) * 13 + offset)
    address = first.str.to_lowercase() + "." + last.str.to_lowercase() + pl.Series(number).cast(pl.String)
    owner = people.on_duty(accounts.owner[np.maximum(contacts.account, 0)], contacts.made)
    traffic = np.where(contacts.source < _BY_SOURCE, contacts.source, _BY_SOURCE + number % _ANY)
    return pl.DataFrame(
        {
            "Record ID": number + 10_100_000,
            "First Name": first,
            "Last Name": last,
            "Email": address + "@mail.example",
            "Lifecycle Stage": pl.Series(_STAGES).gather(stage),
            "Lead Status": pl.Series(_STATUS).gather(stage),
            "Create Date": _minutes(contacts.made, (number * 7919) % 86_400),
            "Contact owner": pl.Series(people.name).gather(owner),
            "Associated Company": accounts.names.gather(pl.Series(contacts.account).replace(-1, None)),
            "Original Traffic Source": pl.Series(_TRAFFIC).gather(traffic),
            "Became a Lead Date": dates(contacts.made),
            "Became a Marketing Qualified Lead Date": dates(contacts.market_on, contacts.is_mql),
            "Became a Sales Qualified Lead Date": dates(contacts.sales_on, contacts.is_sql),
            "Became an Opportunity Date": dates(contacts.sales_on, deal >= 0),
            "Became a Customer Date": dates(deals.close[deal], won),
            "Salesforce Opportunity ID": ids.gather(pl.Series(deal).replace(-1, None)),
        }
    )


def _minutes(days: Days, seconds: NDArray[np.int64]) -> pl.Series:
    """Moments as HubSpot exports them: `2026-09-21 14:33`."""
    return pl.Series((days * 86_400 + seconds) * 1000).cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%d %H:%M")
