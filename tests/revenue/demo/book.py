"""The company's files as a careful reader would tabulate them, without a line of the generator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from revenue.demo.stories import POLICY
from tests.revenue.demo.conftest import Company

MARKETING = ("Webinar", "Content Download", "Paid Search", "Trade Show")


@dataclass(frozen=True)
class Book:
    """The revenue lines in dollars, with what is known of their account and rep."""

    company: Company
    lines: pl.DataFrame
    as_of: date
    quarter: date
    last_quarter: date

    def between(self, start: date, end: date) -> pl.DataFrame:
        return self.lines.filter(pl.col("booked_on") >= start, pl.col("booked_on") < end)

    def reps(self) -> pl.DataFrame:
        return self.company.read("people/reps")

    def rep_id(self, name: str) -> str:
        return str(self.reps().filter(pl.col("name") == name)["rep_id"].item())

    def targets(self, metric: str = "net_revenue") -> pl.DataFrame:
        whole = pl.col("team").is_null() & pl.col("function").is_null() & pl.col("rep").is_null()
        return self.company.read("finance/targets").filter(pl.col("metric") == metric, whole)


def months_back(value: date, months: int) -> date:
    index = value.year * 12 + value.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def open_book(company: Company) -> Book:
    rates = company.read("finance/fx_rates").select(pl.col("on_date").alias("booked_on"), pl.col("rate"))
    accounts = company.read("salesforce/Account").select(
        pl.col("Id").alias("account_id"), "Segment__c", "Strategic__c", "AccountSource"
    )
    reps = company.read("people/reps").select(pl.col("rep_id").alias("owner"), "team", pl.col("name").alias("rep"))
    dollars = pl.when(pl.col("currency") == "EUR").then(pl.col("rate")).otherwise(1.0)
    lines = (
        company.read("finance/revenue_lines")
        .join(rates, on="booked_on", how="left")
        .join(accounts, on="account_id", how="left")
        .join(reps, on="owner", how="left")
        .with_columns((pl.col(c) * dollars).alias(c) for c in ("net_amount", "list_amount", "cost"))
    )
    as_of = company.totals.as_of
    quarter = date(as_of.year, as_of.month - (as_of.month - 1) % 3, 1)
    return Book(company, lines, as_of, quarter, months_back(quarter, 3))


def net(frame: pl.DataFrame) -> float:
    return float(frame["net_amount"].sum())


def margin(frame: pl.DataFrame) -> float:
    return 1 - float(frame["cost"].sum()) / net(frame)


def discount(frame: pl.DataFrame) -> float:
    return 1 - net(frame) / float(frame["list_amount"].sum())


def mean(frame: pl.DataFrame, column: str) -> float:
    return float(frame.select(pl.col(column).mean()).item())


def quality(frame: pl.DataFrame) -> float:
    """Share of revenue that passes the reference policy's tests on margin, price, route and fit."""
    good = frame.filter(
        1 - pl.col("cost") / pl.col("net_amount") >= POLICY.margin_floor,
        1 - pl.col("net_amount") / pl.col("list_amount") <= POLICY.discount_cap,
        ~pl.col("route").is_in(POLICY.grey_routes),
        pl.col("Segment__c").is_in(POLICY.strategic_segments),
    )
    return net(good) / net(frame)


def plan_to_date(book: Book, start: date) -> float:
    """The plan of the months since `start`, the current one in proportion to its days."""
    total = 0.0
    for row in book.targets().filter(pl.col("period_start") >= start, pl.col("period_start") <= book.as_of).to_dicts():
        days = (row["period_end"] - row["period_start"]).days
        total += float(row["amount"]) * min(1.0, ((book.as_of - row["period_start"]).days + 1) / days)
    return total


def prior_year(book: Book, start: date) -> pl.DataFrame:
    end = book.as_of + timedelta(days=1)
    return book.between(start.replace(year=start.year - 1), end.replace(year=end.year - 1))


def lost_customers(book: Book) -> pl.DataFrame:
    """New customers old enough to judge: how they came and whether all they subscribed to ended within six months."""
    subs = book.company.read("finance/subscriptions")
    until = subs.group_by("account_id").agg(
        pl.when(pl.col("ends_on").is_null().any()).then(None).otherwise(pl.col("ends_on").max()).alias("until")
    )
    deals = book.company.read("salesforce/Opportunity").filter(pl.col("IsWon"), pl.col("Type") == "New Business")
    first = deals.with_columns((1 - pl.col("Amount") / pl.col("List_Amount__c")).alias("given"))
    judged = first.filter(pl.col("CloseDate") <= book.as_of - timedelta(days=182))
    return judged.join(until, left_on="AccountId", right_on="account_id", how="left").with_columns(
        ((pl.col("until") - pl.col("CloseDate")).dt.total_days() < 182).fill_null(False).alias("gone")
    )


def weekly(book: Book, weeks: int) -> np.ndarray:
    """Net revenue of the last full weeks, Monday to Sunday; the week of the export is one, for no sale follows."""
    first = book.as_of - timedelta(days=4 + 7 * (weeks - 1))
    return np.array([net(book.between(first + timedelta(7 * i), first + timedelta(7 * i + 7))) for i in range(weeks)])
