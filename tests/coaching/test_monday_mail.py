"""The Monday list by mail: once for each manager and Monday, where mail is set up, quoting nobody."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from coaching import actions, monday_mail
from coaching.models import CoachingSession, MailedList
from coaching.tasks import send_monday_lists
from config.schedule import SCHEDULE
from core.models import Company
from tests.coaching.conftest import SENTINEL, World

MONDAY = date(2026, 11, 23)
SEVEN = datetime(2026, 11, 23, 7, tzinfo=UTC)
PROMISE, TOPIC = "PROMISED-in-private-91bc", "TOPIC-of-the-talk"


@pytest.fixture
def with_mail(settings: Any) -> None:
    """Mail as an operator sets it up; the tests' backend keeps it in memory."""
    settings.ASSAY_MAIL = True


@pytest.mark.parametrize(
    ("zone", "now", "day"),
    [
        ("UTC", datetime(2026, 11, 23, 6, 59, tzinfo=UTC), None),
        ("UTC", SEVEN, MONDAY),
        ("UTC", datetime(2026, 11, 23, 23, 59, tzinfo=UTC), MONDAY),
        ("UTC", datetime(2026, 11, 24, 7, tzinfo=UTC), None),
        ("Asia/Tokyo", datetime(2026, 11, 22, 22, tzinfo=UTC), MONDAY),
        ("America/Los_Angeles", SEVEN, None),
        ("America/Los_Angeles", datetime(2026, 11, 23, 15, tzinfo=UTC), MONDAY),
    ],
)
def test_monday_at_seven_is_the_companys(world: World, zone: str, now: datetime, day: date | None) -> None:
    company = Company.current()
    company.time_zone = zone
    company.save()
    assert monday_mail.monday_of(now) == day


def test_each_manager_gets_it_once(world: World, with_mail: None) -> None:
    assert monday_mail.send_lists(SEVEN) == 2
    assert monday_mail.send_lists(SEVEN + timedelta(minutes=15)) == 0
    assert sorted(m.to for m in mail.outbox) == [["alice@example.org"], ["bob@example.org"]]
    assert monday_mail.send_lists(SEVEN + timedelta(days=7)) == 2
    assert MailedList.objects.exclude(sent_at=None).count() == 4


def test_without_mail_nothing_is_sent_or_marked(world: World) -> None:
    assert monday_mail.send_lists(SEVEN) == 0
    assert mail.outbox == []
    assert not MailedList.objects.exists()


def test_who_left_gets_none(world: World, with_mail: None) -> None:
    world.bob.is_active = False
    world.bob.save()
    assert monday_mail.send_lists(SEVEN) == 1


def test_it_names_and_counts_and_quotes_nobody(
    world: World, with_mail: None, log: Callable[..., CoachingSession]
) -> None:
    log(notes=SENTINEL, topic=TOPIC, commitment=PROMISE, due_on=MONDAY, held_on=MONDAY - timedelta(days=3))
    actions.share_notes(actor=world.alice, session=CoachingSession.objects.get(), share=True)
    monday_mail.send_list(user=world.alice, day=MONDAY)
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    (html,) = message.alternatives
    for part in (str(message.body), str(html[0])):
        assert not any(word in part for word in (SENTINEL, TOPIC, PROMISE))
        assert "Ann: 1" in part  # a commitment of hers is due
        assert "Art, never" in part  # had no coaching this fortnight
        assert "Beth" not in part  # sells for Bob
        assert "/coaching/monday/" in part
    assert html[1] == "text/html"
    assert message.subject == "Your week in coaching, 23 November"


def test_a_server_that_refuses_leaves_no_mark_and_stops_nobody_else(
    world: World, with_mail: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = EmailMultiAlternatives.send

    def refuse_alice(message: EmailMultiAlternatives, *args: Any) -> int:
        if message.to == ["alice@example.org"]:
            raise smtplib.SMTPServerDisconnected
        return int(send(message, *args))

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse_alice)
    assert monday_mail.send_lists(SEVEN) == 1
    assert not MailedList.objects.filter(user=world.alice).exists()
    monkeypatch.undo()
    assert monday_mail.send_lists(SEVEN) == 1
    assert [m.to for m in mail.outbox] == [["bob@example.org"], ["alice@example.org"]]


def test_the_schedule_rings_the_task_and_the_task_sends(world: World, with_mail: None) -> None:
    assert "coaching.tasks.send_monday_lists" in {entry["task"] for entry in SCHEDULE.values()}
    assert send_monday_lists.name == "coaching.tasks.send_monday_lists"
    with time_machine.travel(SEVEN):
        assert send_monday_lists() == "2 lists sent"
