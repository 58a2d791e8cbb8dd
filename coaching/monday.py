"""A manager's Monday list: what coaching asks of them this week. Facts, read as they are; no metric is computed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from coaching.models import Attendance, CoachingSession, Commitment, PlannedSession
from coaching.people import coachable_by
from coaching.policy import FORTNIGHT
from coaching.training import matrix
from core.models import User
from revenue.models import Activity, Rep

DEBRIEF_DAYS = 2
MEETINGS = ("meeting", "demo")


@dataclass(frozen=True)
class Stale:
    """A rep whose trainings a change has overtaken."""

    rep: Rep
    topics: list[str]


@dataclass(frozen=True)
class Monday:
    """The list. `uncoached` reps carry `last`, the day of their last session or None."""

    uncoached: list[Rep]
    debriefs: list[Activity]
    due: list[Commitment]
    plans: list[PlannedSession]
    overdue: list[PlannedSession]
    stale: list[Stale]


def monday(user: User, today: date) -> Monday:
    """What waits for `user` in the seven days from today."""
    reps = list(coachable_by(user, today=today).order_by("name", "pk"))
    soon = today + timedelta(days=7)
    plans = PlannedSession.objects.waiting().filter(planned_by_id=user.pk).select_related("rep")
    due = Commitment.objects.visible_to(user).open().filter(rep__in=reps, due_on__lt=soon).select_related("rep")
    rows = matrix(user, reps, today)
    stale = [(rep, [r.name for r in rows if r.standings[i].state == "stale"]) for i, rep in enumerate(reps)]
    return Monday(
        uncoached=uncoached(reps, today),
        debriefs=list(open_debriefs(user, reps, today)[:50]),
        due=list(due),
        plans=list(plans.filter(planned_on__gte=today, planned_on__lt=soon)),
        overdue=list(plans.filter(planned_on__lt=today)),
        stale=[Stale(rep, names) for rep, names in stale if names],
    )


def uncoached(reps: Collection[Rep], today: date) -> list[Rep]:
    """Those of `reps` without a session in the last fourteen days, longest ago first; each with its `last` day."""
    last = last_sessions(reps)
    waiting = [rep for rep in reps if last.get(rep.pk, date.min) <= today - FORTNIGHT]
    for rep in waiting:
        rep.last = last.get(rep.pk)  # type: ignore[attr-defined]
    return sorted(waiting, key=lambda rep: (last.get(rep.pk, date.min), str(rep)))


def last_sessions(reps: Collection[Rep]) -> dict[int, date]:
    """The day of each rep's last session."""
    seen = Attendance.objects.filter(rep_id__in=[r.pk for r in reps]).order_by("rep_id", "-session__held_on")
    return dict(seen.distinct("rep_id").values_list("rep_id", "session__held_on"))


def open_debriefs(user: User, reps: Collection[Rep], today: date) -> QuerySet[Any]:
    """Customer meetings of the last fortnight that nobody debriefed within two days, newest first.

    A debrief belongs to a meeting if it was with the same rep, and on the same deal where both name one.
    """
    of_rep = Attendance.objects.filter(session=OuterRef("pk"), rep=OuterRef(OuterRef("rep")))
    debrief = CoachingSession.objects.filter(
        Exists(of_rep),
        kind="debrief",
        held_on__gte=OuterRef("day"),
        held_on__lte=OuterRef("day") + timedelta(days=DEBRIEF_DAYS),
    )
    on_deal = debrief.filter(deal=OuterRef("deal"))
    unlinked = debrief.filter(deal=None)
    meetings: QuerySet[Any] = Activity.objects.visible_to(user).filter(rep__in=list(reps), kind__in=MEETINGS)
    meetings = meetings.annotate(day=TruncDate("occurred_at")).filter(day__gt=today - FORTNIGHT, day__lte=today)
    return (
        meetings.exclude(Exists(on_deal))
        .exclude(Exists(unlinked))
        .select_related("rep", "deal", "account")
        .order_by(F("occurred_at").desc(), "pk")
    )
