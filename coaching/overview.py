"""Coaching beside the pipeline, one row for each team and rep. Metrics are published values, none is computed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery

from coaching import hooks
from coaching.models import Commitment
from coaching.monday import last_sessions, uncoached
from coaching.people import NOT_COACHED, SOURCE
from core.models import Company, Role, User
from core.periods import Grain
from revenue.models import Rep
from revenue.models.dimensions import RepQuerySet

WEEKS = 13
HOURS, PER_WEEK, DEBRIEFS = "coaching_hours", "coaching_hours_per_rep_week", "debrief_rate"
PIPELINE, WEIGHTED, FORECAST, WIN_RATE = "pipeline_open", "pipeline_weighted", "forecast", "win_rate"
ALL_METRICS = (HOURS, PER_WEEK, DEBRIEFS, PIPELINE, WEIGHTED, FORECAST, WIN_RATE)


@dataclass(frozen=True)
class Row:
    """A team (its manager's row) or a rep. Numbers are None where nothing was published."""

    name: str
    rep: Rep | None
    managers: str
    hours: hooks.Number | None
    per_week: hooks.Number | None
    debriefs: hooks.Number | None
    pipeline: hooks.Number | None
    weighted: hooks.Number | None
    forecast: hooks.Number | None
    win_rate: hooks.Number | None
    last: date | None
    waiting: bool
    due: int
    policy: Decimal  # hours per rep and week that are asked for

    @property
    def has_forecast(self) -> bool:
        """Whether a forecast was published for it."""
        return self.forecast is not None and self.forecast.value is not None

    @property
    def under(self) -> bool:
        """Whether the hours per week are known and under the policy's."""
        return self.per_week is not None and self.per_week.value is not None and self.per_week.value < self.policy


@dataclass(frozen=True)
class Cell:
    """A rep's hours in a week; `level` 0–4 says how they stand to the policy, "out" before or after their time.

    `shown` is what the cell says; `spoken` what it says to who does not see its colour, where nothing is shown.
    """

    week: date
    hours: Decimal | None
    level: int | str
    shown: str = ""
    spoken: str = ""


@dataclass(frozen=True)
class Overview:
    """The page. `computed` is false while no run has been published."""

    computed: bool
    reps: int
    as_of: date | None
    period: date | None
    policy: Decimal
    rows: list[Row]
    weeks: list[date]
    heat: list[tuple[Rep, list[Cell]]]
    uncoached: list[Rep]
    due: int

    @property
    def forecast(self) -> bool:
        """Whether any row has a forecast: without one the page has no empty column for it."""
        return any(row.has_forecast for row in self.rows)


def overview(user: User, today: date) -> Overview:
    """Everything on the page for the reps in the user's scope, in a fixed number of queries."""
    company = Company.current()
    reps = list(_reps(user, today))
    weeks = _weeks(today)
    quarter = company.calendar.period(Grain.QUARTER, today).start
    values, by_week = _read(user, quarter, (Grain.QUARTER, Grain.ALL)), _read(user, weeks[0], (Grain.WEEK,), (HOURS,))
    policy = hooks.weekly_hours()
    last = last_sessions(reps)
    waiting = uncoached(reps, today, last)
    slow = {rep.pk for rep in waiting}
    rows: list[Row] = []
    teams: dict[str, list[Rep]] = defaultdict(list)
    for rep in reps:
        teams[rep.team or ""].append(rep)
    managers = managers_of(list(teams))
    for team in sorted(teams, key=lambda t: (t == "", t)):
        own = [
            _row(values, ("rep", rep.name or ""), quarter, policy, rep=rep, last=last.get(rep.pk),
                 waiting=rep.pk in slow, due=_due(rep))
            for rep in teams[team]
        ]  # fmt: skip
        if team:
            rows.append(
                _row(values, ("team", team), quarter, policy, managers=managers.get(team, ""),
                     last=max((r.last for r in own if r.last), default=None), due=sum(r.due for r in own))
            )  # fmt: skip
        rows.extend(own)
    run = values.run if values else None
    return Overview(
        computed=run is not None,
        reps=len(reps),
        as_of=run.as_of if run else None,
        period=quarter,
        policy=policy,
        rows=rows,
        weeks=weeks,
        heat=[(rep, [_cell(by_week, rep, week, policy) for week in weeks]) for rep in reps] if run else [],
        uncoached=waiting,
        due=sum(_due(rep) for rep in reps),
    )


def _reps(user: User, today: date) -> RepQuerySet:
    here = Rep.objects.visible_to(user).filter(Q(left_on=None) | Q(left_on__gt=today))
    here = here.exclude(key__startswith="user:", source__name=SOURCE).exclude(user__role__in=NOT_COACHED)
    promised = Commitment.objects.open().filter(rep=OuterRef("pk"), due_on__lt=today + timedelta(days=7)).order_by()
    due = promised.values("rep").annotate(n=Count("pk")).values("n")
    return here.annotate(commitments_due=Subquery(due)).order_by("team", "name", "pk")


def managers_of(teams: list[str]) -> dict[str, str]:
    """The names of the people who run each team, those of several joined by a comma."""
    names: dict[str, list[str]] = defaultdict(list)
    heads = User.objects.filter(role=Role.SALES_MANAGER, is_active=True, teams__name__in=teams)
    for team, name in heads.order_by("name").values_list("teams__name", "name"):
        names[team].append(name)
    return {team: ", ".join(found) for team, found in names.items()}


def _due(rep: Rep) -> int:
    """How many open commitments are due by the end of the week: counts for all, words for the two people."""
    count: int | None = rep.commitments_due  # type: ignore[attr-defined] # of `_reps`
    return count or 0


def _read(
    user: User, since: date, grains: tuple[Grain, ...], metrics: tuple[str, ...] = ALL_METRICS
) -> hooks.Values | None:
    if hooks.read_numbers is None:
        return None
    return hooks.read_numbers(user, metrics, grains=grains, dims=("rep", "team"), since=since)


def _row(
    values: hooks.Values | None,
    of: tuple[str, str],
    quarter: date,
    policy: Decimal,
    *,
    rep: Rep | None = None,
    managers: str = "",
    last: date | None = None,
    waiting: bool = False,
    due: int = 0,
) -> Row:
    def number(metric: str, grain: Grain = Grain.QUARTER) -> hooks.Number | None:
        return values.get(metric, grain, quarter if grain is Grain.QUARTER else None, of=of) if values else None

    return Row(
        name=of[1] or (rep.key if rep else ""),
        rep=rep,
        managers=managers,
        hours=number(HOURS),
        per_week=number(PER_WEEK),
        debriefs=number(DEBRIEFS),
        pipeline=number(PIPELINE, Grain.ALL),
        weighted=number(WEIGHTED, Grain.ALL),
        forecast=number(FORECAST),
        win_rate=number(WIN_RATE),
        last=last,
        waiting=waiting,
        due=due,
        policy=policy,
    )


def _cell(values: hooks.Values | None, rep: Rep, week: date, policy: Decimal) -> Cell:
    if (rep.hired_on and rep.hired_on >= week + timedelta(days=7)) or (rep.left_on and rep.left_on <= week):
        return Cell(week, None, "out", spoken="not here")
    number = values.get(HOURS, Grain.WEEK, week, of=("rep", rep.name or "")) if values else None
    hours = number.value if number else None
    if not hours:
        return Cell(week, Decimal(0), 0, spoken="0")
    level = 1 + sum(hours >= step for step in (policy, 2 * policy, 4 * policy))
    return Cell(week, hours, level, f"{hours:.2f}")


def _weeks(today: date) -> list[date]:
    """The Mondays of the last thirteen weeks, this one included."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
