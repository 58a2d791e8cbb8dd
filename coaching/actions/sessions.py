"""Logging, changing and deleting sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from coaching import hooks
from coaching.actions import checks
from coaching.actions.commitments import settle
from coaching.models import Attendance, CoachingSession, Commitment, Notes, PlannedSession, Receipt
from coaching.people import own_source, rep_of
from coaching.policy import LONGEST_NOTES
from core import audit
from core.models import User
from core.money import SCALE
from revenue.models import Deal, Rep

CHANGED = {"coaching_sessions"}


@dataclass(frozen=True)
class Logged:
    """The session of a client key. `created`: the key was new. `session` is None if it was deleted since."""

    session: CoachingSession | None
    created: bool


@transaction.atomic
def log_session(
    *,
    actor: User,
    reps: Sequence[Rep],
    kind: str,
    minutes: int,
    held_on: date,
    topic: str = "",
    deal: Deal | None = None,
    commitment: str = "",
    due_on: date | None = None,
    notes: str = "",
    share: bool = False,
    client_key: str,
    kept: Mapping[Commitment, bool] | None = None,
    plan: PlannedSession | None = None,
) -> Logged:
    """Logs one session with one rep or several, exactly once per `client_key`.

    1. claims the key: of two sendings, at once or years apart, one writes and the other gets its session back;
    2. writes the ledger row (source `assay`, minutes in ten-thousandths), its attendances and notes;
    3. writes the commitment, one for each rep, and settles those of the last session named in `kept`;
    4. marks `plan` as held; adds the audit row, without a word of what was said; tells the listeners on commit.

    Raises `Refused` with the field and a sentence, `NotYours` for what is outside the actor's scope.
    """
    checks.coach(actor)
    receipt, new = Receipt.objects.get_or_create(
        client_key=checks.client_key(client_key), defaults={"actor_id": actor.pk}
    )
    if not new:
        return _already(actor, receipt)
    reps = checks.coached(actor, reps)
    manager = rep_of(actor)
    deal = checks.linked(actor, deal)
    session = CoachingSession.objects.create(
        source=own_source(),
        key=client_key,
        manager=manager,
        manager_ref=manager.key,
        rep_refs=";".join(rep.key for rep in reps),
        held_on=checks.past_day(held_on),
        minutes=checks.minutes(minutes) * SCALE,
        kind=checks.kind(kind),
        deal=deal,
        deal_key=deal.key if deal else None,
        topic=checks.short(topic, "topic") or None,
        planned=plan is not None,
        logged_by_id=actor.pk,
        logged_at=timezone.now(),
    )
    Attendance.objects.bulk_create(Attendance(session=session, rep=rep) for rep in reps)
    _write_notes(session, notes, share)
    _commit(session, reps, commitment, due_on)
    for promise, was_kept in (kept or {}).items():
        settle(actor=actor, commitment=promise, kept=was_kept, on=session.held_on)
    if plan is not None:
        _hold(actor, plan, session)
    Receipt.objects.filter(pk=receipt.pk).update(session_id=session.pk)
    detail: dict[str, Any] = {
        "kind": kind,
        "minutes": minutes,
        "held_on": str(held_on),
        "reps": [rep.pk for rep in reps],
    }
    audit.record(verb="logged", actor=actor, target=session, **detail)
    hooks.changed(CHANGED)
    return Logged(session, created=True)


@transaction.atomic
def edit_session(
    *,
    actor: User,
    session: CoachingSession,
    kind: str,
    minutes: int,
    held_on: date,
    topic: str = "",
    deal: Deal | None = None,
    notes: str | None = None,
    share: bool | None = None,
) -> CoachingSession:
    """Changes a session that the actor logged; `notes` and `share` stay as they are where None.

    Raises `NotYours` if it is somebody else's or came with an import (the next import would undo the change).
    """
    session = _own(actor, session)
    deal = checks.linked(actor, deal) if deal != session.deal else deal
    new = {
        "kind": checks.kind(kind),
        "minutes": checks.minutes(minutes) * SCALE,
        "held_on": checks.past_day(held_on),
        "topic": checks.short(topic, "topic") or None,
        "deal": deal,
        "deal_key": deal.key if deal else None,
    }
    changes = {name: _plain(getattr(session, name)) for name, value in new.items() if getattr(session, name) != value}
    for name, value in new.items():
        setattr(session, name, value)
    session.save(update_fields=list(new))
    noted = _edit_notes(session, notes, share)
    audit.record(verb="edited", actor=actor, target=session, before=changes, notes="changed" if noted else "unchanged")
    hooks.changed(CHANGED)
    return session


@transaction.atomic
def delete_session(*, actor: User, session: CoachingSession) -> None:
    """Deletes a session that the actor logged, with its notes and commitments. Raises `NotYours` as `edit_session`."""
    session = _own(actor, session)
    reps = list(session.attendances.values_list("rep_id", flat=True))
    detail: dict[str, Any] = {
        "kind": session.kind,
        "minutes": session.minutes // SCALE,
        "held_on": str(session.held_on),
        "reps": reps,
    }
    audit.record(verb="deleted", actor=actor, target=session, **detail)
    session.delete()
    hooks.changed(CHANGED)


@transaction.atomic
def share_notes(*, actor: User, session: CoachingSession, share: bool) -> None:
    """Opens the notes of the actor's own session to all who may see the session, or closes them again."""
    session = _own(actor, session)
    if not Notes.objects.filter(session=session).update(shared=share):
        raise checks.Refused("This session has no notes.", "notes")
    audit.record(verb="shared notes" if share else "closed notes", actor=actor, target=session)


