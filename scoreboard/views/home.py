"""The first screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.periods import Grain
from metrics.published import Values, read
from scoreboard import first_screen
from scoreboard.charts.shape import Chart
from scoreboard.halves import ROWS, SOURCE, halves
from scoreboard.leads import COACHING, PIPELINE, groups, targets_for
from scoreboard.pin import KEYS as PIN_KEYS
from scoreboard.pin import pin_from
from scoreboard.provenance import foot
from scoreboard.quality import SPLIT, quality
from scoreboard.reading import METRICS, Setting, setting_of
from scoreboard.recent import recent
from scoreboard.verdict import latest_signal
from scoreboard.views.download import chart_download
from scoreboard.views.people import reps
from scoreboard.views_of_time import current_quarter

KEYS = tuple(
    dict.fromkeys((*first_screen.HERO_KEYS, *first_screen.KPIS, SPLIT, *ROWS, *COACHING, *PIPELINE, *PIN_KEYS))
)
MONTHLY = ("net_revenue", "target", "attainment", "growth_yoy", *first_screen.KPIS)


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Is it winning, is it good revenue, whose is it, and is the work done that brings the next?"""
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    currency = setting.company.currency
    values, past = _read(setting)
    chart = first_screen.months(past, setting, currency)
    if "csv" in request.GET:
        return chart_download(request, [chart])
    if setting.view.period.grain is Grain.QUARTER and setting.view.to_date:
        request.assay_pin = pin_from(values, current_quarter(setting.calendar, setting.run.as_of))  # type: ignore[attr-defined]
    return render(request, "scoreboard/home.html", _context(setting, values, past, chart))


def _read(setting: Setting) -> tuple[Values, Values]:
    """The period's values with those a year before, and the past by week and month."""
    period = setting.view.period
    values = read(
        setting.user, KEYS, grains=[period.grain], dims=[SOURCE, "reason"] if setting.user.sees_everything else ["rep"],
        since=setting.year_before.start, until=setting.calendar.next(period).end, run=setting.run,
    )  # fmt: skip
    weekly = read(
        setting.user, MONTHLY, grains=[Grain.WEEK, Grain.MONTH],
        since=period.end - timedelta(days=760), until=max(period.end, setting.run.as_of), run=setting.run,
    )  # fmt: skip
    return values, weekly


def _context(setting: Setting, values: Values, past: Values, chart: Chart) -> dict[str, Any]:
    currency = setting.company.currency
    targets = targets_for(setting)
    floor = targets.get("quality_share")
    both = Values(values.run, values.home, {**past.numbers, **values.numbers})
    return {
        "setting": setting,
        "view": setting.view,
        "hero": first_screen.hero(values, setting, floor=floor, signal=latest_signal(past, setting), currency=currency),
        "recent": recent(past, setting, currency),
        "quality": quality(values, setting, floor, currency),
        "quality_title": first_screen.quality_title(both, setting),
        "teaches_quality": "quality_share" in METRICS,
        "kpis": first_screen.kpis(both, setting),
        "halves": halves(values, setting, currency),
        "reps": () if setting.user.sees_everything else reps(values, setting),
        "groups": groups(values, setting, targets),
        "chart": chart,
        "foot": foot(setting.run, files=setting.user.sees_everything),
    }
