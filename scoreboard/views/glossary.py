"""The glossary, made from the registry: what every number means."""

from __future__ import annotations

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.kept_pages import kept_page
from metrics.definitions.registry import all_metrics
from scoreboard.reading import METRICS
from scoreboard.views.download import csv_response


@require_GET
@login_required
@kept_page
def glossary(request: HttpRequest) -> HttpResponse:
    """All metrics by family."""
    if "csv" in request.GET:
        head = ["metric", "key", "family", "unit", "formula", "lead_or_lag", "good_is", "why", "source", "version"]
        rows = (
            [m.label, m.key, m.family, str(m.unit), m.formula, str(m.timing), str(m.direction), m.why, m.source,
             str(m.version)]
            for m in all_metrics()
        )  # fmt: skip
        return csv_response("glossary", [head, *rows], request)
    families = [
        (family[0].upper() + family[1:], list(metrics))
        for family, metrics in groupby(all_metrics(), key=lambda m: m.family)
    ]
    return render(request, "scoreboard/glossary.html", {"families": families, "count": len(METRICS)})


@require_GET
@login_required
@kept_page
def entry(request: HttpRequest, key: str) -> HttpResponse:
    """One metric's definition."""
    metric = METRICS.get(key)
    if metric is None:
        raise Http404("there is no such metric")
    moves = METRICS.get(metric.moves)
    moved_by = [m for m in all_metrics() if m.moves == key]
    return render(request, "scoreboard/entry.html", {"metric": metric, "moves": moves, "moved_by": moved_by})
