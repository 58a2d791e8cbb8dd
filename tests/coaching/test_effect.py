"""The effect page: what was published, said without more certainty than it has; and what the better teams practise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coaching import hooks
from coaching.columns import HEAD, HEIGHT, Point, columns
from coaching.effect import LEAST_REPS, effect_page, practice_share, practices, risen_teams
from coaching.models import CoachingSession
from core.models import Company, User
from core.periods import Grain
from metrics import published
from metrics.models import MetricRun, MetricValue
from revenue.models import Rep
from tests.coaching.conftest import World

Put = Callable[..., None]
Log = Callable[..., CoachingSession]
SignedIn = Callable[[User], Client]
NORTH, SOUTH = ("team", "North"), ("team", "South")


@pytest.fixture
def put(world: World, today: date) -> Iterator[Put]:
    """Publishes one value, read as the product reads it."""
    run = MetricRun.objects.create(as_of=today, published_at=timezone.now())

    def do(metric: str, value: str | None, grain: Grain = Grain.ALL, period: date | None = None,
           of: tuple[str, str] = ("", ""), status: str = "ok") -> None:  # fmt: skip
        MetricValue.objects.create(
            metric=metric, grain=str(grain), period=period, dim=of[0], member=of[1], n=40, run_from=run.pk,
            numerator=1, denominator=1, value=None if value is None else Decimal(value), status=status,
        )  # fmt: skip

    before, hooks.read_numbers = hooks.read_numbers, published.read
    yield do
    hooks.read_numbers = before


@pytest.mark.parametrize(
    ("effect", "low", "high", "says"),
    [
        ("0.042", "0.011", "0.073", "win rate rose more"),
        ("0.042", "-0.011", "0.095", "No difference between coached and not that chance would not make"),
        ("-0.05", "-0.09", "-0.01", "win rate rose less"),
        ("0.042", None, None, "No difference between coached and not that chance would not make"),
    ],
)
def test_it_says_no_more_than_the_interval(
    put: Put, world: World, signed_in: SignedIn, effect: str, low: str | None, high: str | None, says: str
) -> None:
    put("coaching_effect", effect)
    if low and high:
        put("coaching_effect_low", low)
        put("coaching_effect_high", high)
    html = signed_in(world.clara).get(reverse("coaching:effect")).content.decode()
    assert says in html
    assert "This is association, not proof" in html
    assert ("95 % interval" in html) is (low is not None)


def test_too_few_is_called_too_few(put: Put, world: World, signed_in: SignedIn) -> None:
    put("coaching_effect", None, status="too few: 5 reps")
    html = signed_in(world.clara).get(reverse("coaching:effect")).content.decode()
    assert "<b>Too few.</b>" in html
    assert "cannot be said yet" in html
    assert "This is association, not proof" in html


def test_before_anything_is_published_the_page_teaches(world: World, signed_in: SignedIn) -> None:
    html = signed_in(world.clara).get(reverse("coaching:effect")).content.decode()
    assert "No effect has been published" in html


def test_hours_coverage_and_adherence_of_the_quarter(put: Put, world: World, today: date) -> None:
    quarter = Company.current().calendar.period(Grain.QUARTER, today).start
    for of in (("", ""), NORTH, SOUTH):
        put("coaching_hours_per_rep_week", "0.25", Grain.QUARTER, quarter, of)
        put("coaching_coverage", "0.6", Grain.QUARTER, quarter, of)
    put("coaching_hours_per_rep_week", "0.75", Grain.WEEK, today - timedelta(days=today.weekday()))
    page = effect_page(world.clara, today)
    assert [t.name for t in page.teams] == ["North", "South"]
    assert page.coverage is not None
    assert page.coverage.value == Decimal("0.6")
    assert page.weekly is not None
    assert [c.point.written for c in page.weekly.columns][-2:] == ["n/a", "0.75 h"]
    assert [t.name for t in effect_page(world.alice, today).teams] == ["North"]


def _win_rates(put: Put, today: date, of: tuple[str, str], old: str, new: str, status: str = "ok") -> None:
    calendar = Company.current().calendar
    last = calendar.previous(calendar.period(Grain.QUARTER, today))
    put("win_rate", old, Grain.QUARTER, calendar.previous(last).start, of)
    put("win_rate", new, Grain.QUARTER, last.start, of, status)


def test_peers_are_the_teams_that_rose_on_enough_deals(put: Put, world: World, today: date) -> None:
    _win_rates(put, today, NORTH, "0.3", "0.4")
    _win_rates(put, today, SOUTH, "0.3", "0.9", "too few")
    assert risen_teams(today) == ["North"]


def test_a_topic_of_few_reps_is_not_shown(put: Put, world: World, today: date, log: Log, signed_in: SignedIn) -> None:
    _win_rates(put, today, NORTH, "0.3", "0.4")
    anna = Rep.objects.create(source=world.crm, key="0059", name="Anna", team="North")
    log(kind="group", reps=[world.ann_rep, world.art_rep, anna], topic="Discovery", minutes=30)
    log(kind="group", reps=[world.ann_rep, world.art_rep], topic="A matter of two", minutes=600)
    log(actor=world.bob, kind="group", reps=[world.beth_rep, world.charlie_rep], topic="In the south")
    (found,) = practices(world.clara, ["North"], since=today)
    assert (found.topic, found.sessions, found.hours) == ("Discovery", 1, Decimal("1.5"))
    assert LEAST_REPS == 3
    # Bob leads another team: he learns what is practised, not by whom.
    html = signed_in(world.bob).get(reverse("coaching:effect")).content.decode()
    assert "Discovery" in html
    assert not any(word in html for word in ("A matter of two", "Ann", "North"))


def test_nobody_is_found_by_taking_ones_own_off_the_sum(world: World, today: date, log: Log) -> None:
    """Bob knows what his own three reps practised: with one of Alice's beside them, the rest would be hers."""
    bill, bea = (Rep.objects.create(source=world.crm, key=f"006{n}", name=n, team="South") for n in ("Bill", "Bea"))
    log(actor=world.bob, kind="group", reps=[world.beth_rep, world.charlie_rep, bill, bea], topic="Discovery")
    log(reps=[world.ann_rep], topic="Discovery", minutes=75)
    assert practices(world.bob, ["North", "South"], since=today) == []
    (whole,) = practices(world.clara, ["North", "South"], since=today)  # she sees each of them anyway
    assert whole.sessions == 2
    anna = Rep.objects.create(source=world.crm, key="0059", name="Anna", team="North")
    log(kind="group", reps=[world.art_rep, anna], topic="Discovery")
    assert [p.topic for p in practices(world.bob, ["North", "South"], since=today)] == ["Discovery"]


