"""What the command answers around a metric: any span of days, nothing counted, rows that wait for an exchange rate."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from core.periods import Grain
from metrics.answers import answer
from metrics.definitions.registry import all_metrics
from metrics.models import MetricRun
from tests.metrics.company import bring, bring_company, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with time_machine.travel("2026-02-10T12:00:00Z", tick=True):
        yield


def asked(key: str, *words: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("metric", key, *words, "--json", stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())["rows"]
    return found


def one(key: str, *words: str) -> Any:
    (row,) = asked(key, *words)
    return row["value"]


def test_all_between_two_days_holds_those_days_alone() -> None:
    bring_company()
    assert one("net_revenue", "--from", "2025-01-15", "--to", "2025-02-20") == "150.1234"
    assert one("net_revenue", "--from", "2025-01-16", "--to", "2025-02-21") == "40.1234", "[start, end)"
    assert one("net_revenue", "--from", "2025-04-01") == "270"
    assert one("net_revenue", "--to", "2025-02-20") == "150.1234"
    assert one("gross_margin", "--from", "2025-01-01", "--to", "2025-02-01") == 0.4
    segments = asked("net_revenue", "--from", "2025-02-01", "--to", "2025-05-01", "--by", "segment")
    assert {r["by"]["segment"]: r["value"] for r in segments} == {"Enterprise": "50.1234", "SMB": "-10", None: "70"}
    assert one("growth_yoy", "--from", "2026-01-01", "--to", "2026-02-01") == 1, "the same dates of the year before"
    assert {row["period"] for row in asked("net_revenue", "--from", "2025-01-15")} == {None}


def test_recurring_movements_between_two_days() -> None:
    bring_company()
    rows: list[dict[str, object]] = [
        {"subscription_id": "1", "account_id": "A1", "starts_on": "2025-01-10", "ends_on": "", "amount": 100},
        {
            "subscription_id": "2",
            "account_id": "A2",
            "starts_on": "2025-02-01",
            "ends_on": "2025-05-01",
            "amount": "70",
        },
    ]
    bring("subscriptions.csv", text({**row, "interval": "month"} for row in rows))
    spring = ("--from", "2025-04-15", "--to", "2025-05-02")
    assert (one("mrr", *spring), one("mrr_churned", *spring), one("mrr_new", *spring)) == ("100", "70", "0")
    assert one("nrr", *spring) == pytest.approx(10 / 17)


def test_any_metric_answers_a_span_or_says_that_it_cannot() -> None:
    bring_company()
    since, until = date(2025, 1, 20), date(2025, 6, 3)
    for metric in all_metrics():
        if {Grain.ALL, Grain.YEAR} <= {*metric.every_grain}:
            assert {row["period"] for row in answer(metric.key, since=since, until=until)["rows"]} <= {None}, metric.key
        elif Grain.YEAR not in metric.every_grain:
            with pytest.raises(ValueError, match="it has values by"):
                answer(metric.key, since=since, until=until)


def test_nothing_counted_is_a_row_with_its_reason() -> None:
    bring_company()
    (row,) = asked("net_revenue", "--where", "segment=Nobody")
    assert (row["value"], row["n"], row["status"]) == (None, 0, "no data")
    (row,) = asked("sales_cycle_days")
    assert (row["value"], row["status"]) == (None, "no deals won with both dates")
    (row,) = asked("grr")
    assert row["status"] == "no value over all time; it has values by week, month, quarter, year"
    (row,) = asked("net_revenue", "--grain", "month", "--where", "segment=Nobody")
    assert (row["period"], row["value"], row["status"]) == (None, None, "no data")
    (row,) = asked("cac", "--grain", "month")
    assert (row["value"], row["status"]) == (None, "no cost on record")
    (row,) = asked("attributed", "--model", "first")
    assert (row["by"], row["value"], row["status"]) == ({"model": None, "channel": None}, None, "no data")
    assert asked("net_revenue", "--grain", "month", "--by", "segment", "--where", "segment=Nobody") == [], "of no part"
    assert asked("growth_mom")[0]["period"] == "2025-01-01", "the only grain need not be named"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("attributed", "--model", "best"), "there is no attribution model 'best'; there are first, last,"),
        (("net_revenue", "--model", "first"), "net_revenue has no attribution models"),
        (("net_revenue", "--from", "2025-02-01", "--to", "2025-02-01"), "no day lies from 2025-02-01 on"),
        (("net_revenue", "--from", "2025-02-30"), "'2025-02-30' is no day: write YYYY-MM-DD"),
        (("growth_mom", "--grain", "week"), "growth_mom has no values by week; it has values by month"),
        (("grr", "--by", "segment"), "grr has no values by all"),
        (("survival", "--from", "2025-02-01"), "survival has no value for a span of days; it has values by all"),
    ],
)
def test_what_cannot_be_answered_is_said(words: tuple[str, ...], said: str) -> None:
    bring_company()
    with pytest.raises(CommandError, match=said.replace("(", r"\(")):
        asked(*words)


def test_values_say_what_waits_for_an_exchange_rate() -> None:
    bring_company()
    rows = [("E1", "2026-01-05", "EUR"), ("E2", "2025-03-05", "EUR"), ("E3", "2025-03-06", "CHF")]
    named = ("line_id", "booked_on", "currency")
    bring("euro.csv", text({"account_id": "A1", "net_amount": "9", **dict(zip(named, r, strict=True))} for r in rows))
    (whole,) = asked("net_revenue")
    assert (whole["value"], whole["status"]) == ("410.1234", "3 rows wait for an exchange rate (CHF, EUR)")
    months = {row["period"]: (row["value"], row["status"]) for row in asked("net_revenue", "--grain", "month")}
    assert months["2025-02-01"] == ("40.1234", "ok")
    assert months["2025-03-01"] == (None, "2 rows wait for an exchange rate (CHF, EUR)"), "not 0, and not left out"
    assert months["2026-01-01"] == ("200", "1 row waits for an exchange rate (EUR)")
    (span,) = asked("gross_margin", "--from", "2026-01-01", "--to", "2026-02-01")
    assert span["status"] == "1 row waits for an exchange rate (EUR)"
    (wins,) = asked("win_rate")
    assert wins["status"] == "no deals closed", "no amount of a line is in it"
    assert MetricRun.newest() is not None
    assert answer("net_revenue", grain=Grain.ALL, run=MetricRun.newest())["rows"][0]["status"] == "ok"
    bring("rates.csv", text({"currency": c, "on_date": "2025-01-01", "rate": "2"} for c in ("EUR", "CHF")))
    assert asked("net_revenue")[0]["status"] == "ok"


def test_within_a_team_its_own_target_counts_as_it_does_by_team() -> None:
    bring_company()
    quarter = {"metric": "net_revenue", "period_start": "2026-01-01", "period_end": "2026-04-01"}
    bring(
        "targets.csv",
        text([
            {**quarter, "amount": "900", "team": ""}, {**quarter, "amount": "450", "team": "East"},
            {**quarter, "amount": "90", "team": "West"},
        ]),
    )  # fmt: skip
    by_team = {r["by"]["team"]: r["value"] for r in asked("attainment", "--grain", "quarter", "--by", "team")}
    assert by_team == {"East": pytest.approx(200 / 205), "West": 0}, "41 of 90 days"
    assert one("attainment", "--grain", "quarter", "--where", "team=East") == by_team["East"]
    (same,) = asked("attainment", "--grain", "quarter", "--by", "team", "--where", "team=West")
    assert (same["by"], same["value"]) == ({"team": "West"}, 0)
    assert one("attainment", "--grain", "quarter", "--where", "team=") is None, "the company's target is not nobody's"


def test_won_deals_that_stand_in_for_revenue_lines_are_said_to(db: None) -> None:
    deal = {
        "deal_id": "D1", "account_id": "A9", "stage": "Won", "amount": "70", "close_on": "2026-01-05",
        "is_closed": "yes", "is_won": "yes",
    }  # fmt: skip
    bring("deals.csv", text([deal]), source="crm")
    assert answer("net_revenue")["label"] == "Net revenue (bookings basis)"
    assert answer("bookings")["label"] == "Bookings", "is what it says"
    line = {"line_id": "L1", "account_id": "B1", "booked_on": "2026-01-06", "net_amount": "5"}
    bring("lines.csv", text([line]), source="billing")
    assert answer("net_revenue")["label"] == "Net revenue (partly bookings basis)"
    assert answer("net_revenue")["rows"][0]["value"] == "75"
    bring("more.csv", text([{**line, "line_id": "L2", "account_id": "A9"}]), source="crm")
    assert answer("net_revenue")["label"] == "Net revenue"
