"""Each table of coaching's pages as CSV: the reader's scope, safe in a spreadsheet, and nothing that was said."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from coaching import actions, tables
from coaching.models import CoachingSession, SalesMeeting
from core.models import User
from revenue.models import Activity
from tests.coaching.conftest import SENTINEL, World

SignedIn = Callable[[User], Client]
PROMISE = "PROMISED-in-private-5cd1"


@pytest.fixture
def busy(world: World, today: date, log: Callable[..., CoachingSession]) -> World:
    """A week with a session, its notes and a promise, a plan, a training, a change, a customer and a sales meeting."""
    world.art_rep.name = "=cmd|' /C calc'!A0"
    world.art_rep.save()
    log(notes=SENTINEL, topic="Discovery", commitment=PROMISE, due_on=today)
    actions.plan_session(actor=world.alice, rep=world.art_rep, planned_on=today)
    actions.log_training(actor=world.lou, reps=[world.ann_rep], topic="Pricing", held_on=today, minutes=30)
    actions.log_change_event(actor=world.lou, kind="competitor", name="Orbit", on_date=today, topics=["Pricing"])
    Activity.objects.create(
        source=world.crm, key="m1", kind="meeting", rep=world.ann_rep, deal=world.deal,
        occurred_at=datetime.combine(today - timedelta(days=4), datetime.min.time(), ZoneInfo("UTC")),
    )  # fmt: skip
    SalesMeeting.objects.create(source=world.crm, key="1", held_on=today, team="North", minutes=600_000)
    return world


def read(client: Client, name: str) -> list[list[str]]:
    """The download's cells."""
    response = client.get(reverse("coaching:export", args=[name]))
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


@pytest.mark.parametrize("name", tables.NAMES)
def test_a_table_holds_the_readers_scope_and_nothing_that_was_said(busy: World, signed_in: SignedIn, name: str) -> None:
    whole, north, south = (read(signed_in(who), name) for who in (busy.clara, busy.alice, busy.bob))
    assert whole[0] == north[0] == south[0]
    assert all(len(row) == len(whole[0]) for row in whole)
    everything = repr(whole)
    assert SENTINEL not in everything
    assert PROMISE not in everything
    assert "Ann" not in repr(south)
    assert "Beth" not in repr(north)
    assert not any(cell.startswith("=") for row in whole for cell in row)


@pytest.mark.parametrize("name", tables.NAMES)
def test_a_rep_has_no_tables_of_others(busy: World, signed_in: SignedIn, name: str) -> None:
    assert signed_in(busy.charlie).get(reverse("coaching:export", args=[name])).status_code == 404


def test_what_the_tables_say(busy: World, signed_in: SignedIn, today: date) -> None:
    client = signed_in(busy.alice)
    beside = {row[1]: row for row in read(client, "coaching_beside_pipeline")[1:]}
    assert beside["Ann"][6:8] == [today.isoformat(), "1"]
    assert ["Ann", "nothing planned", today.isoformat(), "", "0", "0"] in read(client, "cadence")
    assert ["North", "Ann", "1", "0", "0", "1"] in read(client, "briefs_and_debriefs")
    topics = {(row[0], row[1]): row for row in read(client, "topics_by_rep")[1:]}
    assert topics["Pricing", "Ann"][2:6] == ["current", today.isoformat(), "1.0000", ""]


def test_every_page_with_a_table_leads_to_its_download(busy: World, signed_in: SignedIn) -> None:
    client = signed_in(busy.alice)
    pages = {
        "overview": "coaching_beside_pipeline", "training": "topics_by_rep", "cadence": "cadence",
        "meetings_without": "briefs_and_debriefs", "effect": "coaching_by_team", "sessions": "coaching_sessions",
        "meetings": "sales_meetings",
    }  # fmt: skip
    for page, table in pages.items():
        html = client.get(reverse(f"coaching:{page}")).content.decode()
        assert reverse("coaching:export", args=[table]) in html, page
