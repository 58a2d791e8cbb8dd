"""The first screen for a wall: legible at ten feet, still, and new as soon as a run is published."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import for_everyone
from core.kept_pages import kept_page
from metrics.models import MetricRun
from metrics.published import home_of
from scoreboard import first_screen
from scoreboard.focus import focus
from scoreboard.reading import setting_of
from scoreboard.views.home import context_of, read_home

UNCHANGED = 204  # htmx leaves the page as it is


@for_everyone
@require_GET
@kept_page
def wall(request: HttpRequest) -> HttpResponse:
    """The first screen in large. With `?run=`, the run that is shown, it answers 204 until there is another."""
    shown = request.GET.get("run", "")
    newest = MetricRun.newest()
    if shown and newest is not None and shown == str(newest.pk):
        return HttpResponse(status=UNCHANGED)
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    part = home_of(setting.user)
    values, past = read_home(setting, part)
    values = focus(values, part)
    chart = first_screen.months(past, setting, setting.company.currency)
    context = context_of(setting, values, past, chart)
    template = "scoreboard/_wall.html" if request.headers.get("HX-Request") else "scoreboard/wall.html"
    return render(request, template, context)
