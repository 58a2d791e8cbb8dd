"""Reads published values: what every page, the API and every pack shows.

`read` takes one query for any number of metrics and returns `Values`, from which a page picks its numbers without
asking the database again; `read_each` does so for several spans and cuts at once. The run is fixed when reading begins,
so that a page never mixes two runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Value

from core.models import User
from core.periods import Grain
from core.unchanged import Kept, state
from metrics.models import MetricRun, MetricValue
from metrics.models.runs import MetricValueQuerySet, member_scope

WHOLE = ("", "")
OF_THE_RUN = Kept(60_000)  # numbers of the newest run: some forty megabytes at most


@dataclass(frozen=True)
class Number:
    """One published number. `value` is None where there is none, and `status` says why."""

    metric: str
    grain: str
    period: date | None
    dim: str
    member: str
    numerator: Decimal | None
    denominator: Decimal | None
    n: int
    value: Decimal | None
    status: str

    @property
    def to_date(self) -> bool:
        """Whether its period is not over."""
        return self.status == "to date"

    @property
    def too_few(self) -> bool:
        """Whether it rests on fewer rows than the policy asks for."""
        return self.status.startswith("too few")


@dataclass(frozen=True)
class Values:
    """Numbers of one run, by metric, grain, period and member."""

    run: MetricRun | None
    home: tuple[str, str]  # the reader's own whole: ("", "") or their team or themself
    numbers: Mapping[tuple[str, str, date | None, str, str], Number]

    def get(
        self, metric: str, grain: Grain, period: date | None = None, *, of: tuple[str, str] | None = None
    ) -> Number | None:
        """The number, for the reader's whole unless `of` names a (dimension, member); None if nothing was published."""
        return self.numbers.get((metric, str(grain), period, *(of or self.home)))

    def series(self, metric: str, grain: Grain, *, of: tuple[str, str] | None = None) -> list[Number]:
        """All dated numbers of one metric and grain, oldest first."""
        dim, member = of or self.home
        found = [n for n in self._grouped.get((metric, str(grain), dim), ()) if n.member == member and n.period]
        return sorted(found, key=lambda n: n.period or date.min)

    def members(self, metric: str, grain: Grain, period: date | None, dim: str) -> list[Number]:
        """The metric's numbers for each member of a dimension, largest numerator first."""
        found = [n for n in self._grouped.get((metric, str(grain), dim), ()) if n.period == period]
        return sorted(found, key=lambda n: (-(n.numerator or Decimal(0)), n.member))

    @cached_property
    def _grouped(self) -> dict[tuple[str, str, str], list[Number]]:
        """By metric, grain and dimension: a page asks for dozens of series, and none should look at all numbers."""
        groups: dict[tuple[str, str, str], list[Number]] = {}
        for number in self.numbers.values():
            groups.setdefault((number.metric, number.grain, number.dim), []).append(number)
        return groups


def home_of(user: User) -> tuple[str, str]:
    """What "the whole" is for this reader: the company, their first team, or themself."""
    if user.sees_everything:
        return WHOLE
    if user.role == "sales_manager" and user.team_names():
        return "team", user.team_names()[0]
    reps = member_scope(user)["rep"]
    return "rep", reps[0] if reps else "\x1fnobody"  # no rep is called so: it parts the names of members


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a page reads: the reader's whole and the members of `dims`, of these metrics and grains.

    With `member`, of the members of a single dimension that one alone: a page about one rep need not read everybody's.
    `since` and `until` bound the periods (half-open); undated rows and the grain `all` always come along.
    """

    metrics: Collection[str]
    grains: Collection[Grain] = tuple(Grain)
    dims: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    member: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What it asks for, in whatever kind of collection and order."""
        named = (tuple(sorted(map(str, each))) for each in (self.metrics, self.grains, self.dims))
        return *named, self.since, self.until, self.member


def read(
    user: User,
    metrics: Collection[str],
    *,
    grains: Collection[Grain] = tuple(Grain),
    dims: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
    run: MetricRun | None = None,
    member: str | None = None,
) -> Values:
    """The published values of `metrics` that `user` may see; the arguments are those of `Wanted`."""
    wanted = Wanted(metrics=metrics, grains=grains, dims=dims, since=since, until=until, member=member)
    return read_each(user, [wanted], run=run)[0]


def read_each(user: User, wanted: Sequence[Wanted], *, run: MetricRun | None = None) -> list[Values]:
    """The values of each of `wanted`, in order, all in one query: a page reads a quarter and the weeks before it.

    What a run has published never changes. So a page that only reads takes the newest run's values from this process
    where they were read before, for whoever sees the same members: the key names them, not the person.
    """
    run = run or MetricRun.newest()
    home = home_of(user)
    if run is None:
        return [Values(None, home, {}) for _ in wanted]
    newest = MetricRun.newest() if state() else None
    if newest is None or newest.pk != run.pk:
        return _read_each(user, wanted, home, run)
    scope = () if user.sees_everything or not any(each.dims for each in wanted) else _scope_key(user)
    at, key = f"{run.pk} {run.published_at}", (user.sees_everything, home, scope, *(each.key for each in wanted))
    found: list[Values] | None = OF_THE_RUN.get(at, key)
    if found is None:
        found = _read_each(user, wanted, home, run)
        OF_THE_RUN.put(at, key, found, sum(len(each.numbers) for each in found) + 1)
    return list(found)


def _scope_key(user: User) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((dim, tuple(sorted(names))) for dim, names in sorted(member_scope(user).items()))


def _read_each(user: User, wanted: Sequence[Wanted], home: tuple[str, str], run: MetricRun) -> list[Values]:
    parts = [_rows(user, each, home, run).annotate(place=Value(place)) for place, each in enumerate(wanted)]
    fields = ("place", "metric", "grain", "period", "dim", "member", "numerator", "denominator", "n", "value", "status")
    first, *others = [part.values_list(*fields) for part in parts]
    found: list[dict[tuple[str, str, date | None, str, str], Number]] = [{} for _ in wanted]
    for row in first.union(*others, all=True) if others else first:
        found[row[0]][row[1], row[2], row[3], row[4], row[5]] = Number(*row[1:])
    return [Values(run, home, numbers) for numbers in found]


def _rows(user: User, wanted: Wanted, home: tuple[str, str], run: MetricRun) -> MetricValueQuerySet:
    rows = MetricValue.objects.at(run)
    rows = rows.filter(metric__in=list(wanted.metrics), grain__in=[str(g) for g in wanted.grains])
    rows = rows.filter(dim__in={home[0], *wanted.dims})
    if not wanted.dims:
        rows = rows.filter(member=home[1])  # their own whole, whoever they are: no need to ask whom else they see
    elif not user.sees_everything:
        rows = rows.visible_to(user)
    if wanted.member is not None:
        rows = rows.filter(member__in={home[1], wanted.member})
    if wanted.since:
        rows = rows.exclude(period__lt=wanted.since)
    if wanted.until:
        rows = rows.exclude(period__gte=wanted.until)
    return rows
