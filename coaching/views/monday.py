"""The Monday list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coaching import policy
from coaching.access import for_coaches, leads, person
from coaching.monday import monday
from core.models import Company


@for_coaches
@require_GET
def monday_list(request: HttpRequest) -> HttpResponse:
    """What coaching asks of this person this week, and a form to plan sessions."""
    user = person(request)
    today = Company.current().today()
    week = monday(user, today)
    context = {
        "list": week,
        "reps": week.reps,
        "kinds": policy.KIND_LABELS,
        "today": today,
        "calendar": request.session.pop("coaching_calendar", ""),
        "here": "monday",
        "leads": leads(user),
    }
    return render(request, "coaching/monday.html", context)
