"""Whether coaching reaches everybody, and whether what follows it differs. Published values; none is computed here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from coaching import hooks
from coaching.columns import Columns, Point, columns
from coaching.models import Attendance
from core import models, show
from core.models import Company, Role, User
from core.periods import Grain
from revenue.models import Rep

EFFECT, LOW, HIGH = "coaching_effect", "coaching_effect_low", "coaching_effect_high"
PER_WEEK, COVERAGE, ADHERENCE = "coaching_hours_per_rep_week", "coaching_coverage", "coaching_adherence"
PRACTICE, WIN_RATE = "best_practice_share", "win_rate"
WEEKS, MONTHS = 13, 12
LEAST_REPS = 3  # a topic practised with fewer could point at somebody
MOST_TOPICS = 10


@dataclass(frozen=True)
class Effect:
    """The difference in differences with its interval, as a share: 0.04 is four points. `status` says why none."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    n: int
    status: str

    @property
    def clear(self) -> bool:
        """Whether the interval is known and lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Team:
    """A team's hours a week and coverage in the quarter to date."""

    name: str
    per_week: hooks.Number | None
    coverage: hooks.Number | None


@dataclass(frozen=True)
class Practice:
    """What teams practised whose win rate rose: hours and sessions over all of them, by topic."""

    topic: str
    sessions: int
    hours: Decimal


@dataclass(frozen=True)
class Page:
    """Everything on the page; `effect` is None where no such number has been published."""

    effect: Effect | None
    policy: Decimal
    quarter: date
    per_week: hooks.Number | None
    coverage: hooks.Number | None
    adherence: hooks.Number | None
    weekly: Columns | None
    teams: list[Team]
    practices: list[Practice]
    risen: int


def effect_page(user: User, today: date) -> Page:
    """The page for the reader's scope, in a fixed number of queries."""
    calendar = Company.current().calendar
    quarter = calendar.period(Grain.QUARTER, today)
    names = list(user.team_names()) if not user.sees_everything else _teams()
    values = _read(user, today, quarter.start)
    risen = risen_teams(today)
    policy = hooks.weekly_hours()
    since = calendar.previous(quarter).start

    def number(metric: str, of: tuple[str, str] | None = None) -> hooks.Number | None:
        return values.get(metric, Grain.QUARTER, quarter.start, of=of) if values else None

    return Page(
        effect=_effect(values),
        policy=policy,
        quarter=quarter.start,
        per_week=number(PER_WEEK),
        coverage=number(COVERAGE),
        adherence=number(ADHERENCE),
        weekly=_weekly(values, today, policy),
        teams=[
            Team(name, number(PER_WEEK, ("team", name)), number(COVERAGE, ("team", name))) for name in sorted(names)
        ],
        practices=practices(user, risen, since=since),
        risen=len(risen),
    )


def practice_share(user: User, today: date) -> Columns | None:
    """The share of sales meetings' minutes on practice and productivity, month by month, for the reader's whole."""
    calendar = Company.current().calendar
    months = [calendar.period(Grain.MONTH, today)]
    while len(months) < MONTHS:
        months.insert(0, calendar.previous(months[0]))
    if hooks.read_numbers is None:
        return None
    values = hooks.read_numbers(user, (PRACTICE,), grains=(Grain.MONTH,), since=months[0].start)
    points = []
    for month in months:
        number = values.get(PRACTICE, Grain.MONTH, month.start)
        points.append(_point(f"{month.start:%b}", number, show.rate(number.value) if number else show.NONE))
    return columns(points, top=Decimal(1))


def risen_teams(today: date) -> list[str]:
    """Teams whose win rate of the last whole quarter is above that of the one before, each on enough deals.

    Read for the whole company whoever asks, because peers are other teams. Of what is read here nothing leaves this
    module but how many teams there are, and what `practices` lets through; no team's name and no team's number.
    """
    if hooks.read_numbers is None:
        return []
    calendar = Company.current().calendar
    last = calendar.previous(calendar.period(Grain.QUARTER, today))
    before = calendar.previous(last)
    everyone = User(role=Role.CEO, is_active=True)
    values = hooks.read_numbers(everyone, (WIN_RATE,), grains=(Grain.QUARTER,), dims=("team",), since=before.start)
    found = []
    for name in _teams():
        new, old = (values.get(WIN_RATE, Grain.QUARTER, p.start, of=("team", name)) for p in (last, before))
        if new and old and _enough(new) and _enough(old) and (new.value or 0) > (old.value or 0):
            found.append(name)
    return found


def practices(user: User, teams: Collection[str], *, since: date) -> list[Practice]:
    """What these teams' reps practised most since a day: topics of at least three reps, in rep-hours; no names.

    Who reads it knows the sessions in their own scope and can take them off the sum. So the reps that are left, those
    whom the reader may not see, are three at least as well, or none.
    """
    if not teams:
        return []
    seen = Attendance.objects.filter(rep__team__in=list(teams), session__held_on__gte=since)
    known = Rep.objects.visible_to(user).values("pk")
    rows = seen.exclude(session__topic=None).values("session__topic").annotate(
        reps=Count("rep", distinct=True), sessions=Count("session", distinct=True), minutes=Sum("session__minutes"),
        unseen=Count("rep", distinct=True, filter=~Q(rep__in=known)),
    )  # fmt: skip
    rows = rows.filter(Q(reps__gte=LEAST_REPS), Q(unseen=0) | Q(unseen__gte=LEAST_REPS))
    rows = rows.order_by(F("minutes").desc(), "session__topic")[:MOST_TOPICS]
    return [Practice(str(r["session__topic"]), r["sessions"], Decimal(r["minutes"]).scaleb(-4) / 60) for r in rows]


def _read(user: User, today: date, quarter: date) -> hooks.Values | None:
    if hooks.read_numbers is None:
        return None
    metrics = (EFFECT, LOW, HIGH, PER_WEEK, COVERAGE, ADHERENCE)
    since = min(quarter, _monday(today) - timedelta(weeks=WEEKS - 1))
    grains = (Grain.WEEK, Grain.QUARTER, Grain.ALL)
    return hooks.read_numbers(user, metrics, grains=grains, dims=("team",), since=since)


def _effect(values: hooks.Values | None) -> Effect | None:
    """The company's effect: of one team alone the arms would be too small to say anything."""
    if values is None:
        return None
    number, low, high = (values.get(m, Grain.ALL, None, of=("", "")) for m in (EFFECT, LOW, HIGH))
    if number is None:
        return None
    return Effect(number.value, low.value if low else None, high.value if high else None, number.n, number.status)


def _weekly(values: hooks.Values | None, today: date, policy: Decimal) -> Columns | None:
    if values is None:
        return None
    points = []
    for back in range(WEEKS - 1, -1, -1):
        week = _monday(today) - timedelta(weeks=back)
        number = values.get(PER_WEEK, Grain.WEEK, week)
        written = f"{number.value:.2f} h" if number and number.value is not None else show.NONE
        points.append(_point(f"{week.day} {week:%b}", number, written))
    return columns(points, line=policy)


def _point(label: str, number: hooks.Number | None, written: str) -> Point:
    if number is None:
        return Point(label, None, 0, show.NONE)
    return Point(label, number.value, number.n, written, few=not _enough(number))


def _enough(number: hooks.Number) -> bool:
    return number.value is not None and not number.status.startswith("too few")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _teams() -> list[str]:
    return list(models.Team.objects.order_by("name").values_list("name", flat=True))
