"""The Monday list, the calendar, the overview, due days and exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching import actions, hooks
from coaching.calendar import feed
from coaching.export import rows
from coaching.forms import due_day
from coaching.models import CoachingSession, PlannedSession, SalesMeeting
from coaching.monday import monday
from coaching.overview import Cell, overview
from coaching.people import recent_first
from coaching.templatetags.coaching import heat_rows
from core.models import Company, User
from core.periods import Grain
from metrics import published
from metrics.models import MetricRun, MetricValue
from revenue.models import Activity, Rep
from tests.coaching.conftest import World

Log = Callable[..., CoachingSession]


@pytest.mark.parametrize(
    ("held", "due"),
    [
        (date(2026, 11, 16), date(2026, 11, 20)),  # Monday: this week's Friday
        (date(2026, 11, 19), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 27)),  # Friday: never the day itself
        (date(2026, 11, 22), date(2026, 11, 27)),
    ],
)
def test_friday_is_the_next_one(held: date, due: date) -> None:
    assert due_day("friday", held) == due
    assert (due_day("week", held) - held).days == 7
    assert (due_day("fortnight", held) - held).days == 14


def test_reps_coached_last_come_first(world: World, log: Log, today: date) -> None:
    assert [str(r) for r in recent_first(world.alice)] == ["Ann", "Art"]
    log(reps=[world.art_rep], held_on=today - timedelta(days=3))
    log(reps=[world.ann_rep], held_on=today - timedelta(days=5))
    assert [str(r) for r in recent_first(world.alice)] == ["Art", "Ann"]
    assert {str(r) for r in recent_first(world.clara)} >= {"Ann", "Art", "Beth", "Charlie"}


@pytest.mark.parametrize(("days", "waits"), [(0, False), (13, False), (14, True)])
def test_a_fortnight_without_coaching(world: World, log: Log, today: date, days: int, waits: bool) -> None:
    log(held_on=today - timedelta(days=days))
    assert (world.ann_rep in monday(world.alice, today).uncoached) is waits
    assert world.art_rep in monday(world.alice, today).uncoached
    assert world.beth_rep not in monday(world.alice, today).uncoached


def test_commitments_due_this_week_and_plans_that_were_not_held(world: World, log: Log, today: date) -> None:
    log(commitment="soon", due_on=today + timedelta(days=6))
    log(commitment="later", due_on=today + timedelta(days=7))
    plan = actions.plan_session(actor=world.alice, rep=world.ann_rep, planned_on=today)
    assert [c.what for c in monday(world.alice, today).due] == ["soon"]
    assert monday(world.alice, today).plans == [plan]
    assert monday(world.alice, today + timedelta(days=1)).overdue == [plan]
    assert monday(world.clara, today).due == []


def test_a_meeting_waits_for_its_debrief(world: World, log: Log, today: date) -> None:
    def meeting(key: str, days_ago: int, rep: Rep, **rest: Any) -> Activity:
        at = timezone.now() - timedelta(days=days_ago)
        return Activity.objects.create(source=world.crm, key=key, occurred_at=at, kind="meeting", rep=rep, **rest)

    held = meeting("1", 1, world.ann_rep, deal=world.deal)
    meeting("2", 20, world.ann_rep)
    other = meeting("3", 1, world.art_rep, account=world.deal.account)
    meeting("5", 1, world.art_rep)  # with nobody: no customer meeting
    meeting("4", 1, world.beth_rep)
    assert set(monday(world.alice, today).debriefs) == {held, other}
    log(kind="debrief", reps=[world.art_rep], held_on=today)
    log(kind="one_on_one", deal=world.deal)
    assert monday(world.alice, today).debriefs == [held]
    log(kind="debrief", deal=world.deal, held_on=today)
    assert monday(world.alice, today).debriefs == []


def test_the_calendar_is_private_and_folded(world: World, today: date) -> None:
    world.ann_rep.name = "Ann; the, very\nlong 名前" + "é" * 40
    world.ann_rep.save()
    actions.plan_session(actor=world.alice, rep=world.ann_rep, planned_on=today)
    first = actions.issue_calendar(actor=world.alice)
    address = reverse("coaching:calendar", args=[first])
    text = Client().get(address).content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:One-on-one with Ann\\; the\\, very\\nlong 名前" in whole
    assert f"DTSTART;VALUE=DATE:{today:%Y%m%d}" in whole
    actions.issue_calendar(actor=world.alice)
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code == 405


def test_a_calendar_ends_with_the_role(world: World) -> None:
    token = actions.issue_calendar(actor=world.alice)
    User.objects.filter(pk=world.alice.pk).update(role="rep")
    assert Client().get(reverse("coaching:calendar", args=[token])).status_code == 404


def test_the_feed_names_what_was_called_off(world: World, today: date) -> None:
    plan = actions.plan_session(actor=world.alice, rep=world.ann_rep, planned_on=today)
    actions.cancel_plan(actor=world.alice, plan=plan)
    text = feed(PlannedSession.objects.all(), now=datetime(2026, 1, 1, tzinfo=UTC), host="x")
    assert "STATUS:CANCELLED" in text


@pytest.fixture
def numbers(world: World, today: date) -> Iterator[MetricRun]:
    """A published run with Ann's and North's numbers, read as the product reads them."""
    run = MetricRun.objects.create(as_of=today, published_at=timezone.now())
    quarter = Company.current().calendar.period(Grain.QUARTER, today).start
    monday = today - timedelta(days=today.weekday())

    def put(metric: str, grain: Grain, period: date | None, of: tuple[str, str], value: str) -> None:
        MetricValue.objects.create(
            metric=metric, grain=str(grain), period=period, dim=of[0], member=of[1], n=4, run_from=run.pk,
            numerator=Decimal(value), denominator=1, value=Decimal(value),
        )  # fmt: skip

    for of in (("rep", "Ann"), ("team", "North"), ("rep", "Beth"), ("team", "South")):
        put("coaching_hours_per_rep_week", Grain.QUARTER, quarter, of, "0.25")
        put("win_rate", Grain.QUARTER, quarter, of, "0.4")
        put("pipeline_open", Grain.ALL, None, of, "100000")
        put("coaching_hours", Grain.WEEK, monday, of, "1")
    before, hooks.read_numbers = hooks.read_numbers, published.read
    yield run
    hooks.read_numbers = before


def test_coaching_and_pipeline_stand_on_one_row(world: World, today: date, numbers: MetricRun) -> None:
    page = overview(world.alice, today)
    north, ann, art = page.rows
    assert (north.name, north.managers, ann.name) == ("North", "Alice", "Ann")
    assert (ann.win_rate.value, ann.pipeline.value, ann.under) == (Decimal("0.4"), Decimal(100_000), True)  # type: ignore[union-attr]
    assert (art.win_rate, art.per_week, art.under) == (None, None, False)
    week = dict(page.heat)[world.ann_rep][-1]
    assert (week.hours, week.level) == (Decimal(1), 3)
    assert dict(page.heat)[world.art_rep][-1].level == 0
    assert {row.name for row in overview(world.clara, today).rows} >= {"North", "South", "Ann", "Beth"}


def test_before_anything_is_computed_the_page_says_so(world: World, today: date) -> None:
    page = overview(world.alice, today)
    assert (page.computed, page.heat) == (False, [])
    assert page.uncoached == [world.ann_rep, world.art_rep]


def test_weeks_before_a_rep_was_hired_are_blank(world: World, today: date, numbers: MetricRun) -> None:
    world.ann_rep.hired_on = today - timedelta(days=today.weekday())
    world.ann_rep.save()
    cells = dict(overview(world.alice, today).heat)[world.ann_rep]
    assert [cell.hours for cell in cells[:-1]] == [None] * 12
    assert cells[-1].hours == 1


def test_the_export_is_the_plain_format_and_safe(world: World, log: Log, signed_in: Callable[[User], Client]) -> None:
    session = log(reps=[world.ann_rep, world.art_rep], kind="group", minutes=45, topic="=HYPERLINK(1)", deal=world.deal)
    response = signed_in(world.clara).get(reverse("coaching:export", args=["coaching_sessions"]))
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    heading, row = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert heading == ["manager", "rep", "held_on", "minutes", "kind", "deal_id", "topic", "planned", "useful"]
    assert row == ["005A", "0051;0052", str(session.held_on), "45", "group", "006", "'=HYPERLINK(1)", "no", ""]


def test_exports_stay_in_scope(world: World, log: Log, today: date) -> None:
    log()
    SalesMeeting.objects.create(source=world.crm, key="1", held_on=today, team="South", minutes=600_000)
    assert len(list(rows("coaching_sessions", world.alice))) == 2
    assert len(list(rows("coaching_sessions", world.ann))) == 2
    for who in (world.bob, world.charlie):
        assert len(list(rows("coaching_sessions", who))) == 1
    assert len(list(rows("sales_meetings", world.bob))) == 2
    assert len(list(rows("sales_meetings", world.alice))) == 1


def test_the_same_page_sent_twice_is_one_session(world: World, signed_in: Callable[[User], Client]) -> None:
    client, address = signed_in(world.alice), reverse("coaching:log")
    data = {"rep": world.ann_rep.pk, "kind": "group", "minutes": "30", "client_key": "k" * 32}
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 302
    again = client.post(address, data, headers={"Accept": "application/json"})
    assert again.json() == {"status": "already"}
    assert CoachingSession.objects.count() == 1
    first = client.post(address, {**data, "client_key": "j" * 32}, headers={"Accept": "application/json"})
    assert first.json() == {"status": "saved"}


@pytest.mark.parametrize(
    "bad",
    [
        {"minutes": "ten"},
        {"minutes": "-5"},
        {"minutes": "１５"},
        {"held_on": "tomorrow"},
        {"rep": "x"},
        {"deal": "999999"},
        {"kind": "one_on_one", "rep": "all"},
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(
    world: World, signed_in: Callable[[User], Client], bad: dict[str, str]
) -> None:
    everyone = [str(world.ann_rep.pk), str(world.art_rep.pk)]
    data: dict[str, object] = {"rep": everyone[0], "kind": "group", "minutes": "30", "commitment": "typed before"}
    data |= {"client_key": "k" * 32, **bad}
    if bad.get("rep") == "all":
        data["rep"] = everyone
    response = signed_in(world.alice).post(reverse("coaching:log"), data)
    assert response.status_code == 400
    assert "typed before" in response.content.decode()
    assert not CoachingSession.objects.exists()


def test_the_heat_is_written_as_the_template_language_would(world: World, today: date) -> None:
    """Names are anybody's text; a cell without a number says in words what it is."""
    world.ann_rep.name = "Ann <b>&</b> Co"
    cells = [
        Cell(today, Decimal("0.5"), 2, "0.50"),
        Cell(today, Decimal(0), 0, "", "0"),
        Cell(today, None, "out", spoken="not here"),
    ]
    written = Template(
        '{% for rep, cells in heat %}<tr><th scope="row">{{ rep }}</th>{% for cell in cells %}'
        '<td class="heat-{{ cell.level }}">{% if cell.spoken %}<span class="sr-only">{{ cell.spoken }}</span>'
        "{% else %}{{ cell.shown }}{% endif %}</td>{% endfor %}</tr>{% endfor %}"
    ).render(Context({"heat": [(world.ann_rep, cells)]}))
    assert heat_rows([(world.ann_rep, cells)]) == written
    assert "&lt;b&gt;" in written
