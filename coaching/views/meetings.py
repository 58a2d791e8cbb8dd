"""Sales meetings: what their minutes went to."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coaching import actions
from coaching.access import for_leads, leads, person
from coaching.actions.events import PARTS
from coaching.effect import practice_share
from coaching.forms import day, whole
from coaching.models import SalesMeeting
from core.models import Company, Team
from core.money import SCALE

LABELS = ("Best practice", "Productivity", "Deal review", "Anecdotes")


@for_leads
@require_http_methods(["GET", "POST"])
def meetings(request: HttpRequest) -> HttpResponse:
    """The meetings of the teams in scope, newest first, and a form to log one."""
    user = person(request)
    if request.method == "POST":
        if not user.may_coach:
            raise Http404
        return _log(request)
    found = SalesMeeting.objects.visible_to(user).order_by("-held_on", "team", "pk")
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    rows = [
        {
            "meeting": m,
            "minutes": m.minutes // SCALE,
            "parts": [(label, _minutes(getattr(m, part))) for part, label in zip(PARTS, LABELS, strict=True)],
            "practice": ((m.best_practice_minutes or 0) + (m.productivity_minutes or 0)) // SCALE,
        }
        for m in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "labels": LABELS,
        "fields": list(zip(PARTS, LABELS, strict=True)),
        "teams": Team.objects.visible_to(user),
        "today": Company.current().today(),
        "shares": practice_share(user, Company.current().today()),
        "here": "meetings",
        "leads": leads(user),
    }
    return render(request, "coaching/meetings.html", context)


def _minutes(kept: int | None) -> int | None:
    """Whole minutes of ten-thousandths; None where nobody said."""
    return None if kept is None else kept // SCALE


def _log(request: HttpRequest) -> HttpResponse:
    given = request.POST
    try:
        parts = {part: whole(given[part], "minutes") for part in PARTS if given.get(part, "").strip()}
        actions.log_meeting(
            actor=person(request), team=given.get("team", ""), minutes=whole(given.get("minutes", ""), "minutes"),
            held_on=day(given.get("held_on", ""), "held_on") or Company.current().today(), parts=parts,
        )  # fmt: skip
        messages.success(request, "Meeting logged.")
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect("coaching:meetings")
