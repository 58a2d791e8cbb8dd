"""What is behind a number: its formula, its parts, how it went, who carried it, and how it was restated."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import show
from core.kept_pages import kept_page
from core.periods import Grain, Period
from metrics.definitions.base import Metric, Unit
from metrics.models import MetricRun, MetricValue
from metrics.published import Number, Values, Wanted
from scoreboard import sentences, several
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone, bounds_of
from scoreboard.pages.build import label_of
from scoreboard.reading import METRICS, Setting, frames_in_words, history, read_all, setting_of, unit_of
from scoreboard.rowsets import rowset_of
from scoreboard.signals import limits, side
from scoreboard.views.cuts import DIM_NAMES, member_name, names_of, narrowed, part_query
from scoreboard.views.download import Downloadable, chart_download
from scoreboard.why.ondemand import EXTRA
from scoreboard.why.part import why

PERIODS = {Grain.WEEK: 26, Grain.MONTH: 25, Grain.QUARTER: 10, Grain.YEAR: 5}
HISTORY = 12
MEMBERS = 12


@dataclass(frozen=True)
class Restated:
    """The number as one run published it."""

    run: int
    published: str
    value: str
    current: bool


@require_GET
@login_required
@kept_page
def explain(request: HttpRequest, key: str) -> HttpResponse:
    """The explain page of one metric, period and cut."""
    metric = METRICS.get(key)
    if metric is None:
        raise Http404("there is no such metric")
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    setting, of, dim = narrowed(request, metric, setting, extra=tuple(EXTRA))
    stored = "" if dim in EXTRA else dim
    dims = tuple(filter(None, {stored, of[0] if of else ""}))
    course = Wanted(metrics=[key], grains=[setting.view.period.grain], dims=dims)
    beside = several.wanted(metric, setting, of)
    values, *more = read_all(setting, [course, *([beside] if beside else [])])
    number = values.get(key, setting.view.period.grain, setting.view.period.start, of=of)
    listed = several.table(more[0], setting, metric, of, part_unit=part_unit(metric)) if more else None
    other = None if number or listed else several.other(more[0] if more else values, setting, metric, of)
    if other and not other.code:
        number = other.number  # it is of no period: the number is the same whatever is looked at
    charts = [series_chart(values, setting, metric, of)]
    if charts[0].empty and (listed or beside):
        charts = []
    if stored and of is None:
        charts.append(members_chart(values, setting, metric, stored))
    reason = why(metric, setting, dim, whole=of or values.home)
    if "csv" in request.GET:
        offered: list[Downloadable | None] = [*charts, reason.chart if reason else None, listed]
        return chart_download(request, [each for each in offered if each is not None])
    context = {
        "metric": metric, "basis": setting.run.basis(metric.reads), "number": number, "view": setting.view,
        "setting": setting, "of": of, "dim": dim, "of_name": names_of(setting, of), "charts": charts,
        "dims": [(d, DIM_NAMES[d]) for d in metric.dims if _may_ask(setting, d)],
        "why": None if listed or (other and not other.code) else reason, "by": dim, "listed": listed, "other": other,
        "restated": [] if setting.within else restated(number, setting, key, of or values.home),
        "part_unit": part_unit(metric),
        "rows": rowset_of(metric), "moves": METRICS.get(metric.moves), "currency": setting.company.currency,
    }  # fmt: skip
    return render(request, "scoreboard/explain.html", context)


def _may_ask(setting: Setting, dim: str) -> bool:
    """Whether the reader may lay the members of a dimension side by side, of which there is more than one here."""
    return (setting.user.sees_everything or dim in ("team", "rep")) and dim not in dict(setting.within)


def part_unit(metric: Metric) -> str:
    """The unit of numerator and denominator: money where they are scaled as money, else counts."""
    money = metric.numerator_scale >= 10_000 and metric.unit is not Unit.HOURS
    return str(Unit.MONEY) if money else str(metric.unit) if metric.unit is Unit.HOURS else str(Unit.COUNT)


def series_chart(values: Values, setting: Setting, metric: Metric, of: tuple[str, str] | None) -> Chart:
    """The metric over time up to the page's period, with the year before and the process limits."""
    grain, calendar = setting.view.period.grain, setting.calendar
    periods = [setting.view.period]
    while len(periods) < PERIODS[grain]:
        periods.append(calendar.previous(periods[-1]))
    periods.reverse()
    cut = values if of is None else Values(values.run, of, values.numbers)
    starts = [p.start for p in periods]
    actual = history(cut, metric.key, grain, starts)
    prior = history(cut, metric.key, grain, [calendar.year_before(p).start for p in periods])
    full = [v for v, p in zip(actual, periods, strict=True) if v is not None and p.end <= setting.run.as_of]
    within = limits(full)
    sides = [side(v, within) if p.end <= setting.run.as_of else 0 for v, p in zip(actual, periods, strict=True)]
    up = str(metric.direction) == "up"
    tones = tuple(Tone.NONE if s == 0 else Tone.GOOD if (s > 0) is up else Tone.BAD for s in sides)
    now, soon = actual[-1], " to date" if setting.view.to_date else ""
    if metric.unit is Unit.RATE:
        # A part of a period is not held against the whole one a year before.
        before = None if soon else prior[-1]
        title = sentences.rate_change(
            f"{metric.label}{soon}", now, before, signal=sides[-1] != 0, judged=within is not None
        )
    else:
        said = show.value(now, str(metric.unit), setting.company.currency)
        title = f"{metric.label}: {said} in {setting.view.name}{soon}"
    names = tuple(_short(p, setting) for p in periods)
    gap: list[Decimal | None] = [None] * len(actual)
    running = setting.view.to_date and len(actual) > 1
    series = [Series(metric.label, Role.ACTUAL, (*actual[:-1], None) if running else tuple(actual), tones)]
    if running:
        series.append(Series("To date", Role.TO_DATE, (*gap[:-1], now)))
    if any(v is not None for v in prior):
        series.append(Series("A year before", Role.PRIOR, tuple(prior)))
    return Chart(
        key="over-time", title=title, kind=Kind.LINE, unit=str(metric.unit), currency=setting.company.currency,
        period=f"by {grain.value}, {names[0]} – {names[-1]}",
        source=frames_in_words(metric.reads), first_heading=grain.value.capitalize(),
        categories=names, series=tuple(series), limits=within,
        metric=metric.key, bounds=bounds_of(periods),
    )  # fmt: skip


