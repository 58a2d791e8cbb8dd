"""Decisions and actions, written and settled."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.access import for_company, person
from metrics.policy.checks import Refused
from scoreboard.annotations.actions import possible_owners
from scoreboard.annotations.forms import day, owner
from scoreboard.meetings import following
from scoreboard.meetings.views.parts import changed, meeting_of
from scoreboard.models.meetings import Resolution


@for_company
@require_POST
def write(request: HttpRequest, id: int) -> HttpResponse:
    """A decision or an action of the meeting."""
    held, data = meeting_of(request, id), request.POST

    def change() -> Resolution:
        return following.resolve(
            actor=person(request), meeting=held, kind=data.get("kind", ""), text=data.get("text", ""),
            owner=owner(data.get("owner", ""), possible_owners()), due_on=day(data.get("due_on", ""), "due_on"),
        )  # fmt: skip

    return changed(request, held, change, "Kept. It is carried on until it is done.", at="decisions")


@for_company
@require_POST
def settle(request: HttpRequest, id: int) -> HttpResponse:
    """Done, dropped or open again; back to the page it was said on."""
    row = get_object_or_404(Resolution.objects.visible_to(person(request)), pk=id)
    try:
        following.settle_resolution(actor=person(request), resolution=row, status=request.POST.get("status", ""))
    except Refused as error:
        messages.error(request, str(error))
    back = request.POST.get("next", "")
    own = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if own else reverse("scoreboard:meetings:one", args=[row.meeting_id]))
