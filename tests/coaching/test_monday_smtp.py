"""The Monday list through a real mail server: two workers at once, a server that is away, each list exactly once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from coaching import monday_mail
from coaching.models import MailedList
from tests.coaching.conftest import World
from tests.mailbox import Box

pytestmark = pytest.mark.django_db(transaction=True)
SEVEN = datetime(2026, 11, 23, 7, tzinfo=UTC)


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
    assert box.to == ["alice@example.org", "bob@example.org"]
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
