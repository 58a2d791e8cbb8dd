"""The tables of coaching's pages as rows of text, in the reader's scope: what the page says, and no more.

Counts, hours and names; never a note, the words of a commitment or a rating.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from coaching import around, hooks
from coaching.cadence import cadence
from coaching.effect import effect_page
from coaching.overview import overview
from coaching.people import coached_by
from coaching.training import matrix
from core.models import User
from revenue.models import Rep

WEEKS = 4  # as the page of briefs and debriefs opens
Rows = Iterator[list[str]]


def rows(name: str, user: User, today: date) -> Rows:
    """The heading and the rows of one page's table. KeyError for a table that does not exist."""
    return _TABLES[name](user, today)


def _beside(user: User, today: date) -> Rows:
    """Coaching beside the pipeline. Hours, rates as fractions, amounts in the company's currency."""
    yield [
        "team", "rep", "hours", "hours_per_week", "policy", "debrief_rate", "last_session", "commitments_due",
        "win_rate", "open_pipeline", "weighted_pipeline", "forecast",
    ]  # fmt: skip
    team = ""
    for row in overview(user, today).rows:
        team = (row.rep.team or "") if row.rep else row.name
        numbers = (row.win_rate, row.pipeline, row.weighted, row.forecast)
        yield [
            team, row.name if row.rep else "", _value(row.hours), _value(row.per_week), f"{row.policy:f}",
            _value(row.debriefs), _day(row.last), str(row.due), *map(_value, numbers),
        ]  # fmt: skip


def _by_week(user: User, today: date) -> Rows:
    """Hours of coaching by rep and week; empty before and after a rep's time."""
    page = overview(user, today)
    yield ["rep", *(week.isoformat() for week in page.weeks)]
    for rep, cells in page.heat:
        yield [str(rep), *("" if cell.hours is None else f"{cell.hours:f}" for cell in cells)]


def _topics(user: User, today: date) -> Rows:
    """Who is current on what: a row for each rep and topic."""
    yield ["topic", "rep", "standing", "last_training", "share_remembered", "changed_on", "change", "half_life_days"]
    reps = _reps(user, today)
    for row in matrix(user, reps, today):
        for rep, found in zip(reps, row.standings, strict=True):
            change = found.change
            yield [
                row.name, str(rep), found.state, _day(found.last), f"{found.left:.4f}" if found.last else "",
                _day(change.on_date if change else None), change.name if change else "", str(row.half_life),
            ]  # fmt: skip


def _cadence(user: User, today: date) -> Rows:
    """The rhythm of each rep over the last thirteen weeks."""
    yield ["rep", "state", "last_session", "next_planned", "planned", "held"]
    for row in cadence(user, _reps(user, today), today):
        yield [str(row.rep), row.state, _day(row.last), _day(row.upcoming), str(row.planned), str(row.held)]


def _briefs(user: User, today: date) -> Rows:
    """Customer meetings of the last weeks, and how many had a pre-brief, a debrief, neither."""
    yield ["team", "rep", "meetings", "pre_briefs", "debriefs", "neither"]
    reps = _reps(user, today)
    for team in around.Span(user, reps, today - timedelta(weeks=WEEKS), today).teams():
        for t in team.reps:
            yield [team.name, str(t.rep), str(t.meetings), str(t.briefed), str(t.debriefed), str(t.neither)]


def _teams(user: User, today: date) -> Rows:
    """Hours a week and coverage of each team in the quarter to date."""
    yield ["team", "hours_per_week", "coverage"]
    for team in effect_page(user, today).teams:
        yield [team.name, _value(team.per_week), _value(team.coverage)]


_TABLES: dict[str, Callable[[User, date], Rows]] = {
    "coaching_beside_pipeline": _beside,
    "coaching_hours_by_week": _by_week,
    "topics_by_rep": _topics,
    "cadence": _cadence,
    "briefs_and_debriefs": _briefs,
    "coaching_by_team": _teams,
}
NAMES = tuple(_TABLES)


def _reps(user: User, today: date) -> list[Rep]:
    return list(coached_by(user, today=today).order_by("team", "name", "pk"))


def _value(number: hooks.Number | None) -> str:
    return "" if number is None or number.value is None else f"{number.value:f}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
