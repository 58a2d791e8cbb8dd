"""Logging trainings, change events and sales meetings by hand; imports bring the same rows in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from coaching import hooks
from coaching.actions import checks
from coaching.models import ChangeEvent, SalesMeeting, Topic, Training
from coaching.people import own_source
from coaching.policy import CHANGE_LABELS
from core import audit
from core.models import User
from core.money import SCALE
from revenue.models import Rep

PARTS = ("best_practice_minutes", "productivity_minutes", "deal_review_minutes", "anecdote_minutes")


@transaction.atomic
def log_change_event(*, actor: User, kind: str, name: str, on_date: date, topics: Sequence[str]) -> ChangeEvent:
    """Logs a change that makes trainings on `topics` stale at once, for the whole company: leaders only."""
    if not (actor.may_coach and actor.sees_everything):
        raise checks.NotYours("Changes are logged by the sales leader or the CEO.")
    if kind not in CHANGE_LABELS:
        raise checks.Refused("Choose what kind of change it is.", "kind")
    name = checks.short(name, "name")
    chosen = list(dict.fromkeys(t for t in (checks.short(t, "topics") for t in topics) if t))
    if not name:
        raise checks.Refused("Give the change a name.", "name")
    if not chosen:
        raise checks.Refused("Choose the topics that have to be trained again.", "topics")
    if any(";" in topic for topic in chosen):
        raise checks.Refused("A topic's name cannot hold a semicolon.", "topics")
    event = ChangeEvent.objects.create(
        source=own_source(),
        key=secrets.token_urlsafe(16),
        kind=kind,
        name=name,
        on_date=checks.past_day(on_date, "on_date"),
        topics=";".join(chosen),
    )
    audit.record(verb="logged change", actor=actor, target=event, kind=kind, name=name, topics=chosen)
    hooks.changed({"change_events"})
    return event


@transaction.atomic
def log_training(
    *, actor: User, reps: Sequence[Rep], topic: str, held_on: date, minutes: int, course: str = ""
) -> list[Training]:
    """Logs one training that several reps attended: one row each."""
    checks.coach(actor)
    topic = checks.short(topic, "topic")
    if not topic:
        raise checks.Refused("What was trained?", "topic")
    rows = [
        Training(
            source=own_source(),
            key=secrets.token_urlsafe(16),
            topic=topic,
            rep=rep,
            rep_ref=rep.key,
            held_on=checks.past_day(held_on),
            hours=checks.minutes(minutes) * SCALE // 60,
            course=checks.short(course, "course") or None,
        )
        for rep in checks.coached(actor, reps)
    ]
    Training.objects.bulk_create(rows)
    audit.record(verb="logged training", actor=actor, topic=topic, trainings=[row.pk for row in rows])
    hooks.changed({"trainings"})
    return rows


@transaction.atomic
def set_half_life(*, actor: User, topic: str, days: int) -> Topic:
    """Sets how fast a topic is forgotten, in days: leaders only."""
    if not (actor.may_coach and actor.sees_everything):
        raise checks.NotYours("Half-lives are set by the sales leader or the CEO.")
    if not 1 <= days <= 3650:
        raise checks.Refused("A half-life has 1 to 3650 days.", "days")
    row, _ = Topic.objects.update_or_create(name=checks.short(topic, "topic"), defaults={"half_life_days": days})
    audit.record(verb="set half-life", actor=actor, target=row, days=days)
    hooks.changed({"trainings"})
    return row


@transaction.atomic
def log_meeting(*, actor: User, team: str, held_on: date, minutes: int, parts: Mapping[str, int]) -> SalesMeeting:
    """Logs a team's sales meeting; `parts` says what its minutes went to, by the column names in `PARTS`."""
    checks.coach(actor)
    if not actor.sees_everything and team not in actor.team_names():
        raise checks.NotYours("That is not one of your teams.", "team")
    if not team:
        raise checks.Refused("Choose the team.", "team")
    spent = {part: max(0, parts.get(part, 0)) for part in PARTS}
    if sum(spent.values()) > checks.minutes(minutes):
        raise checks.Refused(f"The parts add up to {sum(spent.values())} of {minutes} minutes.", "minutes")
    meeting = SalesMeeting.objects.create(
        source=own_source(),
        key=secrets.token_urlsafe(16),
        team=team,
        held_on=checks.past_day(held_on),
        minutes=minutes * SCALE,
        **{part: value * SCALE for part, value in spent.items()},
    )
    audit.record(verb="logged meeting", actor=actor, target=meeting, team=team, minutes=minutes)
    hooks.changed({"sales_meetings"})
    return meeting
