"""A manager's Monday list: what coaching asks of them this week. Facts, read as they are; no metric is computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max

from coaching import around
from coaching.models import Attendance, Commitment, PlannedSession
from coaching.people import coachable_by, last_coached, recent_first
from coaching.policy import FORTNIGHT
from coaching.training import matrix
from core.models import User
from revenue.models import Activity, Rep

MOST = 50  # meetings that a list shows


@dataclass(frozen=True)
class Stale:
    """A rep whose trainings a change has overtaken."""

    rep: Rep
    topics: list[str]


@dataclass(frozen=True)
class Monday:
    """The list. `uncoached` reps carry `last`, the day of their last session or None."""

    reps: list[Rep]  # whom the person may coach, those whom they coached last first
    uncoached: list[Rep]
    debriefs: list[Activity]
    without: list[around.Team]
    due: list[Commitment]
    plans: list[PlannedSession]
    overdue: list[PlannedSession]
    stale: list[Stale]


def monday(user: User, today: date) -> Monday:
    """What waits for `user` in the seven days from today."""
    reps = list(coachable_by(user, today=today).order_by("name", "pk"))
    soon = today + timedelta(days=7)
    plans = list(
        PlannedSession.objects.waiting().filter(planned_by_id=user.pk, planned_on__lt=soon).select_related("rep")
    )
    met = around.Span(user, reps, today - FORTNIGHT + timedelta(days=1), today)
    due = Commitment.objects.visible_to(user).open().filter(rep__in=reps, due_on__lt=soon).select_related("rep")
    rows = matrix(user, reps, today)
    stale = [(rep, [r.name for r in rows if r.standings[i].state == "stale"]) for i, rep in enumerate(reps)]
    last, own = last_coached(reps, user)
    return Monday(
        reps=recent_first(user, reps, own),
        uncoached=uncoached(reps, today, last),
        debriefs=met.listed(around.Lacking.DEBRIEF, most=MOST),
        without=[team for team in met.teams() if team.neither],
        due=list(due),
        plans=[plan for plan in plans if plan.planned_on >= today],
        overdue=[plan for plan in plans if plan.planned_on < today],
        stale=[Stale(rep, names) for rep, names in stale if names],
    )


def uncoached(reps: Collection[Rep], today: date, last: Mapping[int, date]) -> list[Rep]:
    """Those of `reps` without a session in the last fourteen days, longest ago first; each with its `last` day."""
    waiting = [rep for rep in reps if last.get(rep.pk, date.min) <= today - FORTNIGHT]
    for rep in waiting:
        rep.last = last.get(rep.pk)  # type: ignore[attr-defined]
    return sorted(waiting, key=lambda rep: (last.get(rep.pk, date.min), str(rep)))


def last_sessions(reps: Collection[Rep]) -> dict[int, date]:
    """The day of each rep's last session."""
    seen = Attendance.objects.filter(rep_id__in=[r.pk for r in reps]).order_by().values_list("rep_id")
    return dict(seen.annotate(last=Max("session__held_on")))
