"""Customer meetings and the coaching around them: a pre-brief before, a debrief within 48 hours after.

The rules are those of the published rates. A pre-brief on the meeting's deal counts for a week, one that names no deal
on the meeting's day and the day before; a debrief counts on the meeting's day and the two that follow. Sessions are
dated by day, so days stand for hours.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate

from core.models import Company, User
from revenue.models import Activity, Rep
from revenue.models.effort import MET as CUSTOMER_MEETING

PREBRIEF_DAYS = 7
UNLINKED_DAYS = 1
DEBRIEF_DAYS = 2


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


class Lacking(StrEnum):
    """What a listed meeting did not have. `NEITHER` of the two, and the time in which a debrief counts is over."""

    DEBRIEF = "debrief"
    NEITHER = "neither"


@dataclass(frozen=True)
class Span:
    """Customer meetings and demos of `reps`, as far as `user` may see them, on the company's days [since, today].

    A meeting without account and deal is nobody's customer meeting. A big company has tens of thousands in a month:
    the database counts them and looks around them, and what comes here is what a page shows.
    """

    user: User
    reps: Sequence[Rep]
    since: date
    today: date

    def teams(self) -> list[Team]:
        """The tallies of every rep who had a meeting, by team; the team with most meetings without either first."""
        if not self.reps:
            return []
        asked, values = self._around(_TALLIES)
        with connection.cursor() as cursor:
            cursor.execute(asked, [*values, self._over])
            counted = {pk: counts for pk, *counts in cursor.fetchall()}
        by_team: dict[str, list[Tally]] = {}
        for rep in self.reps:
            if rep.pk in counted:
                by_team.setdefault(rep.team or "", []).append(Tally(rep, *counted[rep.pk]))
        rows = [
            Team(name, sorted(found, key=lambda t: (-t.neither, str(t.rep).casefold())))
            for name, found in by_team.items()
        ]
        return sorted(rows, key=lambda team: (-team.neither, team.name))

    def listed(self, lacking: Lacking, *, most: int, skip: int = 0) -> list[Any]:
        """The meetings that lack it, newest first: `most` of them after the first `skip`, each with its `day`."""
        if not self.reps:
            return []
        asked, values = self._around(_LISTED)
        values += [lacking == Lacking.DEBRIEF, self._over, most, skip]
        shown = RawSQL(asked, values)  # noqa: S611 # our own text, all values as parameters
        rows = self._activities().filter(pk__in=shown).select_related("rep", "deal", "account")
        return list(rows.order_by(F("occurred_at").desc(), "pk"))

    @property
    def _over(self) -> date:
        """For meetings before this day the time for a debrief is over."""
        return self.today - timedelta(days=DEBRIEF_DAYS)

    def _activities(self) -> QuerySet[Any]:
        """Whatever the person sees, with the company's day of it."""
        return Activity.objects.visible_to(self.user).annotate(day=TruncDate("occurred_at", tzinfo=self._zone))

    @property
    def _zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(Company.current().time_zone)

    def _around(self, asked: str) -> tuple[str, list[Any]]:
        """A statement about the meetings and what was held around them, with its parameters."""
        reps = [rep.pk for rep in self.reps]
        # As moments rather than as days of each row, so that the index on them finds the rows.
        first, last = (
            datetime.combine(day, time(), self._zone) for day in (self.since, self.today + timedelta(days=1))
        )
        met = self._activities().filter(CUSTOMER_MEETING, rep__in=reps, occurred_at__gte=first, occurred_at__lt=last)
        met = met.exclude(account=None, deal=None).order_by()
        sql, values = met.values("pk", "rep_id", "deal_id", "occurred_at", "day").query.sql_with_params()
        held = self.since - timedelta(days=PREBRIEF_DAYS), self.today + timedelta(days=DEBRIEF_DAYS)
        return _AROUND.format(met=sql) + asked, [-DEBRIEF_DAYS, PREBRIEF_DAYS, reps, *held, UNLINKED_DAYS, *values]


# `covered`: for which days of meetings the sessions of a rep count, by deal; those that name none count for any.
_AROUND = """
WITH covered AS (
    SELECT a.rep_id, s.deal_id, s.held_on + shift AS day,
           bool_or(s.kind = 'pre_brief') AS briefed, bool_or(s.kind = 'debrief') AS debriefed
    FROM coaching_attendance a JOIN coaching_coachingsession s ON s.id = a.session_id
    CROSS JOIN generate_series(%s, %s) AS shift
    WHERE s.kind IN ('pre_brief', 'debrief') AND a.rep_id = ANY(%s) AND s.held_on BETWEEN %s AND %s
      AND CASE WHEN s.kind = 'debrief' THEN shift <= 0
               WHEN s.deal_id IS NULL THEN shift BETWEEN 0 AND %s ELSE shift >= 0 END
    GROUP BY 1, 2, 3
), met AS (
    SELECT m.pk, m.rep_id, m.occurred_at, m.day,
           coalesce(own.briefed, false) OR coalesce(free.briefed, false) AS briefed,
           coalesce(own.debriefed, false) OR coalesce(free.debriefed, false) AS debriefed
    FROM ({met}) m
    LEFT JOIN covered own ON own.rep_id = m.rep_id AND own.deal_id = m.deal_id AND own.day = m.day
    LEFT JOIN covered free ON free.rep_id = m.rep_id AND free.deal_id IS NULL AND free.day = m.day
)
"""
_TALLIES = """
SELECT rep_id, count(*), count(*) FILTER (WHERE briefed), count(*) FILTER (WHERE debriefed),
       count(*) FILTER (WHERE NOT briefed AND NOT debriefed AND day < %s)
FROM met GROUP BY rep_id
"""
_LISTED = """
SELECT pk FROM met WHERE NOT debriefed AND (%s OR (NOT briefed AND day < %s))
ORDER BY occurred_at DESC, pk LIMIT %s OFFSET %s
"""
