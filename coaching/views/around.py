"""Customer meetings that had neither a pre-brief nor a debrief, by manager and rep."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coaching import around
from coaching.access import for_leads, person
from coaching.overview import managers_of
from coaching.people import coached_by
from core.kept_pages import kept_page
from core.models import Company

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
    met = around.meetings(user, reps, today - timedelta(weeks=int(weeks)), today)
    teams = around.teams(reps, met, today)
    chosen = next((rep for rep in reps if str(rep.pk) == request.GET.get("rep")), None)
    left = around.without([m for m in met if chosen is None or m.rep_id == chosen.pk], today)
    page = Paginator(left, PAGE).get_page(request.GET.get("page"))
    heads = managers_of([team.name for team in teams])
    context = {
        "teams": [(team, heads.get(team.name, "")) for team in teams],
        "meetings": sum(team.meetings for team in teams),
        "neither": sum(team.neither for team in teams),
        "page": page,
        "shown": around.shown(user, list(page.object_list)),
        "chosen": chosen,
        "weeks": weeks,
        "spans": SPANS,
        "span": SPANS[weeks],
        "here": "without",
        "leads": True,
    }
    return render(request, "coaching/meetings_without.html", context)