def _already(actor: User, receipt: Receipt) -> Logged:
    if receipt.actor_id != actor.pk:
        raise checks.Refused("The page is out of date. Reload it; what you typed is kept.", "client_key")
    return Logged(CoachingSession.objects.filter(pk=receipt.session_id or 0).first(), created=False)


def _own(actor: User, session: CoachingSession) -> CoachingSession:
    mine = CoachingSession.objects.select_for_update(of=("self",)).editable_by(actor)
    found: CoachingSession | None = mine.filter(pk=session.pk).first()
    if found is None:
        raise checks.NotYours("A session is changed by whoever logged it.")
    return found


def _write_notes(session: CoachingSession, notes: str, share: bool) -> None:
    body = checks.short(notes, "notes", LONGEST_NOTES)
    if body:
        Notes.objects.update_or_create(session=session, defaults={"body": body, "shared": share})


def _edit_notes(session: CoachingSession, notes: str | None, share: bool | None) -> bool:
    """Whether anything about the notes changed."""
    old = Notes.objects.filter(session=session).first()
    body = (old.body if old else "") if notes is None else checks.short(notes, "notes", LONGEST_NOTES)
    shared = (old.shared if old else False) if share is None else share
    if (old.body, old.shared) == (body, shared) if old else not body:
        return False
    if body:
        Notes.objects.update_or_create(session=session, defaults={"body": body, "shared": shared})
    else:
        Notes.objects.filter(session=session).delete()
    return True


def _commit(session: CoachingSession, reps: Sequence[Rep], words: str, due_on: date | None) -> None:
    words = checks.short(words, "commitment")
    if not words:
        return
    if due_on is None:
        raise checks.Refused("By when? A commitment has a date.", "due_on")
    if due_on < session.held_on:
        raise checks.Refused("The commitment would be due before the session.", "due_on")
    Commitment.objects.bulk_create(Commitment(session=session, rep=rep, what=words, due_on=due_on) for rep in reps)


def _hold(actor: User, plan: PlannedSession, session: CoachingSession) -> None:
    open_plans = PlannedSession.objects.waiting().filter(pk=plan.pk, planned_by_id=actor.pk)
    if open_plans.update(session=session) != 1:
        raise checks.NotYours("That plan is not waiting any more.", "plan")


def _plain(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return None if value is None else str(value)
