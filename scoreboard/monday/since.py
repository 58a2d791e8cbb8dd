"""What the published past was on Monday a week ago, and which of its numbers have been rewritten since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from core import show
from core.periods import Grain, Period
from metrics.models import MetricRun, MetricValue
from scoreboard.reading import METRICS, Setting, unit_of, written
from scoreboard.views_of_time import code_of, name_of

RESTATED = ("net_revenue", "bookings", "gross_margin", "discount_depth", "quality_share", "nrr", "grr", "logo_churn")
Key = tuple[str, str, date | None]  # metric, grain, period


@dataclass(frozen=True)
class Was:
    """A number of the whole company as it was published then, and as it is now."""

    value: Decimal | None
    status: str
    now: Decimal | None


@dataclass(frozen=True)
class Then:
    """What a run published and later ones closed; everything else is as it was. `run` is None where there was none."""

    run: int | None
    as_of: date | None
    changed: Mapping[Key, Was]

    def value(self, metric: str, grain: Grain, period: date | None, now: Decimal | None) -> Decimal | None:
        """The value then, given the value now."""
        was = self.changed.get((metric, str(grain), period))
        return was.value if was else now


@dataclass(frozen=True)
class Restatement:
    """A period that was over, and whose number is another now."""

    key: str
    label: str
    name: str
    was: str
    now: str
    difference: str
    period: str


def read_then(setting: Setting, monday: date, keys: Collection[str]) -> Then:
    """What the newest run on or before `monday` published and a later run closed. For who sees the whole company."""
    runs = MetricRun.objects.filter(published_at__isnull=False, as_of__lte=monday, pk__lte=setting.run.pk)
    then = runs.order_by("-id").first()
    if then is None:
        return Then(None, None, {})
    now = MetricValue.objects.at(setting.run).filter(
        Q(period=OuterRef("period")) | Q(period=None, grain=str(Grain.ALL)),
        metric=OuterRef("metric"), grain=OuterRef("grain"), dim="", member="",
    )  # fmt: skip
    rows = MetricValue.objects.at(then).visible_to(setting.user).filter(
        run_to__isnull=False, run_to__lte=setting.run.pk, metric__in=[*keys], dim="",
        grain__in=[str(grain) for grain in (Grain.MONTH, Grain.QUARTER, Grain.ALL)],
    )  # fmt: skip
    found = rows.annotate(now=Subquery(now.values("value")[:1]))
    return Then(
        then.pk, then.as_of,
        {
            (metric, grain, period): Was(value, status, current)
            for metric, grain, period, value, status, current
            in found.values_list("metric", "grain", "period", "value", "status", "now")
        },
    )  # fmt: skip


def restatements(then: Then, setting: Setting) -> tuple[Restatement, ...]:
    """Months and quarters that were over then and have another number now, newest first."""
    found = []
    for (metric, grain, start), was in then.changed.items():
        if metric not in RESTATED or start is None or then.as_of is None or was.status == "to date":
            continue
        period = setting.calendar.period(Grain(grain), start)
        if period.end <= then.as_of and was.value != was.now:
            found.append((start, period, metric, was))
    found.sort(key=lambda each: (each[0], each[1].end, each[2]), reverse=True)
    return tuple(_written(metric, period, was, setting) for _, period, metric, was in found)


def _written(metric: str, period: Period, was: Was, setting: Setting) -> Restatement:
    gap = None if was.value is None or was.now is None else was.now - was.value
    return Restatement(
        key=metric, label=METRICS[metric].label, name=name_of(period, setting.calendar), was=written(metric, was.value),
        now=written(metric, was.now), difference=show.difference(gap, unit_of(metric), settings.ASSAY_CURRENCY),
        period=code_of(period, setting.calendar),
    )  # fmt: skip
