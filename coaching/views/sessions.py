"""The sessions a person gave: list, change, delete, share the notes of; and exports in the plain format."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching import actions, policy, tables
from coaching import export as exports
from coaching.access import for_coaches, for_everyone, leads, person
from coaching.forms import read_session
from coaching.models import CoachingSession, Notes
from core import audit
from core.models import Company, User
from core.money import SCALE
from core.spreadsheet import csv_lines
from revenue.models import Deal

PAGE = 50


@for_coaches
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """Own sessions, newest first."""
    user = person(request)
    own = CoachingSession.objects.given_by(user).select_related("deal").prefetch_related("attendances__rep")
    page = Paginator(own, PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    readable = {n.session_id: n for n in Notes.objects.readable_by(user).filter(session__in=[s.pk for s in found])}
    rows = [
        {
            "session": s,
            "kind": policy.KIND_LABELS[s.kind],
            "minutes": s.minutes // SCALE,
            "notes": readable.get(s.pk),
            "editable": s.logged_by_id is not None,
            "unrated": any(a.useful is None for a in s.attendances.all()),
        }
        for s in found
    ]
    return render(request, "coaching/sessions.html", {"page": page, "rows": rows, **_frame(user)})


@sensitive_post_parameters("notes")
@for_coaches
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One own session that was logged here."""
    user = person(request)
    session = get_object_or_404(CoachingSession.objects.editable_by(user).select_related("deal"), pk=pk)
    notes = Notes.objects.readable_by(user).filter(session=session).first()
    if request.method == "GET":
        return _edit_page(request, user, session, _as_data(session, notes), {})
    try:
        given = read_session(request.POST, user)
        actions.edit_session(
            actor=user, session=session, kind=given.kind, minutes=given.minutes, held_on=given.held_on,
            topic=given.topic, deal=given.deal, notes=given.notes, share=given.share,
        )  # fmt: skip
    except actions.Refused as refused:
        return _edit_page(request, user, session, request.POST, {refused.field or "form": str(refused)})
    messages.success(request, "Changed.")
    return redirect("coaching:sessions")


@for_coaches
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes one own session."""
    user = person(request)
    actions.delete_session(actor=user, session=get_object_or_404(CoachingSession.objects.editable_by(user), pk=pk))
    messages.success(request, "Deleted.")
    return redirect("coaching:sessions")


@for_coaches
@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens the notes of one own session, or closes them."""
    user = person(request)
    session = get_object_or_404(CoachingSession.objects.editable_by(user), pk=pk)
    try:
        actions.share_notes(actor=user, session=session, share=request.POST.get("share") == "yes")
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect("coaching:sessions")


@for_coaches
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the reps of one own session whether it was useful; links for those who cannot be mailed are shown once."""
    user = person(request)
    asked = actions.ask_rating(actor=user, session=get_object_or_404(CoachingSession.objects.given_by(user), pk=pk))
    rows = [{"rep": a.rep, "mailed": a.mailed, "link": request.build_absolute_uri(a.path)} for a in asked]
    return render(request, "coaching/asked.html", {"asked": rows, **_frame(user)})


@for_everyone
@require_GET
def export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Sessions, trainings, changes or meetings in the user's scope, in the plain format; or a leader's page's table."""
    user = person(request)
    if name in exports.NAMES:
        rows = exports.rows(name, user)
    elif name in tables.NAMES and leads(user):
        rows = tables.rows(name, user, Company.current().today())
    else:
        raise Http404
    audit.record(verb="exported", actor=user, object=name)
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _as_data(session: CoachingSession, notes: Notes | None) -> dict[str, Any]:
    return {
        "kind": session.kind,
        "minutes": session.minutes // SCALE,
        "held_on": session.held_on.isoformat(),
        "topic": session.topic or "",
        "deal": str(session.deal_id or ""),
        "notes": notes.body if notes else "",
        "share": "yes" if notes and notes.shared else "",
    }


def _edit_page(
    request: HttpRequest, user: User, session: CoachingSession, data: Any, errors: dict[str, str]
) -> HttpResponse:
    reps = list(session.attendances.select_related("rep"))
    deals = Deal.objects.visible_to(user).filter(owner__in=[a.rep_id for a in reps], implied=False)
    open_deals = list(deals.exclude(is_closed=True).order_by("close_on", "pk")[:50])
    if session.deal is not None and session.deal not in open_deals:
        open_deals.insert(0, session.deal)
    context = {
        "session": session, "reps": reps, "data": data, "errors": errors, "kinds": policy.KIND_LABELS,
        "deals": open_deals, "max_minutes": policy.MAX_MINUTES, "today": Company.current().today(), **_frame(user),
    }  # fmt: skip
    return render(request, "coaching/edit.html", context, status=400 if errors else 200)


def _frame(user: User) -> dict[str, Any]:
    return {"here": "sessions", "leads": leads(user)}
