"""Runs: what is published, kept, reproduced and seen by whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db.models import F, Sum

from core.models import Role, Team, User
from core.periods import Grain
from metrics.answers import answer
from metrics.compute.runs import compute
from metrics.definitions.frames import DIMENSIONS
from metrics.models import Due, MetricRun, MetricValue
from metrics.published import read
from revenue.imports import actions, hooks
from revenue.people import link_users
from tests.metrics.company import LINES, bring, bring_company, lines, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with time_machine.travel("2026-02-10T12:00:00Z", tick=True):
        yield


def value(key: str, **cut: object) -> object:
    (row,) = answer(key, **cut)["rows"]  # type: ignore[arg-type]
    return row["value"]


def test_values_are_exact_and_carry_their_parts() -> None:
    bring_company()
    (row,) = answer("net_revenue")["rows"]
    assert (row["value"], row["n"], row["status"]) == ("410.1234", 5, "ok")
    (margin,) = answer("gross_margin")["rows"]
    # Lines with a known cost alone: 100 − 60, −10 + 4, 70 − 70, 200 − 90.
    assert (margin["numerator"], margin["denominator"], margin["n"]) == ("144", "360", 4)
    assert margin["value"] == pytest.approx(0.4)


def test_months_with_no_rows_are_absent_and_parts_add_up() -> None:
    bring_company()
    months = answer("net_revenue", grain=Grain.MONTH)["rows"]
    assert [r["period"] for r in months] == ["2025-01-01", "2025-02-01", "2025-04-01", "2026-01-01"]
    assert sum(Decimal(r["value"]) for r in months) == Decimal("410.1234")
    segments = answer("net_revenue", by=["segment"])["rows"]
    assert {r["by"]["segment"]: r["value"] for r in segments} == {None: "70", "Enterprise": "350.1234", "SMB": "-10"}


def test_a_second_run_of_the_same_rows_writes_nothing() -> None:
    bring_company()
    before = MetricValue.objects.count()
    run = compute()
    assert run.changed_count == 0
    assert MetricValue.objects.count() == before
    assert not MetricValue.objects.filter(run_from=run.pk).exists()


def test_an_import_is_followed_by_a_run_of_what_it_touched() -> None:
    bring_company()
    last = MetricRun.newest()
    assert last is not None
    bring("more.csv", lines([("L6", "A2", "2026-02-01", "1000", "", "", "R2")]))
    newest = MetricRun.newest()
    assert newest is not None
    assert newest.pk > last.pk
    assert "net_revenue" in newest.metrics
    assert "coaching_hours" not in newest.metrics
    assert not Due.objects.exists()
    assert value("net_revenue") == "1410.1234"


def test_an_earlier_run_is_reproduced_exactly() -> None:
    bring_company()
    first = MetricRun.newest()
    then = answer("net_revenue", grain=Grain.MONTH, by=["rep"])["rows"]
    bring("corrected.csv", lines([("L1", "A1", "2025-01-15", "99", "60", "120", "R2"), *LINES[1:]]))
    assert answer("net_revenue", grain=Grain.MONTH, by=["rep"])["rows"] != then
    assert answer("net_revenue", grain=Grain.MONTH, by=["rep"], run=first)["rows"] == then


def test_an_undo_brings_the_numbers_back() -> None:
    bring_company()
    before = answer("net_revenue", grain=Grain.MONTH)["rows"]
    batch = bring(
        "more.csv", lines([("L6", "A2", "2026-02-01", "1000", "", "", "R2"), ("L1", *LINES[0][1:3], "1", "", "", "R1")])
    )
    assert answer("net_revenue", grain=Grain.MONTH)["rows"] != before
    actions.undo(batch=batch, by="test", settle=False)
    hooks.settle(wait=True)
    assert answer("net_revenue", grain=Grain.MONTH)["rows"] == before


def test_a_missing_rate_holds_rows_up_and_is_reported() -> None:
    bring_company()
    row = {"line_id": "E1", "account_id": "A1", "booked_on": "2026-01-05", "net_amount": "100", "currency": "EUR"}
    bring("euro.csv", text([row]))
    newest = MetricRun.newest()
    assert newest is not None
    assert newest.inputs["missing_rates"] == {"EUR": 1}
    assert value("net_revenue") == "410.1234"
    bring("rates.csv", text([{"currency": "EUR", "on_date": "2026-01-01", "rate": "1.25"}]))
    assert value("net_revenue") == "535.1234"


def test_won_deals_stand_in_where_there_are_no_lines() -> None:
    deal = {"deal_id": "D1", "account_id": "A1", "stage": "Closed Won", "amount": "40", "close_on": "2026-01-05"}
    bring("deals.csv", text([deal]))
    assert value("net_revenue") == "40"
    bring("lines.csv", lines())
    assert value("net_revenue") == "410.1234", "lines of the same customers take over"


def test_everyone_sees_their_own_scope() -> None:
    bring_company()
    ceo = User.objects.create_user("ceo@example.com", name="Alice", role=Role.CEO)
    mia = User.objects.create_user("mia@example.com", name="Mia", role=Role.SALES_MANAGER)
    mia.teams.add(Team.objects.get(name="East"))
    rolf = User.objects.create_user("rolf@example.com", name="Rolf", role=Role.REP)
    stranger = User.objects.create_user("charlie@example.com", name="Charlie", role=Role.REP)
    link_users()

    def seen(user: User) -> object:
        number = read(user, ["net_revenue"]).get("net_revenue", Grain.ALL)
        return number and number.value

    assert seen(ceo) == Decimal("410.1234")
    assert seen(mia) == Decimal("350.1234")
    assert seen(rolf) == Decimal("60")
    assert seen(stranger) is None

    def members(user: User, member: str) -> set[str]:
        return {n.member for n in read(user, ["net_revenue"], dims=["rep"], member=member).numbers.values()}

    assert members(ceo, "Rolf") == {"", "Rolf"}
    assert members(mia, "Rolf") == {"East"}, "naming somebody widens no scope"
    assert [r["by"]["rep"] for r in answer("net_revenue", by=["rep"], user=rolf)["rows"]] == ["Rolf"]
    assert answer("net_revenue", user=rolf)["rows"] == []


def test_every_dimension_adds_up_to_the_whole() -> None:
    bring_company()
    run = MetricRun.newest()
    assert run is not None
    values = MetricValue.objects.at(run).filter(metric="net_revenue")
    for grain in ("month", "quarter", "year", "all"):
        whole = dict(values.filter(grain=grain, dim="").values_list("period", "numerator"))
        for dim in DIMENSIONS:
            parts = values.filter(grain=grain, dim=dim).values("period").annotate(total=Sum(F("numerator")))
            assert {p["period"]: p["total"] for p in parts} == whole, (grain, dim)


def test_growth_compares_the_same_days() -> None:
    bring_company()
    (january,) = [r for r in answer("growth_yoy", grain=Grain.MONTH)["rows"] if r["period"] == "2026-01-01"]
    assert (january["numerator"], january["denominator"]) == ("100", "100")
    assert january["value"] == 1
    (year,) = [r for r in answer("growth_yoy", grain=Grain.YEAR)["rows"] if r["period"] == "2026-01-01"]
    # 1 January – 10 February of both years.
    assert (year["denominator"], year["status"]) == ("150.1234", "to date")
    assert date(2026, 2, 10) == MetricRun.newest().as_of  # type: ignore[union-attr]


def test_lines_are_sold_in_the_motion_of_their_deal() -> None:
    bring_company()
    deal = {"account_id": "A1", "stage": "Closed Won", "amount": "40", "close_on": "2026-01-05", "owner": "R1"}
    deals = [{"deal_id": "D1", "motion": "field", **deal}, {"deal_id": "D2", "motion": "no-touch", **deal}]
    bring("deals.csv", text(deals))
    more = {"account_id": "A1", "booked_on": "2026-02-01", "owner": "R1"}
    sold = (("L6", "D1", "1000"), ("L7", "D2", "200"), ("L8", "", "30"))
    bring("more.csv", text({"line_id": line, "deal_id": deal, "net_amount": net, **more} for line, deal, net in sold))
    parts = {r["by"]["motion"]: r["value"] for r in answer("net_revenue", by=["motion"])["rows"]}
    assert parts == {None: "440.1234", "field": "1000", "no-touch": "200"}
    assert value("net_revenue", where={"motion": "field"}) == "1000"
    assert value("bookings", where={"motion": "no-touch"}) == "40"
    # The deal is sold in another motion: its lines follow, though none of them was imported again.
    bring("deals2.csv", text([{"deal_id": "D2", "motion": "field", **deal}]))
    parts = {r["by"]["motion"]: r["value"] for r in answer("net_revenue", by=["motion"])["rows"]}
    assert parts == {None: "440.1234", "field": "1200"}


def test_won_deals_that_stand_in_for_lines_keep_their_motion() -> None:
    deal = {"account_id": "A1", "stage": "Closed Won", "amount": "40", "close_on": "2026-01-05"}
    bring("deals.csv", text([{"deal_id": "D1", "motion": "field", **deal}, {"deal_id": "D2", "motion": "", **deal}]))
    assert {r["by"]["motion"]: r["value"] for r in answer("net_revenue", by=["motion"])["rows"]} == {
        "field": "40", None: "40",
    }  # fmt: skip


def test_a_column_of_the_metric_itself_may_be_asked_for_and_picks_its_rows() -> None:
    deal = {"account_id": "A1", "stage": "Closed Won", "close_on": "2026-01-05"}
    rows = [("D1", "field", "40"), ("D2", "no-touch", "7"), ("D3", "", "2")]
    bring("deals.csv", text({"deal_id": d, "motion": motion, "amount": amount, **deal} for d, motion, amount in rows))
    told = answer("motion_mix", by=["motion"])["rows"]
    assert {r["by"]["motion"]: r["value"] for r in told} == {"field": "40", "no-touch": "7", "unknown": "2"}
    assert told == answer("motion_mix")["rows"]
    assert [r["value"] for r in answer("motion_mix", where={"motion": "field"})["rows"]] == ["40"]
    assert answer("motion_mix", where={"motion": "none such"})["rows"] == []
