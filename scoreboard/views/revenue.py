"""Revenue: is it growing, where, what moved it, and what comes next. `?of=` one part, `?by=` members side by side."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.kept_pages import kept_page
from core.periods import Grain
from metrics.published import Values, Wanted, home_of
from scoreboard import revenue_bridges as bridges
from scoreboard import revenue_charts
from scoreboard.focus import Part, dims_of, focus
from scoreboard.pages.build import group
from scoreboard.pages.shape import Group
from scoreboard.provenance import foot
from scoreboard.reading import METRICS, Setting, read_all, setting_of, tile
from scoreboard.views.cuts import DIM_NAMES, names_of, narrowed
from scoreboard.views.download import chart_download
from scoreboard.views.explain import members_chart

GROWTH = ("growth_mom", "growth_qoq", "growth_yoy", "growth_ttm", "attainment", "run_rate")
RATES = ("gross_margin", "discount_depth")
SERIES = ("net_revenue", "target", "mrr", "arr", *GROWTH, *RATES, *revenue_charts.MOVEMENTS)


@require_GET
@login_required
@kept_page
def revenue(request: HttpRequest) -> HttpResponse:
    """The revenue page of one period, by month or quarter, and by one dimension."""
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    net = METRICS["net_revenue"]
    setting, of, dim = narrowed(request, net, setting)
    taken = {name for name, _ in setting.within}
    dims = [d for d in net.dims if d not in taken and (setting.user.sees_everything or d in ("team", "rep"))]
    dim = dim or (dims[0] if dims else "")
    by = Grain.QUARTER if request.GET.get("grain") == "quarter" else Grain.MONTH
    values, members = _read(setting, of or home_of(setting.user), dim, by)
    currency = setting.company.currency
    first = revenue_charts.over_time(values, setting, by, currency)
    beside = (
        [] if of or not dim else [members_chart(members, setting, net, dim), bridges.growth_by(members, setting, dim)]
    )
    groups = _groups(values, setting, currency)
    if "csv" in request.GET:
        parts = [first, *(p for p in beside if p), *(part for each in groups for part in each.parts)]
        return chart_download(request, parts)
    tiles = [tile(values, setting, key, news=False) for key in GROWTH]
    keys = {part.key for each in groups for part in each.parts}
    context = {
        "view": setting.view, "setting": setting, "first": first, "members": group(*beside), "groups": groups,
        "dim": dim, "by": by.value, "dims": [(d, DIM_NAMES[d]) for d in dims], "of": of or setting.within,
        "of_name": names_of(setting, of),
        "tiles": [t for t in tiles if t.known], "has_bridge": "mrr-bridge" in keys,
        "has_accuracy": "forecast-accuracy" in keys, "has_forecast": "forecast" in keys,
        "foot": foot(setting.run, files=setting.user.sees_everything),
    }  # fmt: skip
    return render(request, "scoreboard/revenue.html", context)


def _groups(values: Values, setting: Setting, currency: str) -> list[Group]:
    made = [
        group(
            bridges.trailing(values, setting), bridges.price_volume_mix(values, setting),
            revenue_charts.bridge(values, setting, currency), title="What moved it",
        ),
        group(bridges.forecast(values, setting), bridges.accuracy(values), title="What comes next"),
        group(*(revenue_charts.rate_by_month(values, setting, key, currency) for key in RATES), title="At what price"),
    ]  # fmt: skip
    return [each for each in made if each.parts]


def _read(setting: Setting, part: Part, dim: str, by: Grain) -> tuple[Values, Values]:
    """The past of the part with what is ahead of it, and the members of the page's period and the year before."""
    period, run = setting.view.period, setting.run
    wanted = Wanted(
        metrics=SERIES, grains={period.grain, Grain.MONTH, by}, dims=dims_of(part),
        since=period.end - timedelta(days=1500 if by is Grain.QUARTER else 1100), until=period.end,
    )  # fmt: skip
    movements = Wanted(
        metrics=bridges.KEYS, grains={period.grain, Grain.MONTH, Grain.ALL}, dims=dims_of(part, bridges.OWN),
        since=min(period.start, run.as_of - timedelta(days=31)), until=max(period.end, run.as_of + timedelta(days=200)),
    )  # fmt: skip
    cut = Wanted(
        metrics=["net_revenue", "growth_yoy"], grains=[period.grain], dims=[dim], since=setting.year_before.start,
        until=period.end,
    )  # fmt: skip
    past, moved, members = read_all(setting, [wanted, movements, cut])
    return focus(Values(past.run, past.home, {**moved.numbers, **past.numbers}), part), members
