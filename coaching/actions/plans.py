"""Planning sessions."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from coaching.actions import checks
from coaching.models import CalendarFeed, PlannedSession
from coaching.people import rep_of
from core import audit
from core.models import User
from revenue.models import Rep


@transaction.atomic
def plan_session(
    *, actor: User, rep: Rep, planned_on: date, kind: str = "one_on_one", minutes: int = 30, topic: str = ""
) -> PlannedSession:
    """Plans one session with one rep. Raises `Refused` for a day that is over, `NotYours` for a rep out of scope."""
    checks.coach(actor)
    (rep,) = checks.coached(actor, [rep])
    plan = PlannedSession.objects.create(
        manager=rep_of(actor),
        rep=rep,
        planned_on=checks.future_day(planned_on, "planned_on"),
        kind=checks.kind(kind),
        minutes=checks.minutes(minutes),
        topic=checks.short(topic, "topic") or None,
        planned_by_id=actor.pk,
    )
    audit.record(verb="planned", actor=actor, target=plan, rep=rep.pk, planned_on=str(planned_on))
    return plan


@transaction.atomic
def cancel_plan(*, actor: User, plan: PlannedSession) -> None:
    """Calls a planned session off. `NotYours` unless the actor planned it and it is still waiting."""
    waiting = PlannedSession.objects.waiting().filter(pk=plan.pk, planned_by_id=actor.pk)
    if waiting.update(cancelled_at=timezone.now()) != 1:
        raise checks.NotYours("That plan is not waiting any more.")
    audit.record(verb="called off", actor=actor, target=plan)


@transaction.atomic
def issue_calendar(*, actor: User) -> str:
    """A new private calendar address for the actor: its token, shown once. The old address stops working."""
    token = CalendarFeed.issue(user=checks.coach(actor))
    audit.record(verb="new calendar address", actor=actor)
    return token
