"""Signing the numbers off, saying where one differs, and freezing the deck for good."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.models import Role, User
from metrics.policy.checks import Refused, reason, short
from scoreboard.deck.shape import from_json, sha256, to_json
from scoreboard.meetings.actions import unfrozen
from scoreboard.meetings.compose import compose, fingerprint, signatures
from scoreboard.meetings.numbers import numbers
from scoreboard.meetings.read import draft_deck
from scoreboard.models.meetings import Difference, Meeting, SignOff, Snapshot


@transaction.atomic
def sign(*, actor: User, meeting: Meeting, seen: str) -> bool:
    """One presenter stands by the numbers; the second signature freezes them. Whether the deck is frozen now.

    `seen` is the fingerprint of what the page showed: nobody signs what they have not seen. Raises Refused.
    """
    meeting = unfrozen(meeting)
    side = _side(meeting, actor)
    now = fingerprint(draft_deck(meeting))
    if seen != now:
        raise Refused("The deck changed while you were reading it. Look at it again, then sign.")
    if meeting.differences.filter(side=side).exists():
        raise Refused("You differ on a number: take that back before you sign.")
    if meeting.sign_offs.filter(side=side).exists():
        raise Refused("You have signed already.")
    SignOff.objects.create(meeting=meeting, side=side, by=actor, sha256=now)
    record(verb="signed the numbers of a meeting", actor=actor, target=meeting, side=side, sha256=now)
    if meeting.sign_offs.count() < 2:
        return False
    _freeze(meeting, actor)
    return True


@transaction.atomic
def differ(*, actor: User, meeting: Meeting, number: str, holds: str, why: str) -> Difference:
    """Records which number a presenter does not stand by, what they hold instead, and why. Raises Refused."""
    meeting = unfrozen(meeting)
    side = _side(meeting, actor)
    shown = {each.name: each.shown for each in numbers(draft_deck(meeting))}.get(number)
    if shown is None:
        raise Refused("Choose one of the numbers that the slides show.", "number")
    holds, why = short(holds, "holds"), reason(why)
    if not holds:
        raise Refused("Say which number you hold instead.", "holds")
    meeting.sign_offs.filter(side=side).delete()
    held, _ = Difference.objects.update_or_create(
        meeting=meeting, side=side, number=number,
        defaults={"by": actor, "shown": shown, "holds": holds, "why": why},
    )  # fmt: skip
    record(
        verb="differed on a number", actor=actor, target=meeting, side=side, number=number, shown=shown, holds=holds,
        why=why,
    )  # fmt: skip
    return held


@transaction.atomic
def withdraw(*, actor: User, meeting: Meeting, difference_id: int) -> None:
    """Takes one's own difference back. Raises Refused."""
    meeting = unfrozen(meeting)
    held = meeting.differences.filter(pk=difference_id, side=_side(meeting, actor)).first()
    if held is None:
        raise Refused("That difference is not there any more.")
    record(verb="took a difference back", actor=actor, target=meeting, number=held.number, holds=held.holds)
    held.delete()


@transaction.atomic
def freeze_with_difference(*, actor: User, meeting: Meeting, why: str) -> Snapshot:
    """The CEO's decision: the deck is frozen as it is, with the difference in it for good. Raises Refused."""
    meeting = unfrozen(meeting)
    if actor.role != Role.CEO:
        raise Refused("The CEO alone decides to freeze a deck on which the leaders differ.")
    if not meeting.differences.exists():
        raise Refused("Nobody differs: the two presenters sign it.")
    return _freeze(meeting, actor, why=reason(why), decided_by=actor)


def _freeze(meeting: Meeting, actor: User, *, why: str = "", decided_by: User | None = None) -> Snapshot:
    now = timezone.now()
    marks = signatures(
        meeting, meeting.sign_offs.select_related("by"), meeting.differences.all(), decided_by=decided_by, why=why,
        at=now,
    )  # fmt: skip
    deck = compose(meeting, from_json(meeting.draft), meeting.slides.all(), marks)
    snapshot = Snapshot.objects.create(
        meeting=meeting, deck=to_json(deck), sha256=sha256(deck), run=deck.run, frozen_by=actor, frozen_at=now, why=why
    )
    record(
        verb="froze the deck of a meeting", actor=actor, target=meeting, sha256=snapshot.sha256, run=deck.run, why=why
    )
    return snapshot


def _side(meeting: Meeting, user: User) -> str:
    side = meeting.side_of(user)
    if not side:
        raise Refused("The two presenters of the meeting sign it, or say where they differ.")
    return side
