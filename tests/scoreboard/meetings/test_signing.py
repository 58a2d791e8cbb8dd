"""Signing, differing, and freezing: who, on what, and what the frozen deck says of it."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, transaction

from core.models import AuditEvent, User
from metrics.policy.checks import Refused
from scoreboard.deck.shape import to_json
from scoreboard.meetings import frozen_deck
from scoreboard.meetings.actions import arrange, refresh, retitle, write_part
from scoreboard.meetings.compose import fingerprint
from scoreboard.meetings.numbers import numbers
from scoreboard.meetings.read import draft_deck
from scoreboard.meetings.signing import differ, freeze_with_difference, sign, withdraw
from scoreboard.models import Meeting, Snapshot
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.meetings.conftest import signed_by
from tests.scoreboard.test_home import text_of


def test_the_second_signature_freezes_the_deck(people: dict[str, User], meeting: Meeting) -> None:
    assert not signed_by(meeting, people["sales_leader"]).frozen
    kept = signed_by(meeting, people["marketing_leader"])
    assert kept.frozen
    deck = frozen_deck(kept)
    assert [(mark.name, mark.role, mark.differs) for mark in deck.signatures] == [
        ("Sales leader Person", "Sales", ""), ("Marketing leader Person", "Marketing", ""),
    ]  # fmt: skip
    assert kept.snapshot.deck == to_json(deck)
    assert kept.snapshot.sha256 == hashlib.sha256(kept.snapshot.deck.encode()).hexdigest()
    assert AuditEvent.objects.filter(verb="froze the deck of a meeting").get().detail["sha256"] == kept.snapshot.sha256


def test_only_the_presenters_sign_once_and_what_they_saw(people: dict[str, User], meeting: Meeting) -> None:
    now = fingerprint(draft_deck(meeting))
    for role in ("ceo", "operator"):
        with pytest.raises(Refused, match="two presenters"):
            sign(actor=people[role], meeting=meeting, seen=now)
    with pytest.raises(Refused, match="changed while you were reading"):
        sign(actor=people["sales_leader"], meeting=meeting, seen="0" * 64)
    sign(actor=people["sales_leader"], meeting=meeting, seen=now)
    with pytest.raises(Refused, match="signed already"):
        sign(actor=people["sales_leader"], meeting=meeting, seen=now)
    assert not Snapshot.objects.exists()


def test_a_difference_says_which_number_what_instead_and_why(people: dict[str, User], meeting: Meeting) -> None:
    shown = numbers(draft_deck(meeting))[0]
    held = differ(
        actor=people["marketing_leader"], meeting=meeting, number=shown.name, holds="$1.3 M", why="Refunds of August"
    )
    assert (held.side, held.shown) == ("marketing", shown.shown)
    signed_by(meeting, people["sales_leader"])
    with pytest.raises(Refused, match="take that back before you sign"):
        signed_by(meeting, people["marketing_leader"])
    page = text_of(signed_in(people["ceo"]).get(f"/meetings/{meeting.pk}/").content)
    assert "The leaders differ on 1 number" in page
    assert f"{shown.name} : shown {shown.shown}, holds $1.3 M . Refunds of August".replace("\u202f", " ") in page
    withdraw(actor=people["marketing_leader"], meeting=meeting, difference_id=held.pk)
    assert signed_by(meeting, people["marketing_leader"]).frozen


@pytest.mark.parametrize(
    ("given", "message"),
    [({"number": "Vibes"}, "Choose one of the numbers"), ({"holds": " "}, "which number you hold"),
     ({"why": ""}, "Say why")],
)  # fmt: skip
def test_a_difference_without_its_parts_is_refused(
    given: dict[str, str], message: str, people: dict[str, User], meeting: Meeting
) -> None:
    sent = {"number": numbers(draft_deck(meeting))[0].name, "holds": "$1", "why": "because"} | given
    page = signed_in(people["sales_leader"]).post(f"/meetings/{meeting.pk}/differ/", sent, follow=True)
    assert message in text_of(page.content)
    assert not meeting.differences.exists()


def test_the_ceo_alone_freezes_with_a_difference_which_then_stands_in_the_deck(
    people: dict[str, User], meeting: Meeting
) -> None:
    ceo, number = people["ceo"], numbers(draft_deck(meeting))[0].name
    with pytest.raises(Refused, match="Nobody differs"):
        freeze_with_difference(actor=ceo, meeting=meeting, why="now")
    differ(actor=people["marketing_leader"], meeting=meeting, number=number, holds="$1.3 M", why="Refunds of August")
    for role in ("operator", "sales_leader"):
        with pytest.raises(Refused, match="CEO alone"):
            freeze_with_difference(actor=people[role], meeting=meeting, why="now")
    signed_by(meeting, people["sales_leader"])
    freeze_with_difference(actor=ceo, meeting=meeting, why="The board meets at nine")
    kept = Meeting.objects.get(pk=meeting.pk)
    marks = frozen_deck(kept).signatures
    assert [mark.role for mark in marks] == ["Marketing", "Sales", "CEO"]
    assert "holds $1.3 M: Refunds of August" in marks[0].differs
    assert "The board meets at nine" in marks[2].differs
    page = text_of(signed_in(people["operator"]).get(f"/meetings/{kept.pk}/").content)
    assert "Frozen with a difference" in page
    assert "The board meets at nine" in page


def test_nothing_in_a_frozen_meeting_changes(people: dict[str, User], meeting: Meeting) -> None:
    sales = people["sales_leader"]
    kept = signed_by(meeting, sales, people["marketing_leader"])
    for change in (
        lambda: refresh(actor=sales, meeting=kept),
        lambda: arrange(actor=sales, meeting=kept, keys=["headline"]),
        lambda: retitle(actor=sales, meeting=kept, key="headline", title="x"),
        lambda: write_part(actor=sales, meeting=kept, key="headline", part="x", notes=""),
        lambda: differ(actor=sales, meeting=kept, number="x", holds="x", why="x"),
        lambda: sign(actor=sales, meeting=kept, seen="x"),
    ):
        with pytest.raises(Refused, match="frozen"):
            change()


def test_the_database_itself_refuses_to_change_or_delete_a_snapshot(people: dict[str, User], meeting: Meeting) -> None:
    kept = signed_by(meeting, people["sales_leader"], people["marketing_leader"])
    for act in (lambda: Snapshot.objects.update(deck="{}"), lambda: Snapshot.objects.all().delete()):
        with pytest.raises(DatabaseError, match="kept as it is for good"), transaction.atomic():
            act()
    assert frozen_deck(Meeting.objects.get(pk=kept.pk))


def test_a_text_that_is_not_what_was_frozen_is_not_opened(people: dict[str, User], meeting: Meeting) -> None:
    kept = signed_by(meeting, people["sales_leader"], people["marketing_leader"])
    kept.snapshot.deck = kept.snapshot.deck.replace("Net revenue", "Net Revenue")
    with pytest.raises(ValueError, match="does not have its checksum"):
        frozen_deck(kept)
