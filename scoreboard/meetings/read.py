"""Reads meetings: their deck, frozen or drafted, and what earlier ones of the kind left open."""

from __future__ import annotations

import hashlib

from django.db.models import Q

from core.models import User
from scoreboard.deck.shape import Deck, from_json
from scoreboard.meetings.compose import compose, signatures
from scoreboard.models.meetings import Meeting, Resolution


def frozen_deck(meeting: Meeting) -> Deck:
    """The deck as it was signed. Raises LookupError if it is not frozen, ValueError if its text is not what it was."""
    if not meeting.frozen:
        raise LookupError(f"{meeting} is not frozen yet: both leaders sign it first")
    snapshot = meeting.snapshot
    if hashlib.sha256(snapshot.deck.encode()).hexdigest() != snapshot.sha256:
        raise ValueError(f"the frozen deck of {meeting} does not have its checksum: restore it from a backup")
    return from_json(snapshot.deck)


def draft_deck(meeting: Meeting) -> Deck:
    """The deck as it stands before it is frozen, with the signatures there are."""
    marks = signatures(meeting, meeting.sign_offs.select_related("by"), meeting.differences.all())
    return compose(meeting, from_json(meeting.draft), meeting.slides.all(), marks)


def deck_of(meeting: Meeting) -> Deck:
    """The frozen deck, else the draft."""
    return frozen_deck(meeting) if meeting.frozen else draft_deck(meeting)


def previous_of(meeting: Meeting) -> Meeting | None:
    """The meeting of the same kind before this one."""
    before = Q(held_on__lt=meeting.held_on) | Q(held_on=meeting.held_on, pk__lt=meeting.pk)
    return Meeting.objects.filter(before, kind=meeting.kind).order_by("-held_on", "-pk").first()


def carried_into(kind: str, user: User) -> list[Resolution]:
    """What a new meeting of this kind begins with: everything still open from those before."""
    rows = Resolution.objects.visible_to(user).open().filter(meeting__kind=kind)
    return list(rows.select_related("owner", "meeting"))


def resolutions_of(meeting: Meeting, user: User) -> tuple[list[Resolution], list[Resolution]]:
    """(carried, own): of earlier meetings of the kind what was not settled before this one's predecessor, and its own.

    What was settled since the last meeting is still shown once, as settled.
    """
    rows = Resolution.objects.visible_to(user).filter(meeting__kind=meeting.kind).select_related("owner", "meeting")
    earlier = Q(meeting__held_on__lt=meeting.held_on) | Q(meeting__held_on=meeting.held_on, meeting__lt=meeting.pk)
    previous = previous_of(meeting)
    alive = Q(settled_on=None) | (Q(settled_on__gte=previous.held_on) if previous else Q(pk__in=[]))
    found = list(rows.filter(Q(meeting=meeting) | (earlier & alive)))
    return [r for r in found if r.meeting_id != meeting.pk], [r for r in found if r.meeting_id == meeting.pk]
