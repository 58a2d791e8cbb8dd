"""Every story of docs/demo.md, found in the files alone, as a reader would find it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from revenue.demo.stories import LONE_REP, POLICY, SUPERSTAR
from tests.revenue.demo.book import (
    MARKETING,
    Book,
    discount,
    lost_customers,
    margin,
    mean,
    months_back,
    net,
    open_book,
    plan_to_date,
    prior_year,
    quality,
    weekly,
)
from tests.revenue.demo.conftest import Company, write


@pytest.fixture(scope="session")
def book(company: Company) -> Book:
    return open_book(company)


@pytest.fixture(scope="session", params=["2026-08-09", "2027-01-16", "2026-05-30", "2028-03-04"])
def other_day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The company as it would be written on other days."""
    folder = tmp_path_factory.mktemp("other")
    return open_book(write(folder, today=date.fromisoformat(request.param), seed=7))


def test_it_is_a_company_of_a_plausible_size(book: Book) -> None:
    year = book.between(book.as_of - timedelta(days=365), book.as_of + timedelta(days=1))
    before = book.between(book.as_of - timedelta(days=730), book.as_of - timedelta(days=365))
    assert 50e6 < net(year) < 60e6
    assert 0.10 < net(year) / net(before) - 1 < 0.15
    assert 0.5 < margin(year) < 0.62
    assert 0.25 < float(book.company.totals.win_rate) < 0.40


def test_the_last_quarter_was_hit_through_brokers_in_its_last_ten_days(book: Book) -> None:
    _hit_through_brokers(book)


def test_so_on_other_days(other_day: Book) -> None:
    _hit_through_brokers(other_day)


def _hit_through_brokers(book: Book) -> None:
    quarter = book.between(book.last_quarter, book.quarter)
    start, months = book.last_quarter, pl.col("period_start")
    plan = float(book.targets().filter(months >= start, months < book.quarter)["amount"].sum())
    assert 1.0 < net(quarter) / plan < 1.03
    push = quarter.filter(pl.col("booked_on") >= book.quarter - timedelta(days=10), pl.col("route") == "broker")
    assert (net(quarter) - net(push)) / plan < 0.97
    assert discount(push) > 0.28
    deals = book.company.read("salesforce/Opportunity").filter(pl.col("IsWon"), pl.col("Route__c") == "broker")
    closed = deals.filter(pl.col("CloseDate") >= book.quarter - timedelta(days=10), pl.col("CloseDate") < book.quarter)
    assert closed.height >= 15


