"""Revenue: is it growing, where, how recurring revenue moved, and at what margin and discount."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.periods import Grain
from metrics.published import read
from scoreboard import revenue_charts
from scoreboard.reading import METRICS, setting_of, tile
from scoreboard.views.cuts import DIM_NAMES, cut_of
from scoreboard.views.download import chart_download
from scoreboard.views.explain import members_chart

GROWTH = ("growth_mom", "growth_qoq", "growth_yoy", "growth_ttm", "attainment", "run_rate")
RATES = ("gross_margin", "discount_depth")


@require_GET
@login_required
def revenue(request: HttpRequest) -> HttpResponse:
    """The revenue page of one period, by month or quarter, and by one dimension."""
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    net = METRICS["net_revenue"]
    dims = [d for d in net.dims if setting.user.sees_everything or d in ("team", "rep")]
    _, dim = cut_of(request, net, setting)
    dim = dim or dims[0]
    by = Grain.QUARTER if request.GET.get("grain") == "quarter" else Grain.MONTH
    period = setting.view.period
    values = read(
        setting.user,
        [*GROWTH, "net_revenue", "target", "gross_profit", *RATES, *revenue_charts.MOVEMENTS, "mrr", "arr"],
        grains={period.grain, Grain.MONTH, by}, dims=[dim],
        since=period.end - timedelta(days=1500 if by is Grain.QUARTER else 1100), until=period.end, run=setting.run,
    )  # fmt: skip
    currency = setting.company.currency
    charts = [
        revenue_charts.over_time(values, setting, by, currency),
        members_chart(values, setting, net, dim),
        *filter(None, [revenue_charts.bridge(values, setting, currency)]),
        *(revenue_charts.rate_by_month(values, setting, key, currency) for key in RATES),
    ]
    if "csv" in request.GET:
        return chart_download(request, charts)
    tiles = [tile(values, setting, key, news=False) for key in GROWTH]
    context = {
        "view": setting.view, "setting": setting, "charts": charts, "dim": dim, "by": by.value,
        "dims": [(d, DIM_NAMES[d]) for d in dims], "tiles": [t for t in tiles if t.known],
        "has_bridge": any(c.key == "mrr-bridge" for c in charts),
    }  # fmt: skip
    return render(request, "scoreboard/revenue.html", context)
