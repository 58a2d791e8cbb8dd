"""The first screen."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.kept_pages import kept_page
from core.periods import Grain
from metrics.models import GeneralPolicy
from metrics.policy import quality_floor
from metrics.published import WHOLE, Values, Wanted, home_of
from scoreboard import first_screen
from scoreboard.charts.shape import Chart
from scoreboard.focus import Part, dims_of, focus
from scoreboard.halves import KEYS as HALVES
from scoreboard.halves import SOURCE, halves
from scoreboard.leads import COACHING, PIPELINE, groups, targets_for
from scoreboard.pin import KEYS as PIN_KEYS
from scoreboard.pin import pin_from
from scoreboard.provenance import foot
from scoreboard.quality import SPLIT, quality
from scoreboard.reading import METRICS, Setting, read_all, setting_of
from scoreboard.recent import recent
from scoreboard.verdict import growth_is_noise, latest_signal
from scoreboard.views.cuts import names_of, narrowed
from scoreboard.views.download import chart_download, csv_response
from scoreboard.views.people import reps
from scoreboard.views_of_time import current_quarter

KEYS = tuple(
    dict.fromkeys(
        (*first_screen.HERO_KEYS, *first_screen.KPIS, SPLIT, *HALVES, *COACHING, *PIPELINE, *PIN_KEYS, "bookings")
    )
)
MONTHLY = ("net_revenue", "target", "attainment", "growth_yoy", *first_screen.KPIS)


@require_GET
@login_required
@kept_page
def home(request: HttpRequest) -> HttpResponse:
    """Is it winning, is it good revenue, whose is it, and is the work done that brings the next?"""
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    setting, of, _ = narrowed(request, METRICS["net_revenue"], setting)
    part = of or home_of(setting.user)
    whole, past = read_home(setting, part)
    values = focus(whole, part)
    chart = first_screen.months(past, setting, setting.company.currency)
    manages = setting.user.role == "sales_manager" and part[0] != "rep"
    table = reps(whole, setting) if manages else None
    if "csv" in request.GET:
        if table and request.GET["csv"] == table.key:
            return csv_response(table.key, [["Rep", *table.headings], *table.plain()], request)
        line = recent(past, setting, setting.company.currency)
        return chart_download(request, [chart, line] if line else [chart])
    if setting.view.period.grain is Grain.QUARTER and setting.view.to_date and of is None and not setting.within:
        request.assay_pin = pin_from(values, current_quarter(setting.calendar, setting.run.as_of))  # type: ignore[attr-defined]
    context = context_of(setting, values, past, chart)
    # A part of which there is nothing needs no import: its page says so, and leads back.
    nothing = (
        bool(of or setting.within)
        and values.get("net_revenue", setting.view.period.grain, setting.view.period.start) is None
    )
    context |= {"of_name": names_of(setting, of), "reps": table, "nothing": nothing}
    return render(request, "scoreboard/home.html", context)


def read_home(setting: Setting, part: Part) -> tuple[Values, Values]:
    """The period's values with those a year before, and of the part alone the past by week and month."""
    period = setting.view.period
    sides = [SOURCE] if part == WHOLE else [] if setting.user.sees_everything else ["rep"]
    since, until = period.end - timedelta(days=760), max(period.end, setting.run.as_of)
    past_of = partial(Wanted, dims=dims_of(part), since=since, until=until)
    values, weeks, months = read_all(
        setting,
        [
            Wanted(
                metrics=KEYS, grains=[period.grain], dims=[*sides, *dims_of(part, ("reason", "source"))],
                since=setting.year_before.start, until=setting.calendar.next(period).end,
            ),
            past_of(metrics=["net_revenue"], grains=[Grain.WEEK]),
            past_of(metrics=MONTHLY, grains=[Grain.MONTH]),
        ],
    )  # fmt: skip
    past = Values(weeks.run, weeks.home, {**months.numbers, **weeks.numbers})
    return values, focus(past, part)


def context_of(setting: Setting, values: Values, past: Values, chart: Chart) -> dict[str, Any]:
    """All that the first screen says, from values that are read already."""
    currency = setting.company.currency
    policy = GeneralPolicy.current()
    floor = quality_floor(min(setting.run.as_of, setting.view.period.end - timedelta(days=1)))
    both = Values(values.run, values.home, {**past.numbers, **values.numbers})
    hero = first_screen.hero(
        values, setting, floor=floor, signal=latest_signal(past, setting), currency=currency,
        noise=growth_is_noise(past, setting),
    )  # fmt: skip
    return {
        "setting": setting,
        "view": setting.view,
        "hero": hero,
        "recent": recent(past, setting, currency),
        "quality": quality(values, setting, floor, currency),
        "quality_title": first_screen.quality_title(both, setting),
        "teaches_quality": "quality_share" in METRICS,
        "kpis": first_screen.kpis(both, setting),
        "halves": halves(values, setting, currency, policy.sourcing),
        "groups": groups(values, setting, targets_for(setting), policy.coaching_hours_per_week),
        "chart": chart,
        "foot": foot(setting.run, files=setting.user.sees_everything),
    }
