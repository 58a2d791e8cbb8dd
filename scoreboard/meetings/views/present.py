"""Present mode, and the frozen deck's own text."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import for_company, person
from core.models import Company
from scoreboard.meetings.read import deck_of, resolutions_of
from scoreboard.meetings.screen import screens
from scoreboard.meetings.views.parts import meeting_of


@for_company
@require_GET
def present(request: HttpRequest, id: int) -> HttpResponse:
    """All slides, one a screen; without JavaScript below each other."""
    user, held = person(request), meeting_of(request, id)
    carried, own = resolutions_of(held, user)
    deck = deck_of(held)
    context = {
        "meeting": held, "deck": deck, "screens": screens(deck), "carried": carried, "own": own,
        "today": Company.current().today(), "draft": not held.frozen,
    }  # fmt: skip
    return render(request, "meetings/present.html", context)


@for_company
@require_GET
def deck_text(request: HttpRequest, id: int) -> HttpResponse:
    """The frozen deck, byte for byte, so that anybody can check its checksum."""
    held = meeting_of(request, id)
    if not held.frozen:
        raise Http404("there is no frozen deck yet")
    response = HttpResponse(held.snapshot.deck.encode(), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="meeting-{held.pk}.json"'
    return response