def members_chart(values: Values, setting: Setting, metric: Metric, dim: str) -> Chart:
    """The metric by the members of one dimension in the page's period, with the year before."""
    grain, start = setting.view.period.grain, setting.view.period.start
    found = [n for n in values.members(metric.key, grain, start, dim) if n.value is not None]
    found.sort(key=lambda n: n.value or Decimal(0), reverse=True)
    shown = found[:MEMBERS]
    before = {n.member: n.value for n in values.members(metric.key, grain, setting.year_before.start, dim)}
    currency, name = setting.company.currency, DIM_NAMES[dim].lower()
    pairs = [(n.member, n.value) for n in shown if not n.too_few]
    series = [Series(metric.label, Role.ACTUAL, tuple(n.value for n in shown))]
    if any(before.get(n.member) is not None for n in shown) and not setting.view.to_date:
        series.append(Series("A year before", Role.PRIOR, tuple(before.get(n.member) for n in shown)))
    return Chart(
        key=f"by-{dim.replace('_', '-')}", kind=Kind.BARS, unit=str(metric.unit), currency=currency,
        title=sentences.largest(name, pairs, unit=unit_of(metric.key), currency=currency, what=metric.label),
        period=setting.view.label, source=frames_in_words(metric.reads),
        categories=tuple(_label(n) for n in shown), series=tuple(series), first_heading=DIM_NAMES[dim],
        links=tuple(part_query(setting, (dim, n.member)) for n in shown),
        metric=metric.key, bounds=bounds_of([setting.view.period]),
    )  # fmt: skip


def _label(number: Number) -> str:
    few = " (too few)" if number.too_few else ""
    return f"{member_name(number.member)}{few}"


def _short(period: Period, setting: Setting) -> str:
    if period.grain is Grain.WEEK:
        return f"{period.start.day} {period.start:%b ’%y}"
    return label_of(period, setting)


def restated(number: Number | None, setting: Setting, key: str, home: tuple[str, str]) -> list[Restated]:
    """The number as earlier runs published it, newest first: a restatement is a second line."""
    if number is None:
        return []
    rows = MetricValue.objects.filter(
        metric=key, grain=number.grain, period=number.period, dim=home[0], member=home[1]
    ).order_by("-run_from")[:HISTORY]
    found = list(rows)
    runs = MetricRun.objects.in_bulk([row.run_from for row in found])
    return [
        Restated(
            row.run_from,
            show.day(runs[row.run_from].published_at) if row.run_from in runs else "",
            show.value(row.value, unit_of(key), setting.company.currency, exact=True),
            row.run_to is None,
        )
        for row in found
    ]
