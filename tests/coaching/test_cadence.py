"""Plan and cadence: what was planned and held, what is overdue, and a calendar that other programs can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coaching import actions
from coaching.cadence import Rhythm, cadence, overdue_plans
from coaching.models import CoachingSession, PlannedSession
from core.models import User
from revenue.models import Rep
from tests.coaching.conftest import World

Log = Callable[..., CoachingSession]


def _plan(world: World, rep: Rep, day: date) -> PlannedSession:
    plan = actions.plan_session(actor=world.alice, rep=rep, planned_on=day + timedelta(days=400))
    PlannedSession.objects.filter(pk=plan.pk).update(planned_on=day)
    plan.refresh_from_db()
    return plan


def _of(rows: list[Rhythm], rep: Rep) -> Rhythm:
    return next(row for row in rows if row.rep == rep)


def test_the_rhythm_of_each_rep(world: World, log: Log, today: date) -> None:
    held = _plan(world, world.ann_rep, today - timedelta(days=7))
    log(plan=held)
    missed = _plan(world, world.ann_rep, today - timedelta(days=1))
    _plan(world, world.ann_rep, today + timedelta(days=9))
    _plan(world, world.ann_rep, today + timedelta(days=2))
    actions.cancel_plan(actor=world.alice, plan=_plan(world, world.ann_rep, today - timedelta(days=3)))
    _plan(world, world.ann_rep, today - timedelta(weeks=14))  # too long ago
    rows = cadence(world.alice, [world.art_rep, world.ann_rep], today)
    assert rows[0].rep == world.ann_rep
    ann = rows[0]
    assert (ann.planned, ann.held, ann.overdue) == (2, 1, 1)
    assert (ann.last, ann.upcoming) == (today, today + timedelta(days=2))
    assert ann.state == "1 overdue"
    assert overdue_plans(world.alice, [world.ann_rep], today) == [missed]


@pytest.mark.parametrize(("coached", "planned", "state"), [
    (0, True, "in rhythm"), (13, False, "nothing planned"), (14, True, "no coaching this fortnight"),
])  # fmt: skip
def test_a_state_in_words(world: World, log: Log, today: date, coached: int, planned: bool, state: str) -> None:
    log(held_on=today - timedelta(days=coached))
    if planned:
        _plan(world, world.ann_rep, today + timedelta(days=1))
    assert _of(cadence(world.alice, [world.ann_rep], today), world.ann_rep).state == state


def test_a_plan_for_today_is_not_overdue(world: World, today: date) -> None:
    _plan(world, world.ann_rep, today)
    row = _of(cadence(world.alice, [world.ann_rep], today), world.ann_rep)
    assert (row.planned, row.overdue, row.upcoming) == (0, 0, today)


def test_the_page_shows_adherence_and_what_is_overdue_in_scope(
    world: World, today: date, log: Log, signed_in: Callable[[User], Client]
) -> None:
    _plan(world, world.ann_rep, today - timedelta(days=2))
    log(plan=_plan(world, world.art_rep, today - timedelta(days=2)), reps=[world.art_rep])
    html = signed_in(world.alice).get(reverse("coaching:cadence")).content.decode()
    assert "1 planned session was not held" in html
    assert "1 of 2 sessions planned" in html
    bob = signed_in(world.bob).get(reverse("coaching:cadence")).content.decode()
    assert "No session is planned" in bob
    assert "Ann" not in bob


def test_managers_among_the_imported_reps_are_not_waiting_for_coaching(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    Rep.objects.filter(user=world.alice).delete()
    Rep.objects.create(source=world.crm, key="m1", name="Manager Alice", team="North", user=world.alice)
    client = signed_in(world.clara)
    for name in ("cadence", "training", "meetings_without"):
        rows = client.get(reverse(f"coaching:{name}")).content.decode().split("Plan a session")[0]
        assert '<th scope="row">Manager Alice' not in rows, name
        assert '<th scope="col">Manager Alice' not in rows, name


def _parse(text: str) -> dict[str, list[dict[str, tuple[dict[str, str], str]]]]:
    """Reads a calendar as RFC 5545 says: unfolds, checks the nesting, and returns the properties of each component."""
    assert text.endswith("\r\n")
    raw = text[:-2].split("\r\n")
    assert not any("\n" in line or "\r" in line or len(line.encode()) > 75 for line in raw)
    lines: list[str] = []
    for line in raw:
        if line.startswith((" ", "\t")):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    found: dict[str, list[dict[str, tuple[dict[str, str], str]]]] = {}
    stack: list[tuple[str, dict[str, tuple[dict[str, str], str]]]] = []
    for line in lines:
        head, value = line.split(":", 1)
        name, *parameters = head.split(";")
        assert name == name.upper()
        if name == "BEGIN":
            stack.append((value, {}))
        elif name == "END":
            kind, properties = stack.pop()
            assert kind == value
            found.setdefault(kind, []).append(properties)
        else:
            assert name not in stack[-1][1], f"{name} twice"
            stack[-1][1][name] = (dict(p.split("=", 1) for p in parameters), value)
    assert stack == []
    return found


def test_other_programs_can_read_the_calendar(world: World, today: date, log: Log) -> None:
    world.ann_rep.name = 'Ann; "the", very\\long\nname ' + "é" * 60
    world.ann_rep.save()
    first = _plan(world, world.ann_rep, today + timedelta(days=3))
    second = _plan(world, world.art_rep, today)
    token = actions.issue_calendar(actor=world.alice)
    response = Client().get(reverse("coaching:calendar", args=[token]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = _parse(response.content.decode())
    (calendar,) = found["VCALENDAR"]
    assert calendar["VERSION"][1] == "2.0"
    assert calendar["PRODID"][1]
    events = {event["UID"][1]: event for event in found["VEVENT"]}
    assert set(events) == {f"coaching-{plan.pk}@testserver" for plan in (first, second)}
    event = events[f"coaching-{first.pk}@testserver"]
    assert event["DTSTART"] == ({"VALUE": "DATE"}, f"{first.planned_on:%Y%m%d}")
    assert event["DTEND"] == ({"VALUE": "DATE"}, f"{first.planned_on + timedelta(days=1):%Y%m%d}")
    assert event["DTSTAMP"][1].endswith("Z")
    assert len(event["DTSTAMP"][1]) == 16
    shown = event["SUMMARY"][1]
    for escaped, plain in (("\\\\", "\0"), ("\\;", ";"), ("\\,", ","), ("\\n", "\n"), ("\0", "\\")):
        shown = shown.replace(escaped, plain)
    assert shown == f"One-on-one with {world.ann_rep.name}, 30 min"
    assert "topic" not in response.content.decode().lower()
