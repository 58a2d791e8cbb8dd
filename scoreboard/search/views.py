"""The search page; the box on every page asks it for its results while one types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import for_everyone, person
from scoreboard.search.find import find
from scoreboard.search.places import places_for

LONGEST = 100


@for_everyone
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`: what has that name. Asked by htmx, the results alone."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    user = person(request)
    context = {"asked": asked, "found": find(user, asked)}
    if request.headers.get("HX-Request"):
        return render(request, "search/_results.html", context)
    return render(request, "search/search.html", context)


@for_everyone
@require_GET
def shortcuts(request: HttpRequest) -> HttpResponse:
    """The keys that this person's pages answer to; `?` opens it in a dialog."""
    context = {"places": [place for place in places_for(person(request)) if place.key]}
    template = "search/_shortcuts.html" if request.headers.get("HX-Request") else "search/shortcuts.html"
    return render(request, template, context)
