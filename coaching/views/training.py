"""Training as a process: who is current on what, what a change made stale, what was done once and never again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from coaching import actions, policy
from coaching.access import for_coaches, for_company_coaches, for_leads, person
from coaching.forms import day, numbers, whole
from coaching.models import ChangeEvent
from coaching.people import coachable_by, is_coached
from coaching.training import matrix
from core.models import Company


@for_leads
@require_GET
def training(request: HttpRequest) -> HttpResponse:
    """The rep × topic matrix, the change events and the forms to log both."""
    user = person(request)
    today = Company.current().today()
    attendees = list(coachable_by(user, today=today).select_related("user").order_by("team", "name", "pk"))
    reps = [rep for rep in attendees if is_coached(rep)]
    rows = matrix(user, reps, today)
    known = [row.hours_to_ready for row in rows if row.hours_to_ready is not None]
    context = {
        "reps": reps,
        "attendees": attendees,
        "rows": rows,
        "changes": ChangeEvent.objects.visible_to(user).order_by("-on_date", "-pk")[:12],
        "change_kinds": policy.CHANGE_LABELS,
        "hours_to_ready": sum(known),
        "stale": sum(s.state == "stale" for row in rows for s in row.standings),
        "one_and_done": [row for row in rows if row.one_and_done],
        "may_change": user.may_coach and user.sees_everything,
        "today": today,
        "here": "training",
        "leads": True,
    }
    return render(request, "coaching/training.html", context)


@for_coaches
@require_POST
def log_training(request: HttpRequest) -> HttpResponse:
    """One training that several reps attended."""
    user, given = person(request), request.POST

    def act() -> str:
        reps = list(coachable_by(user).filter(pk__in=numbers(given.getlist("rep"), "rep")))
        rows = actions.log_training(
            actor=user, reps=reps, topic=given.get("topic", ""), minutes=whole(given.get("minutes", ""), "minutes"),
            held_on=day(given.get("held_on", ""), "held_on") or Company.current().today(),
            course=given.get("course", ""),
        )  # fmt: skip
        return f"Training logged for {len(rows)}."

    return _done(request, act)


@for_company_coaches
@require_POST
def log_change(request: HttpRequest) -> HttpResponse:
    """A change that makes trainings stale at once."""
    user, given = person(request), request.POST

    def act() -> str:
        event = actions.log_change_event(
            actor=user, kind=given.get("kind", ""), name=given.get("name", ""),
            on_date=day(given.get("on_date", ""), "on_date") or Company.current().today(),
            topics=[*given.getlist("topic"), *given.get("topics", "").split(";")],
        )  # fmt: skip
        return f"{event.name}: trainings on {(event.topics or '').replace(';', ', ')} are stale until held again."

    return _done(request, act)


@for_company_coaches
@require_POST
def half_life(request: HttpRequest) -> HttpResponse:
    """How fast a topic is forgotten."""
    user, given = person(request), request.POST

    def act() -> str:
        days = whole(given.get("days", ""), "days")
        topic = actions.set_half_life(actor=user, topic=given.get("topic", ""), days=days)
        return f"{topic}: half of it is forgotten in {days} days."

    return _done(request, act)


def _done(request: HttpRequest, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect("coaching:training")