def test_the_share_of_practice_over_time(put: Put, world: World, today: date, signed_in: SignedIn) -> None:
    month = today.replace(day=1)
    put("best_practice_share", "0.5", Grain.MONTH, month)
    chart = practice_share(world.clara, today)
    assert chart is not None
    assert len(chart.columns) == 12
    assert chart.last is not None
    assert chart.last.point.written.startswith("50.0")
    assert chart.last.height == pytest.approx((chart.base - HEAD) / 2, abs=0.1)
    html = signed_in(world.clara).get(reverse("coaching:meetings")).content.decode()
    assert '<svg class="columns"' in html
    assert html.count("<rect") == 1
    assert practice_share(world.bob, today) is None  # nothing was published for South


def test_columns_start_at_zero_and_end_inside() -> None:
    values = [Decimal(0), Decimal(1), None, Decimal(4)]
    drawn = columns([Point(str(i), v, 1, str(v)) for i, v in enumerate(values)], line=Decimal(2))
    assert drawn is not None
    zero, one, gap, most = drawn.columns
    assert (zero.height, gap.height) == (0, 0)
    assert most.height == pytest.approx(4 * one.height, abs=0.2)
    assert drawn.line == pytest.approx(drawn.base - most.height / 2, abs=0.2)
    assert most.y >= HEAD
    assert max(c.x + c.width for c in drawn.columns) <= drawn.width
    assert drawn.base < HEIGHT
    assert columns([Point("x", None, 0, "n/a")]) is None


def test_the_overview_asks_as_often_for_many_reps_once_numbers_are_published(
    put: Put, world: World, today: date, signed_in: SignedIn
) -> None:
    """Each row and each cell of the heat map knows the policy: it is read once, and not for each."""
    monday, client = today - timedelta(days=today.weekday()), signed_in(world.clara)
    put("coaching_hours", "1", Grain.WEEK, monday, ("rep", "Ann"))
    with CaptureQueriesContext(connection) as few:
        assert 'class="heat"' in client.get(reverse("coaching:overview")).content.decode()
    for n in range(20):
        Rep.objects.create(source=world.crm, key=f"007{n}", name=f"Rep {n}", team="North")
        put("coaching_hours", "1", Grain.WEEK, monday, ("rep", f"Rep {n}"))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("coaching:overview"))
    assert len(many) <= len(few)
