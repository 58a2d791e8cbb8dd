"""Who is coached how regularly: the last session, the next plan, and what was planned and not held. No metric."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coaching.models import PlannedSession
from coaching.monday import last_sessions
from coaching.policy import FORTNIGHT
from core.models import User
from revenue.models import Rep

SPAN = timedelta(weeks=13)


@dataclass(frozen=True)
class Rhythm:
    """One rep. `held` of `planned` in the last thirteen weeks, called-off plans apart; `state` says what is amiss."""

    rep: Rep
    last: date | None
    upcoming: date | None
    planned: int
    held: int
    overdue: int
    waiting: bool

    @property
    def state(self) -> str:
        """In words: overdue, not coached this fortnight, nothing planned, or in rhythm."""
        if self.overdue:
            return f"{self.overdue} overdue"
        if self.waiting:
            return "no coaching this fortnight"
        return "in rhythm" if self.upcoming else "nothing planned"


def cadence(user: User, reps: Sequence[Rep], today: date) -> list[Rhythm]:
    """The rhythm of each of `reps`, those with most overdue first, then those who wait longest. Two queries."""
    last = last_sessions(reps)
    planned, held, overdue = Counter[int](), Counter[int](), Counter[int]()
    upcoming: dict[int, date] = {}
    plans = PlannedSession.objects.visible_to(user).filter(rep__in=list(reps), cancelled_at=None)
    rows = plans.filter(planned_on__gt=today - SPAN).order_by("-planned_on", "-pk")
    for rep, day, session in rows.values_list("rep_id", "planned_on", "session_id"):
        if session is None and day >= today:
            upcoming[rep] = day
        if session is not None or day < today:
            planned[rep] += 1
            held[rep] += session is not None
            overdue[rep] += session is None
    found = [
        Rhythm(
            rep,
            last.get(rep.pk),
            upcoming.get(rep.pk),
            planned[rep.pk],
            held[rep.pk],
            overdue[rep.pk],
            last.get(rep.pk, date.min) <= today - FORTNIGHT,
        )
        for rep in reps
    ]
    return sorted(found, key=lambda r: (-r.overdue, r.last or date.min, str(r.rep).casefold()))


def overdue_plans(user: User, reps: Sequence[Rep], today: date) -> list[PlannedSession]:
    """What was planned for a day that is over and neither held nor called off, longest ago first."""
    waiting = PlannedSession.objects.visible_to(user).waiting().filter(rep__in=list(reps), planned_on__lt=today)
    return list(waiting.filter(planned_on__gt=today - SPAN).select_related("rep", "manager"))
