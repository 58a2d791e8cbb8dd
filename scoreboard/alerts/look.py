"""What a look at one rule finds: for each part that it watches, whether there is news, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import show
from core.models import Company
from core.periods import Calendar, Grain, Period
from metrics.definitions.base import Direction, Metric
from metrics.models import MetricRun, MetricValue
from scoreboard.models import AlertRule
from scoreboard.models.alerts import Side, Valence
from scoreboard.reading import METRICS, written
from scoreboard.views_of_time import name_of

KEPT = 40  # full periods that a rule looks back over


@dataclass(frozen=True)
class Look:
    """One part as it stands. `side` is empty where there is no news."""

    dim: str
    member: str
    side: str
    title: str
    now: str
    period: date | None = None


@dataclass(frozen=True)
class Point:
    """One published value with its period and the parts it is made of."""

    period: Period
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    n: int
    member: str
    to_date: bool


@dataclass(frozen=True)
class Context:
    """What every look needs: the run and the company."""

    run: MetricRun
    company: Company

    @property
    def calendar(self) -> Calendar:
        """The company's calendar."""
        return self.company.calendar

    def points(self, rule: AlertRule, *, members: bool = False) -> list[Point]:
        """The rule's published values, oldest first, without those that rest on too little.

        With `members` those of all members of its dimension, else of its one part.
        """
        found = MetricValue.objects.at(self.run).filter(metric=rule.metric, grain=rule.grain, dim=rule.dim)
        found = found.filter(period__isnull=False, value__isnull=False).exclude(status__startswith="too few")
        if not members:
            found = found.filter(member=rule.member)
        metric, grain = METRICS[rule.metric], Grain(rule.grain)
        least = max(metric.min_n, rule.min_n)
        rows = found.filter(period__lte=self.run.as_of, n__gte=least).order_by("-period", "member")
        return [self._point(row, grain) for row in rows[: KEPT * (200 if members else 1)]][::-1]

    def _point(self, row: Any, grain: Grain) -> Point:
        period = self.calendar.period(grain, row.period)
        running = row.status == "to date" or (period.end - self.run.as_of).days > 1
        return Point(period, row.value, row.numerator, row.denominator, row.n, row.member, running)

    def name(self, period: Period) -> str:
        """How the period is called."""
        return name_of(period, self.calendar)


def metric_of(rule: AlertRule) -> Metric:
    """The rule's metric."""
    return METRICS[rule.metric]


def of_part(rule: AlertRule, member: str = "") -> str:
    """ "Enterprise: " before a sentence about one part, nothing before one about the whole."""
    name = member or rule.member
    return f"{name}: " if rule.dim and name else ""


def wanted(rule: AlertRule, side: str) -> str:
    """The side, if the rule asks for news on it."""
    return side if side and rule.side in (Side.EITHER, side) else ""


def valence(rule: AlertRule, side: str) -> str:
    """ "good" or "bad": as the rule says, else by the direction of its metric; what has none is bad news."""
    if rule.valence != Valence.AUTO:
        return str(rule.valence)
    direction = metric_of(rule).direction if rule.metric else Direction.NEUTRAL
    if direction is Direction.NEUTRAL:
        return str(Valence.BAD)
    return str(Valence.GOOD if (side == Side.ABOVE) is (direction is Direction.UP) else Valence.BAD)


def amount(rule: AlertRule, value: Decimal) -> str:
    """A value of the rule's metric, written for people."""
    return written(rule.metric, value) if rule.metric else show.fixed(value, 0)
