"""Reads published values: what every page, the API and every pack shows.

`read` takes one query for any number of metrics and returns `Values`, from which a page picks its numbers without
asking the database again. The run is fixed when reading begins, so that a page never mixes two runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from core.models import User
from core.periods import Grain
from metrics.models import MetricRun, MetricValue
from metrics.models.runs import member_scope

WHOLE = ("", "")


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
    scope = member_scope(user)
    if user.role == "sales_manager" and scope["team"]:
        return "team", scope["team"][0]
    return "rep", scope["rep"][0] if scope["rep"] else "\x00nobody"


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
    """The published values of `metrics` that `user` may see: the reader's whole and the members of `dims`.

    With `member`, of the members of a single dimension that one alone: a page about one rep need not read everybody's.
    `since` and `until` bound the periods (half-open); undated rows and the grain `all` always come along.
    """
    run = run or MetricRun.newest()
    home = home_of(user)
    if run is None:
        return Values(None, home, {})
    rows = MetricValue.objects.at(run).filter(metric__in=list(metrics), grain__in=[str(g) for g in grains])
    rows = rows.filter(dim__in={home[0], *dims})
    if not user.sees_everything:
        rows = rows.visible_to(user)
    if member is not None:
        rows = rows.filter(member__in={home[1], member})
    if since:
        rows = rows.exclude(period__lt=since)
    if until:
        rows = rows.exclude(period__gte=until)
    fields = ("metric", "grain", "period", "dim", "member", "numerator", "denominator", "n", "value", "status")
    numbers = {(r[0], r[1], r[2], r[3], r[4]): Number(*r) for r in rows.values_list(*fields)}
    return Values(run, home, numbers)
