"""The Monday list through a real mail server: two workers at once, a server that is away, each list exactly once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from coaching import monday_mail
from coaching.models import MailedList
from tests.coaching.conftest import World

pytestmark = pytest.mark.django_db(transaction=True)
SEVEN = datetime(2026, 11, 23, 7, tzinfo=UTC)


class Box:
    """A mail server's box. `refusing` answers as a server does that is too busy."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.refusing = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes a message in, or refuses it for now."""
        if self.refusing:
            return "451 try again later"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        found = message_from_bytes(content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.received.append((envelope.rcpt_tos, found))
        return "250 taken"


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    """A real server on this machine, and Assay set up to send by it."""
    box = Box()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.ASSAY_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    controller.stop()


def send(_: int) -> int:
    """What a worker does at a ring, on a connection of its own."""
    try:
        return monday_mail.send_lists(SEVEN)
    finally:
        connection.close()


def test_workers_that_ring_at_once_send_each_list_once(world: World, box: Box) -> None:
    with ThreadPoolExecutor(4) as workers:
        sent = sum(workers.map(send, range(8)))
    assert sent == 2
    assert sorted(to for to, _ in box.received) == [["alice@example.org"], ["bob@example.org"]]
    message = box.received[0][1]
    assert message["Subject"] == "Your week in coaching, 23 November"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert monday_mail.send_lists(SEVEN + timedelta(hours=3)) == 0
    assert len(box.received) == 2


def test_what_the_server_refused_goes_out_at_the_next_ring(world: World, box: Box) -> None:
    box.refusing = True
    assert monday_mail.send_lists(SEVEN) == 0
    assert not MailedList.objects.exclude(sent_at=None).exists()
    box.refusing = False
    assert monday_mail.send_lists(SEVEN + timedelta(minutes=15)) == 2
    assert len(box.received) == 2
