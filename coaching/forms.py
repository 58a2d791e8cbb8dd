"""What the pages send, read into typed values. What the rules say about them is in `coaching.actions`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import QueryDict

from coaching.actions import Refused
from coaching.models import Commitment, PlannedSession
from core.models import Company, User
from revenue.models import Deal, Rep

DUE = {"friday": "Friday", "week": "In a week", "fortnight": "In two weeks"}
KEPT = {"yes": True, "no": False}


@dataclass(frozen=True)
class SessionInput:
    """A session as the phone's page sends it. `due` was chosen relative to the day of the session."""

    reps: list[Rep]
    kind: str
    minutes: int
    held_on: date
    topic: str
    deal: Deal | None
    commitment: str
    due_on: date | None
    notes: str
    share: bool
    client_key: str
    plan: PlannedSession | None
    kept: dict[Commitment, bool] = field(default_factory=dict)


def due_day(choice: str, held_on: date) -> date:
    """The day that a chip means: the next Friday after the session (never the day itself), seven or fourteen days."""
    if choice == "friday":
        return held_on + timedelta(days=(3 - held_on.weekday()) % 7 + 1)
    return held_on + timedelta(days=7 if choice == "week" else 14)


def read_session(data: QueryDict, user: User) -> SessionInput:
    """The values of a log or edit form. Raises Refused, with the field, for what cannot be read."""
    held_on = day(data.get("held_on", ""), "held_on") or Company.current().today()
    commitment = data.get("commitment", "").strip()
    return SessionInput(
        reps=list(Rep.objects.visible_to(user).filter(pk__in=numbers(data.getlist("rep"), "rep"))),
        kind=data.get("kind", ""),
        minutes=whole(data.get("minutes_other", "").strip() or data.get("minutes", ""), "minutes"),
        held_on=held_on,
        topic=data.get("topic_other", "").strip() or data.get("topic", ""),
        deal=_deal(data.get("deal", ""), user),
        commitment=commitment,
        due_on=_due(data, held_on) if commitment else None,
        notes=data.get("notes", ""),
        share=data.get("share") == "yes",
        client_key=data.get("client_key", ""),
        plan=PlannedSession.objects.visible_to(user).filter(pk__in=numbers(data.getlist("plan"), "plan")).first(),
        kept=_kept(data, user),
    )


def day(text: str, name: str) -> date | None:
    """A day as browsers send it (2026-11-21); None if empty, Refused if it is none."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Refused(f"“{text[:40]}” is not a day.", name) from None


def whole(text: str, name: str) -> int:
    """A whole number; Refused if it is none."""
    if not text.strip().isascii() or not text.strip().isdecimal() or len(text) > 9:
        raise Refused("How many minutes?" if name == "minutes" else "Give a whole number.", name)
    return int(text)


def numbers(texts: list[str], name: str) -> list[int]:
    """Row ids; empty ones are left out, Refused if one is no number."""
    return [whole(text, name) for text in texts if text.strip()]


def _due(data: QueryDict, held_on: date) -> date | None:
    given = day(data.get("due_on", ""), "due_on")
    if given:
        return given
    choice = data.get("due", "")
    return due_day(choice, held_on) if choice in DUE else None


def _deal(text: str, user: User) -> Deal | None:
    if not text:
        return None
    deal = Deal.objects.visible_to(user).filter(pk=whole(text, "deal")).first()
    if deal is None:
        raise Refused("That deal is not there any more: choose another, or none.", "deal")
    return deal


def _kept(data: QueryDict, user: User) -> dict[Commitment, bool]:
    """The answers `kept-<id>`; a commitment that has been settled or deleted meanwhile is passed over."""
    answers = {
        whole(name.removeprefix("kept-"), "kept"): KEPT[value]
        for name, value in data.items()
        if name.startswith("kept-") and isinstance(value, str) and value in KEPT
    }
    found = Commitment.objects.visible_to(user).open().filter(pk__in=answers)
    return {promise: answers[promise.pk] for promise in found}
