"""Everything that is kept about a person, and what they can say themself: was it useful, was it kept."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from coaching import actions, policy
from coaching.access import for_everyone, leads, person
from coaching.forms import KEPT, whole
from coaching.models import Attendance, CoachingSession, Commitment, Notes, PlannedSession
from coaching.training import matrix
from core.models import Company
from core.money import SCALE, to_decimal
from core.paging import Counted
from revenue.models import Rep

PAGE = 20


@for_everyone
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """The person's own page."""
    user = person(request)
    counted = Rep.objects.annotate(
        sessions=Count("coaching_attendances"), minutes=Sum("coaching_attendances__session__minutes")
    )
    rep = counted.filter(user_id=user.pk).first()
    sessions: int = rep.sessions if rep else 0  # type: ignore[attr-defined] # annotated above, as the next
    minutes: int = (rep.minutes if rep else None) or 0  # type: ignore[attr-defined]
    today = Company.current().today()
    attended = Attendance.objects.filter(rep=rep).select_related("session__manager", "session__deal")
    attended = attended.order_by("-session__held_on", "-session_id")
    if rep is None:
        attended = attended.none()
    page = Counted(attended, PAGE, count=sessions).get_page(request.GET.get("page"))
    notes = {
        n.session_id: n
        for n in Notes.objects.readable_by(user).filter(session__in=[a.session_id for a in page.object_list])
    }
    rows = [
        {
            "attendance": a,
            "session": a.session,
            "kind": policy.KIND_LABELS[a.session.kind],
            "minutes": a.session.minutes // SCALE,
            "notes": notes.get(a.session_id),
        }
        for a in page.object_list
    ]
    context = {
        "rep": rep,
        "rows": rows,
        "page": page,
        "hours": to_decimal(minutes) / 60,
        "commitments": Commitment.objects.visible_to(user).filter(rep=rep) if rep else [],
        "plans": PlannedSession.objects.waiting().filter(rep=rep).select_related("manager") if rep else [],
        "topics": [(t, t.standings[0]) for t in matrix(user, [rep], today)] if rep else [],
        "scale": (1, 2, 3, 4, 5),
        "today": today,
        "here": "me",
        "leads": leads(user),
    }
    return render(request, "coaching/me.html", context)


@for_everyone
@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """The rep's answer, 1–5."""
    user = person(request)
    session = get_object_or_404(CoachingSession.objects.filter(attendances__rep__user_id=user.pk), pk=pk)
    try:
        actions.rate_session(actor=user, session=session, useful=whole(request.POST.get("useful", ""), "useful"))
        messages.success(request, "Thank you.")
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect("coaching:me")


@for_everyone
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Kept, not kept, or open again; back to the page the answer came from."""
    user = person(request)
    promise = get_object_or_404(Commitment.objects.visible_to(user), pk=pk)
    actions.keep_commitment(actor=user, commitment=promise, kept=KEPT.get(request.POST.get("kept", "")))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "coaching:me")
