"""What has become another number since a deck was frozen: which, was, is, by which run, after which import.

The frozen deck stays as it is; this stands beside it. A number is one that the deck shows of the whole company: a
figure of its period, or a point of a chart over time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import OuterRef, Subquery

from core import show
from core.models import User
from core.periods import Calendar, Grain
from metrics.models import MetricRun, MetricValue, QualityPolicyVersion
from revenue.models import ImportBatch, Status
from scoreboard.charts.shape import Chart
from scoreboard.deck.shape import Deck
from scoreboard.reading import METRICS, Setting, unit_of, written
from scoreboard.views_of_time import code_of, name_of, parse

_DAYS = {7: Grain.WEEK, 28: Grain.MONTH, 29: Grain.MONTH, 30: Grain.MONTH, 31: Grain.MONTH,
         90: Grain.QUARTER, 91: Grain.QUARTER, 92: Grain.QUARTER}  # fmt: skip
Key = tuple[str, str, date]  # metric, grain, first day


@dataclass(frozen=True)
class Cause:
    """The run that published another number, and what had changed before it."""

    run: int
    at: datetime | None
    imports: tuple[tuple[int, str], ...]  # id and file
    policies: tuple[int, ...]  # versions of the quality policy


@dataclass(frozen=True)
class Restated:
    """One number. `running`: its period was not over when the deck was frozen, so that it simply went on."""

    key: str
    label: str
    name: str
    start: date
    period: str
    was: str
    now: str
    difference: str
    running: bool
    cause: Cause


def restated(deck: Deck, setting: Setting) -> tuple[Restated, ...]:
    """All of them as of the setting's run, those of closed periods first, newest first."""
    user, newest, calendar = setting.user, setting.run, setting.calendar
    if newest.pk == deck.run:
        return ()
    run = MetricRun.objects.filter(pk=deck.run).first()
    shown: dict[Key, set[Decimal]] = {}
    for key, value in _shown(deck, calendar):
        shown.setdefault(key, set()).add(value)
    if run is None or not shown:
        return ()
    now = MetricValue.objects.at(newest).filter(
        metric=OuterRef("metric"), grain=OuterRef("grain"), period=OuterRef("period"), dim="", member=""
    )
    rows = MetricValue.objects.at(run).visible_to(user).filter(
        metric__in={key[0] for key in shown}, dim="", member="", period__isnull=False,
        run_to__isnull=False, run_to__lte=newest.pk,
    )  # fmt: skip
    fields = ("metric", "grain", "period", "value", "run_to", "now")
    found = [
        row for row in rows.annotate(now=Subquery(now.values("value")[:1])).values_list(*fields)
        if row[3] in shown.get((row[0], row[1], row[2]), ()) and row[3] != row[5]
    ]  # fmt: skip
    causes = _causes({row[4] for row in found}, user)
    told = [_told(row, calendar, deck, causes[row[4]]) for row in found]
    return tuple(sorted(told, key=lambda each: (each.running, -each.start.toordinal(), each.label)))


def _told(
    row: tuple[str, str, date, Decimal | None, int, Decimal | None], calendar: Calendar, deck: Deck, cause: Cause
) -> Restated:
    metric, grain, start, was, _, now = row
    period = calendar.period(Grain(grain), start)
    gap = None if was is None or now is None else now - was
    exact_was, exact_now = written(metric, was, exact=True), written(metric, now, exact=True)
    return Restated(
        key=metric, label=METRICS[metric].label if metric in METRICS else metric, name=name_of(period, calendar),
        start=start,
        period=code_of(period, calendar), was=exact_was, now=exact_now,
        difference=show.difference(gap, unit_of(metric), settings.ASSAY_CURRENCY),
        running=period.end > deck.as_of + timedelta(days=1), cause=cause,
    )  # fmt: skip


def _shown(deck: Deck, calendar: Calendar) -> Iterator[tuple[Key, Decimal]]:
    """What the deck shows, by metric and period. A figure of one source has another value than the whole's row."""
    period = parse(deck.period, calendar, deck.as_of).period
    for slide in deck.slides:
        for figure in slide.figures:
            if figure.value is not None and figure.metric in METRICS:
                yield (figure.metric, str(period.grain), period.start), figure.value
        for chart in slide.charts:
            yield from _points(chart)


def _points(chart: Chart) -> Iterator[tuple[Key, Decimal]]:
    if not chart.metric or len(chart.bounds) != len(chart.categories) + 1 or not chart.series:
        return
    for i, value in enumerate(chart.series[0].values):
        grain = _DAYS.get((chart.bounds[i + 1] - chart.bounds[i]).days)
        if value is not None and grain is not None:
            yield (chart.metric, str(grain), chart.bounds[i]), value


def _causes(ids: set[int], user: User) -> dict[int, Cause]:
    """For each run: the imports that ended, and the policy versions that were made, since the run before it."""
    if not ids:
        return {}
    spans: dict[int, tuple[datetime | None, datetime | None]] = {}
    before: MetricRun | None = None
    for run in MetricRun.objects.filter(published_at__isnull=False, pk__lte=max(ids)).order_by("pk"):
        if run.pk in ids:
            spans[run.pk] = (before.started_at if before else None, run.published_at)
        before = run
    starts = [start for start, _ in spans.values() if start is not None]
    since = min(starts) if starts else None
    if since is None:
        return {pk: Cause(pk, spans.get(pk, (None, None))[1], (), ()) for pk in ids}
    ended = ImportBatch.objects.visible_to(user).filter(
        finished_at__gt=since, status__in=[Status.DONE, Status.UNDONE]
    )  # fmt: skip
    rows = ended.order_by("pk").values_list("pk", "file__name", "finished_at")
    batches = [(pk, name, at) for pk, name, at in rows if at is not None]
    policies = list(QualityPolicyVersion.objects.filter(changed_at__gt=since).values_list("number", "changed_at"))
    return {pk: _cause(pk, *spans.get(pk, (None, None)), batches, policies) for pk in ids}


def _cause(
    pk: int, start: datetime | None, end: datetime | None, batches: list[tuple[int, str, datetime]],
    policies: list[tuple[int, datetime]],
) -> Cause:  # fmt: skip
    if start is None or end is None:
        return Cause(pk, end, (), ())
    return Cause(
        pk, end, tuple((batch, name) for batch, name, at in batches if start < at <= end),
        tuple(number for number, at in policies if start < at <= end),
    )  # fmt: skip