def test_the_superstar_sells_most_and_worst(book: Book) -> None:
    by_rep = (
        book.lines.group_by("rep")
        .agg(
            pl.col("net_amount").sum(),
            (1 - pl.col("cost").sum() / pl.col("net_amount").sum()).alias("margin"),
            (1 - pl.col("net_amount").sum() / pl.col("list_amount").sum()).alias("discount"),
        )
        .sort("net_amount", descending=True)
    )
    assert by_rep["rep"][0] == SUPERSTAR
    worst = by_rep.sort("margin").head(by_rep.height // 4)
    assert SUPERSTAR in worst["rep"].to_list()
    assert by_rep.sort("discount", descending=True)["rep"][0] == SUPERSTAR
    deals = book.company.read("salesforce/Opportunity").with_columns(
        (pl.col("OwnerId") == book.rep_id(SUPERSTAR)).alias("star")
    )
    for column in ("List_Amount__c", "Cost__c"):
        missing = deals.group_by("star").agg(pl.col(column).is_null().mean()).sort("star")[column]
        assert missing[1] > 0.5 > 0.01 >= missing[0]


def test_customers_gone_within_six_months_came_through_brokers(book: Book) -> None:
    new = lost_customers(book)
    broker = pl.col("Route__c") == "broker"
    star = pl.col("OwnerId") == book.rep_id(SUPERSTAR)
    assert mean(new.filter(broker), "gone") > 0.35
    assert mean(new.filter(~broker, ~star), "gone") < 0.10
    assert 0.06 < mean(new, "gone") < 0.20
    assert mean(new.filter(star), "gone") > 0.35
    gone = new.filter("gone")
    assert gone.filter(broker | star).height / gone.height > 0.6


def test_coaching_lifts_the_coached_teams_win_rate(book: Book) -> None:
    sessions = book.company.read("people/coaching_sessions")
    teams = book.reps().select("rep_id", "team")
    hours = (
        sessions.with_columns(pl.col("rep").str.split(";"))
        .explode("rep")
        .join(teams, left_on="rep", right_on="rep_id")
        .group_by("team", pl.col("held_on") >= book.as_of - timedelta(days=270))
        .agg(pl.col("minutes").sum())
    )
    months = {True: 9, False: 21}
    rate = {(t, later): m / 60 / months[later] for t, later, m in hours.iter_rows()}
    assert rate["Central", True] > 3 * rate["Central", False]
    assert all(rate[team, True] < rate["Central", True] / 3 for team, later in rate if team != "Central")
    deals = book.company.read("salesforce/Opportunity").join(teams, left_on="OwnerId", right_on="rep_id")
    closed = deals.filter(pl.col("IsClosed")).with_columns(
        (pl.col("CloseDate") >= book.as_of - timedelta(days=270)).alias("later"),
        (pl.col("team") == "Central").alias("in"),
    )
    won = closed.group_by("in", "later").agg(pl.col("IsWon").mean(), pl.len())
    share = {(i, later): (w, n) for i, later, w, n in won.iter_rows()}
    lift = share[True, True][0] - share[True, False][0]
    others = share[False, True][0] - share[False, False][0]
    assert lift > 0.10
    assert lift - others > 0.08
    assert min(n for _, n in share.values()) >= 100
    assert teams.filter(pl.col("team") == "Central").height >= 8


def test_a_launch_made_a_training_stale(book: Book) -> None:
    change = book.company.read("people/change_events").filter(pl.col("kind") == "product")
    launched, topic = change["on_date"].item(), change["topics"].item()
    product = book.company.read("finance/products").filter(pl.col("launched_on") == launched)
    assert product.height == 1
    trained = book.company.read("people/trainings").filter(pl.col("topic") == topic)
    assert trained.height > 20
    assert trained.select(pl.col("held_on").max()).item() < launched < book.as_of
    sold = book.lines.filter(pl.col("product") == product["product_id"].item())
    assert sold.height > 0
    assert sold.select(pl.col("booked_on").min()).item() >= launched


def test_marketings_customers_stay_longer(book: Book) -> None:
    subs = book.company.read("finance/subscriptions")
    accounts = book.company.read("salesforce/Account").select("Id", "AccountSource")
    ends = subs.group_by("account_id").agg(pl.col("ends_on").is_null().any().alias("stays"))
    customers = accounts.join(ends, left_on="Id", right_on="account_id")
    marketing = pl.col("AccountSource").is_in(MARKETING)
    assert mean(customers.filter(marketing), "stays") > mean(customers.filter(~marketing), "stays") + 0.1
    new = lost_customers(book)
    assert mean(new.filter(pl.col("LeadSource").is_in(MARKETING)), "gone") < 0.05


def test_some_customers_have_given_notice(book: Book) -> None:
    subs = book.company.read("finance/subscriptions")
    last = subs.group_by("account_id").agg(
        pl.col("ends_on").is_null().any().alias("open"), pl.col("ends_on").max().alias("until")
    )
    soon = last.filter(~pl.col("open") & (pl.col("until") > book.as_of))
    assert 3 <= soon.height <= 20
    assert soon.select(pl.col("until").max()).item() <= book.as_of + timedelta(days=90)


def test_enterprise_margin_falls_because_of_brokers(book: Book) -> None:
    now = book.between(book.last_quarter, book.as_of + timedelta(days=1)).filter(pl.col("Segment__c") == "Enterprise")
    before = prior_year(book, book.last_quarter).filter(pl.col("Segment__c") == "Enterprise")
    direct = pl.col("route") != "broker"
    assert margin(now) < margin(before) - 0.025
    assert margin(now.filter(direct)) > margin(before.filter(direct)) - 0.01  # none of the fall is elsewhere
    assert margin(now.filter(~direct)) < 0.40


def test_one_week_of_thirteen_is_outside_the_limits(book: Book) -> None:
    _one_signal(book)


def test_one_week_on_other_days(other_day: Book) -> None:
    _one_signal(other_day)


def _one_signal(book: Book) -> None:
    series = weekly(book, 13)
    width = 2.66 * np.abs(np.diff(series)).mean()
    outside = np.abs(series - series.mean()) > width
    assert outside.sum() == 1
    assert outside.argmax() == series.argmax()


def test_one_managers_reps_had_no_coaching_for_a_fortnight(book: Book) -> None:
    sessions = book.company.read("people/coaching_sessions")
    last = sessions.group_by("manager").agg(pl.col("held_on").max())
    quiet = last.filter(pl.col("held_on") < book.as_of - timedelta(days=14))
    assert quiet["manager"].to_list() == ["Anselm Krügerson"]
    team = book.reps().filter(pl.col("manager") == "Anselm Krügerson", pl.col("left_on").is_null())
    assert team.height >= 4


def test_one_rep_alone_knows_the_customers(book: Book) -> None:
    year = book.as_of - timedelta(days=365)
    contacts = book.company.read("people/activities").filter(
        pl.col("occurred_at").dt.date() > year, pl.col("account_id").is_not_null()
    )
    alone = contacts.group_by("account_id").agg(pl.col("rep").n_unique().alias("reps"), pl.col("rep").first())
    at_risk = book.between(year, book.as_of).join(alone.filter(pl.col("reps") == 1), on="account_id", suffix="_alone")
    by_rep = at_risk.group_by("rep_alone").agg(pl.col("net_amount").sum()).sort("net_amount", descending=True)
    assert by_rep["rep_alone"][0] == book.rep_id(LONE_REP)
    assert by_rep["net_amount"][0] > 1.5 * by_rep["net_amount"][1]


def test_the_quarter_is_ahead_of_plan_the_wrong_way(book: Book) -> None:
    _wrong_way(book)


def test_the_wrong_way_on_other_days(other_day: Book) -> None:
    _wrong_way(other_day)


def _wrong_way(book: Book) -> None:
    quarter = book.between(book.quarter, book.as_of + timedelta(days=1))
    assert net(quarter) / plan_to_date(book, book.quarter) == pytest.approx(1.035, abs=0.005)
    assert quality(quarter) < POLICY.quality_floor
    year_ago = book.between(months_back(book.quarter, 12), months_back(book.quarter, 9))
    assert quality(year_ago) > POLICY.quality_floor
    early = (book.as_of - book.quarter).days < 30  # a fortnight's growth is mostly noise
    assert 0.05 < net(quarter) / net(prior_year(book, book.quarter)) - 1 < (0.40 if early else 0.20)


def test_team_targets_add_up_to_the_companys(book: Book) -> None:
    targets = book.company.read("finance/targets").filter(pl.col("metric") == "net_revenue")
    teams = (
        targets.filter(pl.col("team").is_not_null()).group_by("period_start").agg(pl.col("amount").cast(float).sum())
    )
    whole = book.targets().select("period_start", pl.col("amount").cast(float).alias("whole"))
    both = whole.join(teams, on="period_start")
    assert both.height == whole.height >= 30
    assert (both["whole"] == both["amount"]).all()
    joint = targets.filter(pl.col("function") == "joint")
    assert joint.height == whole.height


def test_pre_briefs_and_debriefs_lie_within_two_days_of_a_meeting(book: Book) -> None:
    meetings = (
        book.company.read("people/activities")
        .filter(pl.col("kind").is_in(["meeting", "demo"]))
        .select("deal_id", "rep", pl.col("occurred_at").dt.date().alias("met"))
    )
    sessions = book.company.read("people/coaching_sessions").filter(pl.col("deal_id").is_not_null())
    assert set(sessions["kind"]) == {"pre_brief", "debrief"}
    both = sessions.with_row_index().join(meetings, on=["deal_id", "rep"])
    days = (pl.col("held_on") - pl.col("met")).dt.total_days()
    near = both.filter(
        pl.when(pl.col("kind") == "debrief").then(days.is_between(0, 2)).otherwise(days.is_between(-2, 0))
    )
    assert near["index"].n_unique() == sessions.height
