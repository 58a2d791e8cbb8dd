"""Plan and cadence: how regularly each rep is coached, and what was planned and not held."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coaching import cadence as rhythm
from coaching import hooks, policy
from coaching.access import for_leads, person
from coaching.people import coachable_by, coached_by
from core.models import Company
from core.periods import Grain

ADHERENCE = "coaching_adherence"


@for_leads
@require_GET
def cadence(request: HttpRequest) -> HttpResponse:
    """The rhythm of every rep in scope, the overdue plans, and a form to plan."""
    user, company = person(request), Company.current()
    today = company.today()
    reps = list(coached_by(user, today=today).order_by("name", "pk"))
    rows = rhythm.cadence(user, reps, today)
    quarter = company.calendar.period(Grain.QUARTER, today).start
    values = (
        hooks.read_numbers(user, (ADHERENCE,), grains=(Grain.QUARTER,), since=quarter) if hooks.read_numbers else None
    )
    context = {
        "rows": rows,
        "overdue": rhythm.overdue_plans(user, reps, today),
        "planned": sum(row.planned for row in rows),
        "held": sum(row.held for row in rows),
        "adherence": values.get(ADHERENCE, Grain.QUARTER, quarter) if values else None,
        "quarter": quarter,
        "reps": list(coachable_by(user, today=today).order_by("name", "pk")),  # managers are planned with too
        "kinds": policy.KIND_LABELS,
        "today": today,
        "here": "cadence",
        "leads": True,
    }
    return render(request, "coaching/cadence.html", context)
