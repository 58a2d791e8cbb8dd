"""The digest: its parts and pictures through a real mail server, in each reader's scope, exactly once."""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection

from config.schedule import SCHEDULE
from core import show
from core.models import AuditEvent, User
from metrics.models import MetricRun, MetricValue
from scoreboard.digest import draw
from scoreboard.digest.content import build
from scoreboard.digest.send import choose, send_due, wants
from scoreboard.digest.tasks import send_digests
from scoreboard.models import MailedDigest
from tests.mailbox import Box
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in

SEVEN = datetime(2026, 9, 21, 7, tzinfo=UTC)
LEADERS = ["ceo@example.com", "marketing_leader@example.com", "sales_leader@example.com"]
LAST_WEEK = date(2026, 9, 14)


@pytest.fixture
def news(run: MetricRun) -> None:
    """A week that nobody would call usual."""
    MetricValue.objects.filter(metric="net_revenue", grain="week", period=LAST_WEEK, dim="").update(
        value=Decimal(300_000), numerator=Decimal(300_000)
    )


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content())


def test_it_is_mailed_with_its_pictures(people: dict[str, User], news: None, box: Box, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Assay <assay@example.com>"
    assert send_due(SEVEN) == 3
    assert box.to == LEADERS
    message = next(m for to, m in box.received if to == "ceo@example.com")
    assert message.get_content_type() == "multipart/related"
    pictures = {str(p["Content-ID"]): p for p in message.walk() if p.get_content_type() == "image/png"}
    html, text = _part(message, "html"), _part(message, "plain")
    assert {"<revenue>", "<coaching>", "<pipeline>"} <= set(pictures)
    for name, picture in pictures.items():
        assert f'src="cid:{name.strip("<>")}"' in html
        data = picture.get_payload(decode=True)
        assert isinstance(data, bytes)
        assert data.startswith(b"\x89PNG")
        assert struct.unpack(">I", data[16:20])[0] == draw.WIDTH * draw.SHARP
        assert picture.get_content_disposition() == "inline"
    digest = build(people["ceo"])
    assert digest is not None
    assert message["Subject"] == " ".join(digest.subject.split())
    assert "Q3 2026" in message["Subject"]
    assert str(message["List-Unsubscribe"]).endswith("/digest/>")
    assert str(message["Message-ID"]).endswith("@example.com>"), "the sender's domain, not this machine's name"
    assert message["Auto-Submitted"] == "auto-generated"
    assert all(len(line) < 998 for line in bytes(message).split(b"\n"))
    assert digest.chart_title in html
    assert digest.chart_title in text
    for words in (digest.hero.verdict.word, digest.counted, "Coaching"):
        assert words in html
        assert words.lower() in text.lower()
    (change,) = digest.changes
    assert change.key == "net_revenue"
    assert change.sentence in text
    assert "/metric/net_revenue/?period=" in text
    assert "<script" not in html
    assert 'src="http' not in html, "nothing is fetched from anywhere"


def test_each_in_their_own_scope(people: dict[str, User], run: MetricRun, box: Box) -> None:
    choose(user=people["sales_manager"], wanted=True)
    choose(user=people["ceo"], wanted=False)
    assert send_due(SEVEN) == 3
    assert box.to == [*LEADERS[1:], "sales_manager@example.com"]
    mails = {to: _part(m, "plain") for to, m in box.received}
    whole, team = mails["sales_leader@example.com"], mails["sales_manager@example.com"]
    assert "(North)" in team
    assert "South" not in team
    quarter = MetricValue.objects.filter(metric="net_revenue", grain="quarter", period=date(2026, 7, 1))
    of = {d.member: d.value for d in quarter.filter(dim__in=["", "team"])}
    for text, value in ((whole, of[""]), (team, of["North"])):
        assert value is not None
        assert show.money(value, "USD") in text.splitlines()[0]


def test_noise_is_left_out(people: dict[str, User], run: MetricRun) -> None:
    digest = build(people["ceo"])
    assert digest is not None
    assert digest.changes == ()
    assert "every measure stayed within its usual range" in digest.counted


def test_once_a_week_and_on_mondays_alone(people: dict[str, User], run: MetricRun, box: Box) -> None:
    assert send_due(SEVEN - timedelta(minutes=1)) == 0
    assert (send_due(SEVEN), send_due(SEVEN + timedelta(hours=3))) == (3, 0)
    assert send_due(SEVEN + timedelta(days=1)) == 0
    assert send_due(SEVEN + timedelta(days=7)) == 3
    assert MailedDigest.objects.exclude(sent_at=None).count() == 6
    assert AuditEvent.objects.filter(verb="mailed the digest").count() == 6


def test_a_server_that_refuses_leaves_no_mark(people: dict[str, User], run: MetricRun, box: Box) -> None:
    box.refusing = True
    assert send_due(SEVEN) == 0
    assert not MailedDigest.objects.exclude(sent_at=None).exists()
    box.refusing = False
    assert send_due(SEVEN + timedelta(minutes=15)) == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_once(box: Box) -> None:
    world.people()
    world.publish()

    def work(_: int) -> int:
        try:
            return send_due(SEVEN)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(work, range(2))) == 3
    assert box.to == LEADERS


def test_without_mail_or_numbers_nothing_goes_out(people: dict[str, User], settings: object) -> None:
    assert send_due(SEVEN) == 0
    assert not MailedDigest.objects.exists()
    settings.ASSAY_MAIL = True  # type: ignore[attr-defined]
    assert send_due(SEVEN) == 0, "nothing has been published"
    assert mail.outbox == []


def test_the_page_and_its_switch(people: dict[str, User], news: None) -> None:
    client = signed_in(people["ceo"])
    page = client.get("/digest/")
    assert page.status_code == 200
    assert "data:image/png;base64," in page.content.decode()
    assert "style=" not in page.content.decode().split("<main")[1]
    assert "Turn off" in client.get("/account/").content.decode()
    assert client.post("/digest/switch/", {"wanted": "no", "from": "account"}).headers["Location"] == "/account/"
    assert not wants(people["ceo"])
    assert "Turn on" in client.get("/account/").content.decode()
    assert client.post("/digest/switch/", {"wanted": "yes"}).headers["Location"] == "/digest/"
    assert wants(people["ceo"])
    assert AuditEvent.objects.filter(verb__startswith="switched the digest").count() == 2


def test_who_has_one(people: dict[str, User], run: MetricRun) -> None:
    found = {who: signed_in(user).get("/digest/").status_code for who, user in people.items()}
    assert {who for who, status in found.items() if status == 404} == {"rep", "charlie"}
    assert {who for who, user in people.items() if wants(user)} == {"ceo", "sales_leader", "marketing_leader"}
    assert signed_in(people["rep"]).post("/digest/switch/", {"wanted": "yes"}).status_code == 404


def test_the_schedule_rings_it(people: dict[str, User], run: MetricRun, box: Box) -> None:
    assert "scoreboard.digest.tasks.send_digests" in {entry["task"] for entry in SCHEDULE.values()}
    with time_machine.travel(SEVEN):
        assert send_digests() == "3 digests sent"
