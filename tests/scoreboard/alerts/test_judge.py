"""The kinds of rule: what is news, and what stays quiet."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.models import Company
from metrics.models import MetricRun, MetricValue
from revenue.models import ImportBatch, ImportFile, Rep, Source, Status
from scoreboard.alerts.actions import Draft
from scoreboard.alerts.judge import look
from scoreboard.alerts.look import Context, Look, valence
from scoreboard.alerts.views import says_more
from scoreboard.models import AlertRule
from tests.scoreboard.alerts.conftest import Make, Put

LAST_WEEK = date(2026, 9, 14)  # ends on the run's Sunday


def looks(rule: AlertRule, run: MetricRun) -> list[Look]:
    return look(rule, Context(run, Company.current()))


def only(rule: AlertRule, run: MetricRun) -> Look:
    (found,) = looks(rule, run)
    return found


def test_a_usual_week_is_quiet(run: MetricRun, make: Make) -> None:
    found = only(make(), run)
    assert (found.side, found.period) == ("", LAST_WEEK)
    assert found.now.startswith("$110\u202fK in Week 38, 2026; usual is")


@pytest.mark.parametrize(("value", "side"), [("300000", "above"), ("10000", "below")])
def test_a_week_beyond_the_limits_is_news(run: MetricRun, make: Make, put: Put, value: str, side: str) -> None:
    put("net_revenue", "week", LAST_WEEK, value)
    rule = make()
    found = only(rule, run)
    assert found.side == side
    assert "unusually" in found.title
    assert valence(rule, side) == ("good" if side == "above" else "bad")
    assert only(make(name="other", side="below"), run).side == ("below" if side == "below" else "")


def test_a_running_period_and_a_short_past_say_nothing(run: MetricRun, make: Make, put: Put) -> None:
    put("net_revenue", "week", date(2026, 9, 21), "1", status="to date")
    assert only(make(), run).period == LAST_WEEK
    MetricValue.objects.filter(grain="week", period__lt=date(2026, 7, 6)).delete()
    assert looks(make(), run) == []


def test_what_rests_on_too_little_is_passed_over(run: MetricRun, make: Make, put: Put) -> None:
    put("net_revenue", "week", LAST_WEEK, "300000", n=3, status="too few: n = 3")
    assert only(make(), run).period == LAST_WEEK - timedelta(days=7)
    put("net_revenue", "week", LAST_WEEK, "300000", n=30)
    assert only(make(min_n=35), run).period == LAST_WEEK - timedelta(days=7)


LIMIT = Draft("Margin under 55 %", "threshold", "gross_margin", "month", level=Decimal("0.55"))


def test_a_limit_is_crossed(run: MetricRun, make: Make, put: Put) -> None:
    assert only(make(LIMIT), run).side == ""
    put("gross_margin", "month", date(2026, 8, 1), "0.50")
    found = only(make(LIMIT), run)
    assert (found.side, found.title) == ("below", "Gross margin is below 55.0\u202f%: 50.0\u202f% in August 2026")
    assert only(make(LIMIT, side="above"), run).side == ""


def test_a_first_crossing_inside_the_usual_waits_for_a_second(run: MetricRun, make: Make, put: Put) -> None:
    months = [date(2025, m, 1) for m in range(4, 13)] + [date(2026, m, 1) for m in range(1, 9)]
    for i, month in enumerate(months):
        put("gross_margin", "month", month, "0.60" if i % 2 else "0.56")
    put("gross_margin", "month", months[-2], "0.57")
    put("gross_margin", "month", months[-1], "0.545")
    found = only(make(LIMIT), run)
    assert found.side == ""
    assert "a second period decides" in found.now
    put("gross_margin", "month", months[-2], "0.549")
    assert only(make(LIMIT), run).side == "below"


GOAL = Draft("Behind plan", "goal", "attainment", "quarter", level=Decimal("0.95"))


@pytest.mark.parametrize(("value", "side"), [("0.90", "below"), ("0.96", ""), ("1.2", "")])
def test_behind_plan(run: MetricRun, make: Make, put: Put, value: str, side: str) -> None:
    put("attainment", "quarter", date(2026, 7, 1), value, status="to date")
    assert only(make(GOAL), run).side == side
    assert only(make(GOAL, side="either"), run).side == (side or ("above" if value == "1.2" else ""))


def test_a_period_that_has_just_begun_says_nothing_of_its_goal(run: MetricRun, make: Make, put: Put) -> None:
    run.as_of = date(2026, 7, 10)
    put("attainment", "quarter", date(2026, 7, 1), "0.2", status="to date")
    put("attainment", "quarter", date(2026, 4, 1), "1.01")
    found = only(make(GOAL), run)
    assert (found.side, found.period) == ("", date(2026, 4, 1))


PEER = Draft("Win rates apart", "peer", "win_rate", "quarter", "team", side="either", min_n=20)


def _teams(put: Put, rates: dict[str, tuple[int, int]], dim: str = "team") -> None:
    MetricValue.objects.filter(metric="win_rate", dim=dim).delete()
    for name, (won, closed) in rates.items():
        put("win_rate", "quarter", date(2026, 4, 1), str(won / closed), dim=dim, member=name, n=closed,
            numerator=won, denominator=closed)  # fmt: skip


def test_a_team_beyond_chance_is_news_and_a_small_one_is_not(run: MetricRun, make: Make, put: Put) -> None:
    _teams(put, {"A": (30, 100), "B": (28, 100), "C": (33, 100), "Far": (5, 100), "Few": (0, 10), "Small": (3, 22)})
    found = {each.member: each.side for each in looks(make(PEER), run)}
    assert found == {"A": "", "B": "", "C": "", "Far": "below", "Small": ""}
    (news,) = [each for each in looks(make(PEER), run) if each.side]
    assert news.title.startswith("Far: ")
    assert "far below its peers: 5.0\u202f% (n = 100), the others 30.0\u202f%" in news.title


def test_reps_are_held_against_their_own_team(run: MetricRun, make: Make, put: Put) -> None:
    source = Source.objects.get(name="crm")
    Rep.objects.all().delete()
    rates = {}
    for team, won in (("Hard", 10), ("Easy", 60)):
        for i in range(5):
            Rep.objects.create(source=source, key=f"{team}{i}", name=f"{team} {i}", team=team)
            rates[f"{team} {i}"] = (won, 100)
    _teams(put, rates, "rep")
    assert not [each for each in looks(make(PEER, dim="rep"), run) if each.side], "a hard market is no one's fault"
    _teams(put, {**rates, "Hard 0": (45, 100)}, "rep")
    news = {each.member: each.side for each in looks(make(PEER, dim="rep"), run) if each.side}
    assert news == {"Hard 0": "above"}


def test_other_values_are_held_against_the_spread(run: MetricRun, make: Make, put: Put) -> None:
    for i, value in enumerate(("0.50", "0.52", "0.51", "0.49", "0.53", "0.50", "0.10")):
        put("gross_margin", "quarter", date(2026, 4, 1), value, dim="team", member=f"T{i}")
    MetricValue.objects.filter(metric="gross_margin", member__in=["North", "South"]).delete()
    news = {e.member: e.side for e in looks(make(PEER, metric="gross_margin", min_n=0), run) if e.side}
    assert news == {"T6": "below"}


def test_a_silent_source_is_news(run: MetricRun, make: Make) -> None:
    rule = make(Draft("Silent", "stale", level=Decimal(8)), owner="operator")
    assert looks(rule, run) == []
    file = ImportFile.objects.create(name="x.csv", sha256="a" * 64, size=1)
    for name, days in (("crm", 9), ("books", 8)):
        ImportBatch.objects.create(
            file=file, source=Source.objects.get_or_create(name=name)[0], object="deals", identity=name,
            status=Status.DONE, finished_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    assert [(each.member, each.side) for each in looks(rule, run)] == [("books", ""), ("crm", "below")]
    one = make(Draft("Books", "stale", member="books", level=Decimal(7)), owner="operator")
    assert [(each.member, each.side) for each in looks(one, run)] == [("books", "below")]
    assert valence(one, "below") == "bad"


@pytest.mark.parametrize(
    ("now", "more"),
    [
        ("43.5 % in October 2026, limit 70.0 %", False),
        ("44.0 % in October 2026, limit 70.0 %", True),
        ("43.5 % in November 2026, limit 70.0 %", True),
        ("70.0 % in October 2026, limit 70.0 %", True),
    ],
)
def test_a_card_says_how_it_stands_only_where_the_heading_does_not(now: str, more: bool) -> None:
    assert says_more(now, "Quality share is below 70.0 %: 43.5 % in October 2026") == more
