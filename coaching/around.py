"""Customer meetings and the coaching around them: a pre-brief before, a debrief within 48 hours after.

The rules are those of the published rates. A pre-brief on the meeting's deal counts for a week, one that names no deal
on the meeting's day and the day before; a debrief counts on the meeting's day and the two that follow. Sessions are
dated by day, so days stand for hours.
"""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from coaching.models import Attendance, CoachingSession
from core.models import Company, User
from revenue.models import Activity, Rep
from revenue.models.effort import MET as CUSTOMER_MEETING

PREBRIEF_DAYS = 7
UNLINKED_DAYS = 1
DEBRIEF_DAYS = 2
MET = ("pk", "rep_id", "day", "briefed", "debriefed")
Met = tuple[int, int, date, bool, bool]


@dataclass(frozen=True)
class Tally:
    """A rep's customer meetings in a span; `neither` are past the time in which a debrief counts."""

    rep: Rep
    meetings: int
    briefed: int
    debriefed: int
    neither: int


@dataclass(frozen=True)
class Team:
    """A team's tallies, most meetings with neither first."""

    name: str
    reps: list[Tally]

    @property
    def meetings(self) -> int:
        """Customer meetings of the team."""
        return sum(t.meetings for t in self.reps)

    @property
    def neither(self) -> int:
        """Those with neither."""
        return sum(t.neither for t in self.reps)


def meetings(user: User, reps: Collection[Rep], since: date, until: date) -> QuerySet[Any]:
    """Customer meetings and demos of `reps` on the company's days [since, until], newest first.

    Each carries `day`, `briefed` and `debriefed`. A meeting without account and deal is nobody's customer meeting.
    """
    zone = zoneinfo.ZoneInfo(Company.current().time_zone)
    found: QuerySet[Any] = Activity.objects.visible_to(user).filter(CUSTOMER_MEETING, rep__in=list(reps))
    found = found.exclude(account=None, deal=None)
    # As moments rather than as days of each row, so that the index on them finds the rows.
    first, last = (datetime.combine(day, time(), zone) for day in (since, until + timedelta(days=1)))
    found = found.filter(occurred_at__gte=first, occurred_at__lt=last)
    found = found.annotate(day=TruncDate("occurred_at", tzinfo=zone))
    found = found.annotate(
        briefed=_held("pre_brief", PREBRIEF_DAYS, 0) | _held("pre_brief", UNLINKED_DAYS, 0, linked=False),
        debriefed=_held("debrief", 0, DEBRIEF_DAYS) | _held("debrief", 0, DEBRIEF_DAYS, linked=False),
    )
    return found.select_related("rep", "deal", "account").order_by(F("occurred_at").desc(), "pk")


def without(met: Iterable[Met], today: date) -> list[int]:
    """Those of `meetings` that had neither, and whose time for a debrief is over; by their primary keys, in order."""
    over = today - timedelta(days=DEBRIEF_DAYS)
    return [pk for pk, _, day, briefed, debriefed in met if not briefed and not debriefed and day < over]


def teams(reps: Iterable[Rep], met: Iterable[Met], today: date) -> list[Team]:
    """The tallies of every rep who had a meeting, by team; the team with most meetings without either first.

    `met` is what `meetings(…).values_list(*MET)` gives.
    """
    counts: dict[str, Counter[int]] = {name: Counter() for name in ("meetings", "briefed", "debriefed", "neither")}
    over = today - timedelta(days=DEBRIEF_DAYS)
    for _, pk, day, briefed, debriefed in met:
        counts["meetings"][pk] += 1
        counts["briefed"][pk] += briefed
        counts["debriefed"][pk] += debriefed
        counts["neither"][pk] += not briefed and not debriefed and day < over
    by_team: dict[str, list[Tally]] = {}
    for rep in reps:
        if counts["meetings"][rep.pk]:
            tally = Tally(rep, **{name: count[rep.pk] for name, count in counts.items()})
            by_team.setdefault(rep.team or "", []).append(tally)
    rows = [
        Team(name, sorted(found_, key=lambda t: (-t.neither, str(t.rep).casefold())))
        for name, found_ in by_team.items()
    ]
    return sorted(rows, key=lambda team: (-team.neither, team.name))


def _held(kind: str, before: int, after: int, *, linked: bool = True) -> Exists:
    """Whether a session of `kind` was held with the same rep in the days around; on the same deal, or naming none."""
    of_rep = Attendance.objects.filter(session=OuterRef("pk"), rep=OuterRef(OuterRef("rep")))
    sessions = CoachingSession.objects.filter(
        Exists(of_rep),
        kind=kind,
        held_on__gte=OuterRef("day") - timedelta(days=before),
        held_on__lte=OuterRef("day") + timedelta(days=after),
    )
    return Exists(sessions.filter(deal=OuterRef("deal")) if linked else sessions.filter(deal=None))
