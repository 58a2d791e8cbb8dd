"""What was restated by what; and answers as of a run, or the reason why there is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from core.models import Role, User
from core.periods import Grain
from metrics.answers import answer
from metrics.compute.runs import compute
from metrics.models import GeneralPolicy, MetricRun
from metrics.restatements import described, restated
from tests.metrics.company import bring, bring_company, lines, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with time_machine.travel("2026-02-10T12:00:00Z", tick=True):
        yield


def test_restatements_and_answers_as_of_a_run() -> None:
    bring_company()
    ceo = User.objects.create_user("ceo@example.com", name="Alice", role=Role.CEO)
    assert not restated(ceo).exists()
    first = MetricRun.newest()
    assert first is not None
    then = answer("net_revenue", grain=Grain.MONTH, by=["segment", "rep"])
    assert answer("net_revenue", grain=Grain.MONTH, by=["segment", "rep"], run=first) == then

    bring("corrected.csv", lines([("L1", "A1", "2025-01-15", "99", "60", "120", "R1")]))
    with pytest.raises(ValueError, match=rf"the ledger has moved on since run {first.pk} \(lines\)"):
        answer("net_revenue", grain=Grain.MONTH, by=["segment", "rep"], run=first)
    assert answer("net_revenue", grain=Grain.MONTH, run=first)["rows"][0]["value"] == "100"

    found = described(list(restated(ceo, metrics=["net_revenue"], grain="month")))
    (january,) = found
    assert (january.period, january.was, january.now, january.change) == (
        date(2025, 1, 1), Decimal(100), Decimal(99), Decimal(-1),
    )  # fmt: skip
    assert january.cause.text == "corrected.csv"
    by_rep = described(list(restated(ceo, metrics=["net_revenue"], grain="month", whole=False)))
    assert {(each.dim, each.member) for each in by_rep} >= {("", ""), ("rep", "Rosa"), ("segment", "Enterprise")}

    newest = MetricRun.newest()
    assert newest is not None
    GeneralPolicy.objects.create(id=1, stuck_days=20)
    with pytest.raises(ValueError, match="the policy or the calendar is another"):
        answer("net_revenue", grain=Grain.MONTH, by=["segment", "rep"], run=newest)

    client = Client()
    client.force_login(ceo, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/restatements/").content.decode()
    assert "corrected.csv" in page
    table = client.get("/restatements/?csv=yes&metric=net_revenue").content.decode()
    assert f"net_revenue,month,2025-01-01,,,100,99,-1,{newest.pk}," in table


def test_rows_that_wait_for_a_rate_are_listed() -> None:
    bring_company()
    bring("euro.csv", text([{"line_id": "E1", "account_id": "A1", "booked_on": "2026-01-05", "net_amount": "100",
                             "currency": "EUR"}]))  # fmt: skip
    ceo = User.objects.create_user("ceo@example.com", name="Alice", role=Role.CEO)
    client = Client()
    client.force_login(ceo, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "1 row waits" in client.get("/restatements/").content.decode()
    page = client.get("/restatements/waiting/").content.decode()
    assert "E1" in page
    assert "€100.00" in page
    assert answer("net_revenue")["missing_rates"] == {"EUR": 1}


def test_a_full_run_after_imports_one_by_one_changes_nothing() -> None:
    """Each import computes what it touches alone: that must be what everything computed anew gives, value by value."""
    bring_company()
    deal = {"deal_id": "D1", "account_id": "A1", "stage": "Closed Won", "amount": "40", "close_on": "2026-01-05",
            "created_on": "2025-11-05", "owner": "R1", "lead_source": "Web"}  # fmt: skip
    files = {
        "deals": [deal, {**deal, "deal_id": "D2", "stage": "Prospecting", "close_on": "2026-03-05"}],
        "rates": [{"currency": "EUR", "on_date": f"2025-{m:02d}-01", "rate": f"1.{m:02d}"} for m in range(1, 13)],
        "subscriptions": [{"subscription_id": "S1", "account_id": "A2", "starts_on": "2025-03-10", "amount": "100",
                           "interval": "month", "currency": "EUR"}],
        "targets": [{"metric": "net_revenue", "period_start": "2026-01-01", "period_end": "2027-01-01",
                     "amount": "900"}],
        "costs": [{"month": "2026-01-01", "function": "sales", "category": "pay", "amount": "30"}],
        "coaching": [{"manager": "M1", "rep": "R1", "held_on": "2026-01-12", "minutes": "60", "kind": "one_on_one"}],
        "pulses": [{"rep": "R1", "given_on": f"2026-01-{d:02d}", "score": "4"} for d in range(1, 7)],
    }  # fmt: skip
    for name, rows in files.items():
        bring(f"{name}.csv", text(rows))
    run = compute()
    assert (run.error, run.changed_count) == ("", 0)
    fx = answer("mrr_fx", grain=Grain.MONTH)["rows"]
    assert sum(Decimal(row["value"]) for row in fx) == Decimal("9")
    mrr = {row["period"]: row["value"] for row in answer("mrr", grain=Grain.MONTH)["rows"]}
    assert (mrr["2025-03-01"], mrr["2025-12-01"]) == ("103", "112")
    told = {row["by"]["measure"]: row["value"] for row in answer("rep_quality", by=["rep"])["rows"]
            if row["by"]["rep"] == "Rosa"}  # fmt: skip
    assert told["collaboration"] == 4
