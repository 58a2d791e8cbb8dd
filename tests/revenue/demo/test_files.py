"""The files: the same bytes again, every reference answered, and the totals that were said."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import coaching.objects
import metrics.objects
from revenue import objects
from revenue.demo import write_company
from revenue.demo.span import Span
from tests.revenue.demo.conftest import SEED, TODAY, Company, write

assert coaching.objects
assert metrics.objects

PLAIN = {
    "finance/revenue_lines": "revenue_lines", "finance/subscriptions": "subscriptions", "finance/costs": "costs",
    "finance/targets": "targets", "finance/fx_rates": "fx_rates", "finance/products": "products",
    "hubspot/campaigns": "campaigns", "hubspot/touches": "touches", "people/reps": "reps",
    "people/activities": "activities", "people/hours": "hours", "people/tickets": "tickets",
    "people/coaching_sessions": "coaching_sessions", "people/trainings": "trainings",
    "people/change_events": "change_events", "people/sales_meetings": "sales_meetings",
}  # fmt: skip


def digests(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*.csv")}


def test_the_same_seed_and_day_give_the_same_bytes(company: Company, tmp_path: Path) -> None:
    again = write(tmp_path)
    assert digests(again.folder) == digests(company.folder)
    assert again.totals == company.totals


def test_another_seed_gives_another_company(company: Company, tmp_path: Path) -> None:
    assert write(tmp_path, seed=SEED + 1).totals.net != company.totals.net


def test_the_exports_end_on_the_friday_before() -> None:
    assert Span(date(2026, 11, 21)).as_of == date(2026, 11, 20)  # a Saturday
    assert Span(date(2026, 11, 20)).as_of == date(2026, 11, 13)  # a Friday: the one before
    assert Span(date(2026, 11, 26)).as_of == date(2026, 11, 20)
    assert Span(date(2026, 11, 21)).start == date(2024, 5, 1)


def test_nothing_happens_after_the_export(company: Company) -> None:
    as_of = company.totals.as_of
    assert company.read("finance/revenue_lines")["booked_on"].is_between(company.totals.start, as_of).all()
    assert company.read("people/coaching_sessions").select(pl.col("held_on").max()).item() <= as_of
    deals = company.read("salesforce/Opportunity")
    assert deals.filter(pl.col("IsClosed")).select(pl.col("CloseDate").max()).item() <= as_of
    assert deals.select(pl.col("CreatedDate").dt.date().max()).item() <= as_of


@pytest.mark.parametrize("name", PLAIN)
def test_plain_files_have_the_columns_of_the_documentation(company: Company, name: str) -> None:
    spec = objects.get(PLAIN[name])
    frame = company.read(name, typed=False)
    assert set(frame.columns) <= set(spec.names)
    for required in spec.required:
        assert frame[required].null_count() == 0, required
    for column in spec.columns:
        if column.choices and column.name in frame.columns:
            assert set(frame[column.name].drop_nulls()) <= set(column.choices), column.name
    identity = [k for k in spec.key if k in frame.columns]
    assert spec.content_key or frame.select(identity).is_unique().all()


def test_every_reference_is_answered(company: Company) -> None:
    accounts = set(company.read("salesforce/Account")["Id"])
    deals = set(company.read("salesforce/Opportunity")["Id"])
    people = company.read("people/reps")
    reps, names = set(people["rep_id"]), set(people["name"])
    campaigns = set(company.read("hubspot/campaigns")["campaign_id"])
    products = set(company.read("finance/products")["product_id"])
    for name, column, known in (
        ("salesforce/Account", "OwnerId", reps),
        ("salesforce/Opportunity", "AccountId", accounts), ("salesforce/Opportunity", "OwnerId", reps),
        ("salesforce/Opportunity", "CampaignId", campaigns), ("salesforce/Opportunity", "Product__c", products),
        ("salesforce/OpportunityHistory", "OpportunityId", deals),
        ("finance/revenue_lines", "account_id", accounts), ("finance/revenue_lines", "deal_id", deals),
        ("finance/revenue_lines", "owner", reps), ("finance/revenue_lines", "product", products),
        ("finance/subscriptions", "account_id", accounts), ("finance/subscriptions", "owner", reps),
        ("finance/costs", "campaign", campaigns), ("hubspot/touches", "deal_id", deals),
        ("hubspot/touches", "campaign", campaigns), ("hubspot/contacts", "Salesforce Opportunity ID", deals),
        ("hubspot/contacts", "Associated Company", set(company.read("salesforce/Account")["Name"])),
        ("people/activities", "rep", reps), ("people/activities", "deal_id", deals),
        ("people/activities", "account_id", accounts), ("people/tickets", "account_id", accounts),
        ("people/hours", "rep", reps), ("people/trainings", "rep", reps),
        ("people/coaching_sessions", "manager", names), ("people/coaching_sessions", "deal_id", deals),
    ):  # fmt: skip
        given = set(company.read(name, typed=False)[column].drop_nulls()) - {""}
        assert given, (name, column)
        assert given <= known, (name, column)
    coached = company.read("people/coaching_sessions")["rep"].str.split(";").explode()
    assert set(coached) <= reps


def exact(column: pl.Series) -> list[int]:
    """Decimal text in ten-thousandths."""
    return [int(Decimal(v) * 10_000) for v in column]


def test_totals_are_what_the_lines_add_up_to(company: Company) -> None:
    lines = company.read("finance/revenue_lines", typed=False)
    rates = {r["on_date"]: Decimal(r["rate"]) for r in company.read("finance/fx_rates", typed=False).to_dicts()}
    rate = [rates[d] if c == "EUR" else 1 for d, c in zip(lines["booked_on"], lines["currency"], strict=True)]
    said = company.totals
    assert lines.height == said.lines == said.rows["finance/revenue_lines.csv"]
    for column, total in (("net_amount", said.net), ("cost", said.cost), ("list_amount", said.list)):
        assert sum(Decimal(v) * r for v, r in zip(lines[column], rate, strict=True)) * 10_000 == total
    for name in ("year", "quarter", "month", "segment", "route", "team"):
        assert sum(said.net_by[name].values()) == said.net, name
    year = sum(
        Decimal(v) * r for v, r, d in zip(lines["net_amount"], rate, lines["booked_on"], strict=True) if d[:4] == "2025"
    )
    assert year * 10_000 == said.net_by["year"]["2025-01-01"]
    segments = dict(company.read("salesforce/Account").select("Id", "Segment__c").iter_rows())
    enterprise = sum(
        Decimal(v) * r
        for v, r, a in zip(lines["net_amount"], rate, lines["account_id"], strict=True)
        if segments[a] == "Enterprise"
    )
    assert enterprise * 10_000 == said.net_by["segment"]["Enterprise"]
    euros = lines.filter(pl.col("currency") == "EUR")["net_amount"]
    assert sum(exact(euros)) == said.net_by_currency["EUR"] > 0


def test_totals_are_what_the_deals_add_up_to(company: Company) -> None:
    deals = company.read("salesforce/Opportunity", typed=False)
    said = company.totals
    won, closed = deals["IsWon"] == "true", deals["IsClosed"] == "true"
    assert (won.sum(), (closed & ~won).sum(), (~closed).sum()) == (said.won, said.lost, said.open)
    assert sum(exact(deals.filter(won)["Amount"])) == said.bookings
    still = deals.filter(~closed)
    assert sum(exact(still["Amount"])) == said.pipeline_open
    chances = [Decimal(p) / 100 for p in still["Probability"]]
    assert sum(a * p for a, p in zip(exact(still["Amount"]), chances, strict=True)) == said.pipeline_weighted
    assert said.deals == said.won + said.lost + said.open == deals.height


def test_totals_are_what_runs_at_the_end(company: Company) -> None:
    as_of = company.totals.as_of
    subs = company.read("finance/subscriptions")
    runs = subs.filter((pl.col("starts_on") <= as_of) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > as_of)))
    months = {"month": 1, "quarter": 3, "year": 12}
    by_currency = {"USD": 0, "EUR": 0}
    for row in runs.to_dicts():
        assert row["amount"] % months[row["interval"]] == 0
        by_currency[row["currency"]] += row["amount"] // months[row["interval"]]
    assert by_currency == company.totals.mrr_by_currency


def test_totals_are_the_minutes_coached(company: Company) -> None:
    sessions = company.read("people/coaching_sessions").to_dicts()
    assert sum(s["minutes"] * len(s["rep"].split(";")) for s in sessions) == company.totals.coaching_minutes


def test_won_deals_are_worth_their_lines_and_a_year_of_their_subscription(company: Company) -> None:
    lines = company.read("finance/revenue_lines").filter(pl.col("net_amount") > 0, pl.col("currency") == "USD")
    hardware = lines.filter(~pl.col("product").str.starts_with("MC-"), pl.col("deal_id").is_not_null())
    brought = hardware.group_by("deal_id").agg(pl.col("net_amount").sum())
    deals = company.read("salesforce/Opportunity").join(brought, left_on="Id", right_on="deal_id", how="left")
    won = deals.filter(pl.col("IsWon"), pl.col("net_amount").is_not_null())
    assert (won["Amount"] >= won["net_amount"] - 0.01).all()
    alone = won.filter((pl.col("Amount") - pl.col("net_amount")).abs() < 0.01)
    assert alone.height > 0.4 * won.height  # the others brought a subscription or have lines still to come
    assert deals.filter(~pl.col("IsWon"))["net_amount"].null_count() == deals.filter(~pl.col("IsWon")).height


def test_history_ends_where_the_deal_stands(company: Company) -> None:
    history = company.read("salesforce/OpportunityHistory", typed=False)
    rows = history.with_columns(pl.int_range(pl.len()).alias("place"))
    last = rows.group_by("OpportunityId").agg(pl.all().sort_by("CreatedDate", "place").last())
    deals = company.read("salesforce/Opportunity", typed=False).join(last, left_on="Id", right_on="OpportunityId")
    assert deals.height == company.totals.deals
    for column in ("StageName", "Amount", "CloseDate", "Probability"):
        assert (deals[column] == deals[f"{column}_right"]).all(), column
    first = rows.group_by("OpportunityId").agg(pl.col("CreatedDate").min().alias("begun"))
    begun = deals.join(first, left_on="Id", right_on="OpportunityId")
    assert (begun["begun"] == begun["CreatedDate"]).all()


def test_a_larger_company_has_more_of_everything(company: Company, tmp_path: Path) -> None:
    large = write(tmp_path, scale=3).totals
    for name in ("salesforce/Account.csv", "salesforce/Opportunity.csv", "finance/revenue_lines.csv"):
        assert large.rows[name] / company.totals.rows[name] == pytest.approx(3, rel=0.05)
    assert large.net / company.totals.net == pytest.approx(3, rel=0.02)
    accounts = pl.read_csv(tmp_path / "salesforce/Account.csv")
    assert accounts["Id"].is_unique().all()
    assert accounts["Name"].is_unique().all()


def test_chunks_do_not_repeat_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("revenue.demo.company.CHUNK", 1)
    two = write(tmp_path, scale=2)
    for name, column in (
        ("salesforce/Account", "Id"), ("salesforce/Opportunity", "Id"), ("salesforce/OpportunityHistory", "Id"),
        ("finance/revenue_lines", "line_id"), ("finance/subscriptions", "subscription_id"),
        ("hubspot/contacts", "Record ID"), ("hubspot/touches", "touch_id"), ("people/activities", "activity_id"),
        ("people/tickets", "ticket_id"),
    ):  # fmt: skip
        assert two.read(name)[column].is_unique().all(), name


@pytest.mark.parametrize("scale", [0, -1, 1001])
def test_it_refuses_scales_it_cannot_write(tmp_path: Path, scale: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 1000"):
        write_company(tmp_path, seed=SEED, today=TODAY, scale=scale)
    assert not list(tmp_path.iterdir())
