"""Decisions and actions: written in a meeting, carried to the next of its kind until they are done or dropped."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from core.audit import record
from core.models import Company, User
from metrics.policy.checks import FURTHEST, Refused, short
from scoreboard.annotations.access import may_annotate
from scoreboard.models.meetings import Meeting, Resolution, ResolutionKind, ResolutionStatus


@transaction.atomic
def resolve(
    *, actor: User, meeting: Meeting, kind: str, text: str, owner: User, due_on: date | None = None
) -> Resolution:
    """Writes a decision or an action of the meeting, frozen or not: it is what the meeting leads to. Raises Refused."""
    text = short(text, "text")
    if kind not in ResolutionKind.values:
        raise Refused("Is it a decision or an action?", "kind")
    if not text:
        raise Refused("Write what was decided.", "text")
    if not may_annotate(owner):
        raise Refused("Choose who looks after it.", "owner")
    if kind == ResolutionKind.ACTION and due_on is None:
        raise Refused("An action has a day on which it is due.", "due_on")
    if due_on and not meeting.held_on <= due_on <= meeting.held_on + FURTHEST:
        raise Refused("It is due on a day after the meeting, within two years.", "due_on")
    made = Resolution.objects.create(meeting=meeting, kind=kind, text=text, owner=owner, due_on=due_on, made_by=actor)
    record(
        verb=f"wrote {'a decision' if kind == ResolutionKind.DECISION else 'an action'} of a meeting", actor=actor,
        target=made, meeting=meeting.pk, text=text, owner=owner.email, due_on=due_on.isoformat() if due_on else None,
    )  # fmt: skip
    return made


@transaction.atomic
def settle_resolution(*, actor: User, resolution: Resolution, status: str) -> bool:
    """Done, dropped, or open again; whether that was news. Raises Refused."""
    if status not in ResolutionStatus.values:
        raise Refused("Say done, dropped or open.")
    day = None if status == ResolutionStatus.OPEN else Company.current().today()
    rows = Resolution.objects.filter(pk=resolution.pk).exclude(status=status)
    if not rows.update(status=status, settled_on=day):
        return False
    record(verb=f"set a resolution to {status}", actor=actor, target=resolution, before=resolution.status)
    return True
