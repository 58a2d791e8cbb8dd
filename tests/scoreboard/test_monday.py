"""Monday's page: what it calls a change, what it calls noise, and that each of its claims is a published value."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Company, User
from metrics.models import MetricRun, MetricValue
from scoreboard.annotations.actions import annotate
from scoreboard.meetings.actions import prepare
from scoreboard.meetings.following import resolve
from scoreboard.monday.page import judge_week, monday
from scoreboard.reading import Setting, written
from scoreboard.signals import limits
from scoreboard.views_of_time import parse
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of

WEEK = date(2026, 9, 14)
LEADERS = frozenset({"operator", "ceo", "sales_leader", "marketing_leader"})


def series(run: MetricRun, key: str, last: str, weeks: int = 40, usual: tuple[str, str] = ("10", "12")) -> None:
    """Weekly values that go up and down between two, and a last one."""
    for i in range(weeks + 1):
        value = Decimal(last) if i == 0 else Decimal(usual[i % 2])
        MetricValue.objects.create(
            metric=key, grain="week", period=WEEK - timedelta(weeks=i), numerator=value, value=value, n=50,
            run_from=run.pk,
        )  # fmt: skip


def setting(user: User, run: MetricRun) -> Setting:
    company = Company.current()
    return Setting(user, company, run, parse("", company.calendar, run.as_of))


def test_by_role(people: dict[str, User], run: MetricRun) -> None:
    found = {role: signed_in(user).get("/monday/").status_code for role, user in people.items()}
    assert found == {role: 200 if role in LEADERS else 404 for role in people}
    assert Client().get("/monday/").headers["Location"].startswith("/accounts/login/")
    assert signed_in(people["ceo"]).post("/monday/").status_code == 405


def test_what_left_its_limits_is_told_largest_first_and_the_rest_is_counted(
    people: dict[str, User], run: MetricRun
) -> None:
    series(run, "bookings", "40", usual=("10", "12"))  # far above
    series(run, "discount_depth", "0.50", usual=("0.10", "0.12"))  # above, and bad
    series(run, "win_rate", "0.11", usual=("0.10", "0.12"))  # noise
    series(run, "new_logos", "9", weeks=5)  # too few weeks
    week, month, judged = judge_week(setting(people["ceo"], run))
    assert (week.start, month) == (WEEK, None)
    assert [change.key for change in judged.changes] == ["discount_depth", "bookings"]
    assert [change.tone for change in judged.changes] == ["bad", "good"]
    assert (judged.noise, judged.unjudged) == (2, 1)  # win rate and net revenue; new customers
    page = text_of(signed_in(people["ceo"]).get("/monday/").content)
    assert "Two measures left their usual range" in page
    assert "2 other measures moved within their usual range: noise, and left out." in page
    assert "1 has too few weeks or rows behind it to be judged." in page


def test_each_claim_is_the_published_value_and_the_limits_of_the_weeks_before(
    people: dict[str, User], run: MetricRun
) -> None:
    series(run, "bookings", "40", usual=("10", "12"))
    _, _, judged = judge_week(setting(people["ceo"], run))
    (change,) = judged.changes
    stored = MetricValue.objects.get(metric="bookings", grain="week", period=WEEK, dim="")
    before = MetricValue.objects.filter(metric="bookings", grain="week", dim="", period__lt=WEEK).order_by("period")
    within = limits([v.value for v in before if v.value is not None])
    assert within is not None
    assert change.value == written("bookings", stored.value)
    assert change.usual == f"{written('bookings', within.low)} – {written('bookings', within.high)}"
    assert change.size == (Decimal(40) - within.mean) / (within.high - within.mean)
    assert change.period == "2026W38"
    assert change.chart.series[0].values[-1] == stored.value
    assert change.chart.bounds[-2] == WEEK


def test_a_quiet_week_is_said_to_be_quiet(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/monday/").content)
    assert "Nothing changed last week: every measure stayed within its usual range" in page
    assert "1 other measure moved within its usual range" in page


def test_a_month_that_ended_in_the_week_is_judged_with_it(people: dict[str, User], run: MetricRun) -> None:
    run.as_of = date(2026, 9, 6)
    _, month, judged = judge_week(setting(people["ceo"], run))
    assert month is not None
    assert month.start == date(2026, 8, 1)
    assert judged.measures >= 3  # revenue by week; revenue, margin and retention by month


def earlier(run: MetricRun) -> MetricRun:
    """A run of Sunday a week ago, before everything that `run` published."""
    then = MetricRun.objects.create(as_of=date(2026, 9, 13), published_at=timezone.now())
    newer = MetricRun.objects.create(as_of=world.AS_OF, published_at=timezone.now())
    MetricValue.objects.filter(run_from=run.pk).update(run_from=then.pk)
    MetricRun.objects.filter(pk=run.pk).delete()
    return newer


def restate(run: MetricRun, value: Decimal, **where: object) -> Decimal:
    """Another value in this run; returns the one before."""
    old = MetricValue.objects.get(dim="", run_to=None, **where)
    MetricValue.objects.filter(pk=old.pk).update(run_to=run.pk)
    MetricValue.objects.create(
        metric=old.metric, grain=old.grain, period=old.period, numerator=value, value=value, n=9, run_from=run.pk
    )
    assert old.value is not None
    return old.value


def test_a_rewritten_month_is_told_with_what_it_was(people: dict[str, User], run: MetricRun) -> None:
    newer = earlier(run)
    was = restate(newer, Decimal(500_000), metric="net_revenue", grain="month", period=date(2026, 7, 1))
    restate(newer, Decimal(1), metric="net_revenue", grain="month", period=date(2026, 9, 1))  # still running: no news
    (told,) = monday(setting(people["ceo"], newer)).restated
    assert (told.name, told.was, told.now) == ("July 2026", written("net_revenue", was), "$500\u202fK")
    page = text_of(signed_in(people["ceo"]).get("/monday/").content)
    assert "1 number of periods that were over has been rewritten" in page


def test_a_risk_is_new_if_it_was_none_a_week_ago(people: dict[str, User], run: MetricRun) -> None:
    newer = earlier(run)
    restate(newer, Decimal("0.93"), metric="attainment", grain="quarter", period=date(2026, 7, 1))
    page = monday(setting(people["ceo"], newer))
    assert [(risk.key, risk.new) for risk in page.risks] == [("attainment", True)]
    assert "Q3 2026 is 7.0\u202f% behind its plan to date" in page.risks[0].sentence
    assert page.then.as_of == date(2026, 9, 13)


def test_nothing_is_called_new_where_nothing_had_been_published(people: dict[str, User], run: MetricRun) -> None:
    MetricValue.objects.filter(metric="attainment", grain="quarter", period=date(2026, 7, 1), dim="").update(
        value=Decimal("0.93")
    )
    page = text_of(signed_in(people["ceo"]).get("/monday/").content)
    assert "Nothing had been published a week ago, so none can be called new" in page
    assert "Q3 2026 is 7.0 % behind its plan to date" in page


@time_machine.travel("2026-09-21 08:00Z", tick=False)
def test_what_waits_stands_there(people: dict[str, User], run: MetricRun) -> None:
    ceo = people["ceo"]
    meeting = prepare(actor=ceo, kind="board", held_on=date(2026, 9, 10))
    resolve(actor=ceo, meeting=meeting, kind="decision", text="Close the broker route", owner=ceo)
    due: dict[str, Any] = {"actor": ceo, "metric": "net_revenue", "on_date": date(2026, 8, 12), "owner": ceo}
    annotate(text="Soon", action="Call them", due_on=date(2026, 9, 25), **due)
    annotate(text="Much later", action="Call them", due_on=date(2026, 12, 1), **due)
    page = text_of(signed_in(ceo).get("/monday/").content)
    assert "Close the broker route" in page
    assert "1 annotation due this week" in page
    assert "Call them" in page
    assert "Much later" not in page
    assert "1 more is open" in page


def test_coaching_stands_beside_pipeline(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/monday/").content)
    assert "Coaching beside pipeline" in page
    assert "Coaching hours per rep and week 0.42 hours" in page
    assert "Open pipeline, next quarter $3.60 M" in page


def test_the_verdict_is_that_of_the_first_screen(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    first, then = client.get("/").context["hero"], client.get("/monday/").context["page"].hero
    assert (then.verdict, then.number, then.say) == (first.verdict, first.number, first.say)


@pytest.mark.parametrize("measures", [0, 5])
def test_it_costs_the_same_however_much_changed(measures: int, people: dict[str, User], run: MetricRun) -> None:
    for key in ("bookings", "discount_depth", "win_rate", "new_logos", "prebrief_rate")[:measures]:
        series(run, key, "40")
    client = signed_in(people["ceo"])
    client.get("/monday/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/monday/")
    assert len(queries) <= 16, [query["sql"][:90] for query in queries]


def test_before_the_first_import_it_says_what_to_do(people: dict[str, User]) -> None:
    assert "import" in text_of(signed_in(people["ceo"]).get("/monday/").content).lower()


def test_a_rise_that_is_bad_news_points_up_in_red_and_its_values_are_a_file(
    people: dict[str, User], run: MetricRun
) -> None:
    series(run, "discount_depth", "0.50", usual=("0.10", "0.12"))
    page = monday(setting(people["ceo"], run))
    (change,) = [c for c in page.judged.changes if c.key == "discount_depth"]
    assert (change.rose, change.tone, change.spark.dots[-1].look) == (True, "bad", "s-low")
    client = signed_in(people["ceo"])
    html = client.get("/monday/").content.decode()
    mark = html[html.index('<b class="bad">') : html.index("bad: </span>")]
    assert "M12 19V5M5.5 11.5 12 5l6.5 6.5" in mark
    rows = client.get("/monday/?csv=change-discount-depth").content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Week,")
    assert len(rows) == 14
    assert "0.5" in rows[-1]
    assert client.get("/monday/?csv=change-bookings").status_code == 404
