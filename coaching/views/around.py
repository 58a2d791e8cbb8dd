"""Customer meetings that had neither a pre-brief nor a debrief, by manager and rep."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coaching import around
from coaching.access import for_leads, person
from coaching.overview import managers_of
from coaching.people import coached_by
from core.kept_pages import kept_page
from core.models import Company
from core.paging import Counted

PAGE = 30
SPANS = {"2": "two weeks", "4": "four weeks", "13": "thirteen weeks"}


@for_leads
@require_GET
@kept_page
def meetings_without(request: HttpRequest) -> HttpResponse:
    """The tallies and the meetings; `?weeks=` and `?rep=` narrow both, and live in the address."""
    user, today = person(request), Company.current().today()
    weeks = request.GET.get("weeks", "4")
    weeks = weeks if weeks in SPANS else "4"
    reps = list(coached_by(user, today=today).order_by("team", "name", "pk"))
    met = around.Span(user, reps, today - timedelta(weeks=int(weeks)), today)
    teams = met.teams()
    chosen = next((rep for rep in reps if str(rep.pk) == request.GET.get("rep")), None)
    listed = met if chosen is None else replace(met, reps=[chosen])
    count = sum(t.neither for team in teams for t in team.reps if t.rep in listed.reps)
    page = Counted(range(count), PAGE, count=count).get_page(request.GET.get("page"))
    heads = managers_of([team.name for team in teams])
    context = {
        "teams": [(team, heads.get(team.name, "")) for team in teams],
        "meetings": sum(team.meetings for team in teams),
        "neither": sum(team.neither for team in teams),
        "page": page,
        "shown": listed.listed(around.Lacking.NEITHER, most=PAGE, skip=page.start_index() - 1) if count else [],
        "chosen": chosen,
        "weeks": weeks,
        "spans": SPANS,
        "span": SPANS[weeks],
        "here": "without",
        "leads": True,
    }
    return render(request, "coaching/meetings_without.html", context)
