"""The list of saved views, and the two buttons that change it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.access import for_everyone, person
from metrics.policy.checks import Refused
from scoreboard.models.views import SavedView
from scoreboard.saved.actions import drop_view, save_view


@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest) -> HttpResponse:
    """One's own views and the shared ones; POST keeps a view under a name. `?address=` fills the form."""
    user = person(request)
    given = request.POST if request.method == "POST" else request.GET
    problem: Refused | None = None
    if request.method == "POST":
        try:
            view = save_view(
                actor=user, name=given.get("name", ""), address=given.get("address", ""), shared="shared" in given
            )
            messages.success(request, f"“{view.name}” is kept{' and shared' if view.shared else ''}.")
            return redirect("scoreboard:saved")
        except Refused as refused:
            problem = refused
    rows = SavedView.objects.visible_to(user).select_related("owner")
    context = {
        "mine": [row for row in rows if row.owner_id == user.pk],
        "others": [row for row in rows if row.owner_id != user.pk],
        "address": given.get("address", ""), "name": given.get("name", ""), "problem": problem,
    }  # fmt: skip
    return render(request, "saved/saved.html", context, status=400 if problem else 200)


@for_everyone
@require_POST
def drop(request: HttpRequest, id: int) -> HttpResponse:
    """Lets go of one's own view; somebody else's is not there."""
    user = person(request)
    drop_view(actor=user, view=get_object_or_404(SavedView.objects.filter(owner=user), pk=id))
    return redirect("scoreboard:saved")
