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
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate

from coaching.models import Attendance
from core.models import Company, User
from revenue.models import Activity, Rep
from revenue.models.effort import MET as CUSTOMER_MEETING

PREBRIEF_DAYS = 7
UNLINKED_DAYS = 1
DEBRIEF_DAYS = 2


class Met(NamedTuple):
    """A customer meeting: its activity, its rep, the company's day of it, and what was held around it."""

    pk: int
    rep_id: int
    day: date
    briefed: bool
    debriefed: bool


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
    def briefed(self) -> int:
        """Of them, with a pre-brief."""
        return sum(t.briefed for t in self.reps)

    @property
    def debriefed(self) -> int:
        """Of them, with a debrief."""
        return sum(t.debriefed for t in self.reps)

    @property
    def neither(self) -> int:
        """Those with neither."""
        return sum(t.neither for t in self.reps)


def meetings(user: User, reps: Collection[Rep], since: date, until: date) -> list[Met]:
    """Customer meetings and demos of `reps` on the company's days [since, until], newest first.

    A meeting without account and deal is nobody's customer meeting. Two queries, whatever the number of meetings.
    """
    zone = zoneinfo.ZoneInfo(Company.current().time_zone)
    # As moments rather than as days of each row, so that the index on them finds the rows.
    first, last = (datetime.combine(day, time(), zone) for day in (since, until + timedelta(days=1)))
    found: QuerySet[Any] = Activity.objects.visible_to(user).filter(CUSTOMER_MEETING, rep__in=list(reps))
    found = found.filter(occurred_at__gte=first, occurred_at__lt=last).exclude(account=None, deal=None)
    found = found.annotate(day=TruncDate("occurred_at", tzinfo=zone)).order_by(F("occurred_at").desc(), "pk")
    held = _held(reps, since - timedelta(days=PREBRIEF_DAYS), until + timedelta(days=DEBRIEF_DAYS))
    return [Met(pk, rep, day, *_around(held, rep, deal, day)) for pk, rep, deal, day in found.values_list(*_READ)]


_READ = ("pk", "rep_id", "deal_id", "day")
Held = dict[tuple[str, int, int | None], set[date]]  # days, by kind, rep and deal (None: the session names no deal)


def _around(held: Held, rep: int, deal: int | None, day: date) -> tuple[bool, bool]:
    """Whether a meeting had a pre-brief before and a debrief after it: on its deal, or naming none."""
    briefed = _any(held, ("pre_brief", rep, None), day, -UNLINKED_DAYS, 0)
    debriefed = _any(held, ("debrief", rep, None), day, 0, DEBRIEF_DAYS)
    if deal is not None:
        briefed = briefed or _any(held, ("pre_brief", rep, deal), day, -PREBRIEF_DAYS, 0)
        debriefed = debriefed or _any(held, ("debrief", rep, deal), day, 0, DEBRIEF_DAYS)
    return briefed, debriefed


def _any(held: Held, of: tuple[str, int, int | None], day: date, first: int, last: int) -> bool:
    days = held.get(of)
    return days is not None and any(day + timedelta(days=shift) in days for shift in range(first, last + 1))


def _held(reps: Collection[Rep], since: date, until: date) -> Held:
    """The pre-briefs and debriefs of these reps on the days [since, until]."""
    sessions = Attendance.objects.filter(
        rep__in=list(reps), session__kind__in=("pre_brief", "debrief"), session__held_on__range=(since, until)
    )
    held: Held = {}
    for kind, rep, deal, day in sessions.values_list("session__kind", "rep_id", "session__deal_id", "session__held_on"):
        held.setdefault((kind, rep, deal), set()).add(day)
    return held


def shown(user: User, met: Collection[Met]) -> list[Any]:
    """The meetings themselves, in the order given, each with its `day`; for the few that a page shows."""
    rows = Activity.objects.visible_to(user).filter(pk__in=[m.pk for m in met])
    by_pk: dict[int, Any] = {row.pk: row for row in rows.select_related("rep", "deal", "account")}
    found = []
    for each in met:
        if row := by_pk.get(each.pk):
            row.day = each.day
            found.append(row)
    return found


def without(met: Iterable[Met], today: date) -> list[Met]:
    """Those of `meetings` that had neither, and whose time for a debrief is over; in order."""
    over = today - timedelta(days=DEBRIEF_DAYS)
    return [m for m in met if not m.briefed and not m.debriefed and m.day < over]


def teams(reps: Iterable[Rep], met: Iterable[Met], today: date) -> list[Team]:
    """The tallies of every rep who had a meeting, by team; the team with most meetings without either first."""
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
