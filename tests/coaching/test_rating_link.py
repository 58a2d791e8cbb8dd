"""The link by which a rep answers: one purpose, one attendance, one answer, and not for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from coaching import actions, rating_links
from coaching.models import Attendance, CoachingSession
from core.models import AuditEvent, User
from tests.coaching.conftest import SENTINEL, World

Log = Callable[..., CoachingSession]
SignedIn = Callable[[User], Client]


@pytest.fixture
def attendance(log: Log) -> Attendance:
    """Ann in a session with notes, a topic and a commitment."""
    session = log(notes=SENTINEL, topic="TOPIC-of-the-talk", commitment="PROMISE", due_on=timezone.now().date())
    return session.attendances.get()


def test_a_rep_answers_without_signing_in(attendance: Attendance) -> None:
    address = rating_links.path_for(attendance)
    page = Client().get(address)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert Client().post(address, {"useful": "4"}).status_code == 200
    attendance.refresh_from_db()
    assert (attendance.useful, attendance.session.useful) == (4, 4)
    assert attendance.rated_at is not None


def test_opening_it_changes_nothing_and_says_nothing_of_the_talk(attendance: Attendance) -> None:
    for method in ("get", "head"):
        response = getattr(Client(), method)(rating_links.path_for(attendance) + "?useful=1")
        body = response.content.decode()
        assert not any(word in body for word in (SENTINEL, "TOPIC", "PROMISE"))
    attendance.refresh_from_db()
    assert attendance.useful is None


def test_a_link_is_good_for_one_answer_and_does_not_show_it(attendance: Attendance, world: World) -> None:
    address = rating_links.path_for(attendance)
    Client().post(address, {"useful": "2"})
    again = Client().post(address, {"useful": "5"})
    assert "answered already" in again.content.decode()
    assert 'value="' not in again.content.decode().split("door", 1)[1]
    attendance.refresh_from_db()
    assert attendance.useful == 2
    with pytest.raises(actions.Refused, match="answered already"):
        actions.answer_by_link(token=address.split("/")[-2], useful=5)
    actions.rate_session(actor=world.ann, session=attendance.session, useful=5)
    attendance.refresh_from_db()
    assert attendance.useful == 5


@pytest.mark.parametrize("given", ["0", "6", "", "five", "-1"])
def test_an_answer_outside_one_to_five_is_refused(attendance: Attendance, given: str) -> None:
    assert Client().post(rating_links.path_for(attendance), {"useful": given}).status_code == 400
    attendance.refresh_from_db()
    assert attendance.useful is None


def test_it_expires(attendance: Attendance) -> None:
    address = rating_links.path_for(attendance)
    with time_machine.travel(timezone.now() + timedelta(days=14, seconds=5)):
        assert Client().get(address).status_code == 404
        assert Client().post(address, {"useful": "4"}).status_code == 404
    attendance.refresh_from_db()
    assert attendance.useful is None


@pytest.mark.parametrize("token", ["x", "1:2:3", "eyJhIjoxfQ:1:forged"])
def test_a_forged_link_opens_nothing(world: World, token: str) -> None:
    assert Client().get(f"/coaching/useful/{token}/").status_code == 404


def test_a_signature_for_another_purpose_opens_nothing(attendance: Attendance) -> None:
    token = signing.dumps(attendance.pk, salt="something.else")
    assert Client().get(f"/coaching/useful/{token}/").status_code == 404


def test_it_ends_with_the_session(attendance: Attendance, world: World) -> None:
    address = rating_links.path_for(attendance)
    actions.delete_session(actor=world.alice, session=attendance.session)
    assert Client().get(address).status_code == 404


def test_one_reps_link_is_not_anothers(world: World, log: Log) -> None:
    session = log(reps=[world.ann_rep, world.art_rep], kind="group")
    ann, art = (session.attendances.get(rep=rep) for rep in (world.ann_rep, world.art_rep))
    Client().post(rating_links.path_for(ann), {"useful": "5"})
    art.refresh_from_db()
    assert art.useful is None
    Client().post(rating_links.path_for(art), {"useful": "2"})
    session.refresh_from_db()
    assert session.useful == 4  # the mean of 5 and 2, half up


def test_posting_needs_the_token_of_the_page(attendance: Attendance) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(rating_links.path_for(attendance), {"useful": "4"}).status_code == 403


def test_without_mail_the_link_is_shown_and_the_audit_keeps_it(
    attendance: Attendance, world: World, signed_in: SignedIn
) -> None:
    page = signed_in(world.alice).post(f"/coaching/sessions/{attendance.session_id}/ask/")
    assert "/coaching/useful/" in page.content.decode()
    event = AuditEvent.objects.get(verb="asked for rating")
    assert event.detail == {"reps": [world.ann_rep.pk], "shown": [world.ann_rep.pk]}
    assert mail.outbox == []


def test_with_mail_the_manager_never_sees_the_link(
    attendance: Attendance,
    world: World,
    signed_in: SignedIn,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.ASSAY_MAIL = True
    with django_capture_on_commit_callbacks(execute=True):
        page = signed_in(world.alice).post(f"/coaching/sessions/{attendance.session_id}/ask/")
    assert "/coaching/useful/" not in page.content.decode()
    (sent,) = mail.outbox
    assert sent.to == ["ann@example.org"]
    whole = str(sent.message())
    assert not any(word in whole for word in (SENTINEL, "TOPIC", "PROMISE"))
    path = sent.body[sent.body.index("/coaching/useful/") :].split()[0]
    assert Client().post(path, {"useful": "3"}).status_code == 200
    attendance.refresh_from_db()
    assert attendance.useful == 3


def test_whoever_answered_is_not_asked_again(attendance: Attendance, world: World) -> None:
    actions.rate_session(actor=world.ann, session=attendance.session, useful=4)
    assert actions.ask_rating(actor=world.alice, session=attendance.session) == []
    with pytest.raises(actions.NotYours):
        actions.ask_rating(actor=world.lou, session=attendance.session)
