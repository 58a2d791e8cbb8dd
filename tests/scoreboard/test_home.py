"""The first screen: its numbers, its scope, its cost."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from metrics.definitions.quality_policy import QualityPolicy
from metrics.models import MetricRun, MetricValue
from metrics.policy.actions import set_quality_policy
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in


def text_of(content: bytes) -> str:
    """The page's words without markup, with plain blanks."""
    words = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", content.decode(), flags=re.S)
    words = re.sub(r"<[^>]+>", " ", words).replace("\u202f", " ")
    return re.sub(r"\s+", " ", words)


def test_the_number_is_that_of_the_running_quarter(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/").content)
    net = world.revenue(date(2026, 7, 1), date(2026, 10, 1))
    assert f"${net / 1_000_000:.2f} M" in page
    assert "Winning" in page
    assert "Quarter to date, 1 Jul – 20 Sep 2026" in page


def test_one_week_is_a_signal_and_the_rest_is_noise(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/").content)
    assert "Week 30 was unusually high; the rest is noise." in page


def test_coaching_and_pipeline_stand_together(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/").content)
    assert "Coaching hours per rep and week 0.42 hours" in page
    assert "Open pipeline, next quarter $3.60 M" in page


def test_a_floor_under_the_quality_share_turns_the_verdict(people: dict[str, User], run: MetricRun) -> None:
    MetricValue.objects.create(
        metric="quality_share", grain="quarter", period=date(2026, 7, 1), numerator=71, denominator=100, n=40,
        value=Decimal("0.71"), run_from=run.pk,
    )  # fmt: skip
    set_quality_policy(draft=QualityPolicy(since=date(2026, 7, 1)), floor=Decimal("0.75"), why="board", by="test")
    page = text_of(signed_in(people["ceo"]).get("/").content)
    assert "Hitting it the wrong way" in page
    assert "floor 75 %" in page
    assert "71 % good revenue" in page


def test_the_quality_bar_says_what_failed_and_adds_up_to_the_whole(people: dict[str, User], run: MetricRun) -> None:
    start = date(2026, 7, 1)
    net = MetricValue.objects.get(metric="net_revenue", grain="quarter", period=start, dim="").value or Decimal(0)
    shares = {"quality": Decimal("0.7"), "route": Decimal("0.2"), "unknown": Decimal("0.1")}
    for reason, share in shares.items():
        MetricValue.objects.create(
            metric="quality_split", grain="quarter", period=start, dim="reason", member=reason,
            numerator=net * share, value=net * share, n=9, run_from=run.pk,
        )  # fmt: skip
    for key, value in (("quality_share", Decimal("0.7")), ("quality_revenue", net * Decimal("0.7"))):
        MetricValue.objects.create(
            metric=key, grain="quarter", period=start, numerator=value, value=value, n=9, run_from=run.pk
        )
    content = signed_in(people["ceo"]).get("/").content
    assert "is revenue we would want again" in text_of(content)
    assert "through grey-list routes" in text_of(content)
    widths = [Decimal(w) for w in re.findall(r'class="q-[^"]+" x="[\d.]+%" y="4" width="([\d.]+)%"', content.decode())]
    assert (len(widths), sum(widths)) == (3, 100)


def test_what_nobody_can_judge_is_not_called_bad(people: dict[str, User], run: MetricRun) -> None:
    start = date(2026, 7, 1)
    for key, value in (("quality_share", 0), ("quality_revenue", 0), ("quality_coverage", 0)):
        MetricValue.objects.create(metric=key, grain="quarter", period=start, value=value, n=9, run_from=run.pk)
    net = MetricValue.objects.get(metric="net_revenue", grain="quarter", period=start, dim="").value or Decimal(0)
    for reason, share in (("unknown", Decimal("0.9")), ("price", Decimal("0.1"))):
        MetricValue.objects.create(
            metric="quality_split", grain="quarter", period=start, dim="reason", member=reason,
            numerator=net * share, value=net * share, n=9, run_from=run.pk,
        )  # fmt: skip
    set_quality_policy(draft=QualityPolicy(since=date(2026, 7, 1)), floor=Decimal("0.75"), why="board", by="test")
    page = text_of(signed_in(people["ceo"]).get("/").content)
    assert "Winning" in page
    assert "10 % of it fails the quality policy" in page
    assert "cannot be judged yet" in page
    assert "good revenue" not in page


def test_a_manager_sees_the_team_and_a_rep_themself(people: dict[str, User], run: MetricRun) -> None:
    net = world.revenue(date(2026, 7, 1), date(2026, 10, 1))
    manager = text_of(signed_in(people["sales_manager"]).get("/").content)
    assert f"${net * Decimal('0.7') / 1000:.0f} K" in manager
    assert "Alice Rep" in manager
    assert "Charlie Rep" not in manager
    rep = text_of(signed_in(people["rep"]).get("/").content)
    assert f"${net * Decimal('0.4') / 1000:.0f} K" in rep
    assert "Bob Rep" not in rep


def test_at_most_twelve_queries(people: dict[str, User], run: MetricRun) -> None:
    for role in ("ceo", "operator", "sales_manager", "rep"):
        client = signed_in(people[role])
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        most = 13 if role == "sales_manager" else 12  # whose teams, and whose reps, are asked for first
        assert len(queries) <= most, role + "\n".join(q["sql"][:150] for q in queries)


def test_before_the_first_run_it_teaches_what_to_bring(people: dict[str, User]) -> None:
    assert "Three files are enough to begin" in text_of(signed_in(people["operator"]).get("/").content)
    assert "As soon as an operator" in text_of(signed_in(people["rep"]).get("/").content)


def test_what_is_no_period_is_said_and_the_quarter_shown(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/?period=sometime").content)
    assert "is not a period" in page
    assert "Quarter to date" in page


def test_the_chart_downloads_as_csv(people: dict[str, User], run: MetricRun) -> None:
    response = signed_in(people["ceo"]).get("/?csv=revenue-by-month")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Month,Net revenue,To date,Last year,Plan"
    assert len(lines) == 13
    assert signed_in(people["ceo"]).get("/?csv=nothing").status_code == 404


def test_every_number_made_of_won_deals_says_that_it_is_on_bookings_basis(
    people: dict[str, User], run: MetricRun
) -> None:
    client = signed_in(people["ceo"])
    assert "bookings basis" not in text_of(client.get("/").content)
    run.inputs = {**run.inputs, "basis": "bookings basis"}
    run.save()
    page = text_of(client.get("/").content)
    assert "Net revenue, bookings basis: won deals stand in" in page
    assert re.search(r"Gross margin \S+ %.{0,40}bookings basis", page), "on a tile, too"
    assert "Bookings basis" in text_of(client.get("/wall/").content)
    assert "Basis bookings basis: won deals by close date" in text_of(client.get("/metric/net_revenue/").content)
    assert "Basis" not in text_of(client.get("/metric/win_rate/").content), "deals are what it is made of"
