"""Planned sessions and their calendar."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from coaching import actions
from coaching.access import for_coaches, person
from coaching.calendar import feed
from coaching.forms import day, whole
from coaching.models import CalendarFeed, PlannedSession
from coaching.people import coachable_by
from core.models import Company

PAST = timedelta(days=90)  # calendars ask again and again: what is older does not change any more


@for_coaches
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Plans one session."""
    user, given = person(request), request.POST
    try:
        rep = get_object_or_404(coachable_by(user), pk=whole(given.get("rep", ""), "rep"))
        planned_on = day(given.get("planned_on", ""), "planned_on")
        if planned_on is None:
            raise actions.Refused("On which day?", "planned_on")
        actions.plan_session(
            actor=user, rep=rep, planned_on=planned_on, kind=given.get("kind", ""),
            minutes=whole(given.get("minutes", "30"), "minutes"), topic=given.get("topic", ""),
        )  # fmt: skip
        messages.success(request, f"Planned with {rep}.")
    except actions.Refused as refused:
        messages.error(request, str(refused))
    back = given.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "coaching:monday")


@for_coaches
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Calls an own plan off."""
    user = person(request)
    waiting = PlannedSession.objects.waiting().filter(planned_by_id=user.pk)
    actions.cancel_plan(actor=user, plan=get_object_or_404(waiting, pk=pk))
    messages.success(request, "Called off.")
    return redirect("coaching:monday")


@for_coaches
@require_POST
def new_calendar(request: HttpRequest) -> HttpResponse:
    """Makes a new private calendar address, shown once on the Monday page."""
    token = actions.issue_calendar(actor=person(request))
    address = request.build_absolute_uri(reverse("coaching:calendar", args=[token]))
    request.session["coaching_calendar"] = address
    return redirect("coaching:monday")


@cache_control(private=True, max_age=300)
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The feed of whoever the token belongs to. Calendars do not sign in: the address is the key."""
    owner = CalendarFeed.owner(token)
    if owner is None:
        raise Http404
    since = Company.current().today() - PAST
    plans = PlannedSession.objects.filter(planned_by_id=owner.pk, planned_on__gte=since).select_related("rep")
    text = feed(plans, now=timezone.now(), host=request.get_host().split(":")[0])
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
