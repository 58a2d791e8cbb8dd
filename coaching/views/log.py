"""Logging a session from a phone: one page, one sending, with JavaScript or without."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from coaching import actions, phone, policy
from coaching.access import for_coaches, person
from coaching.forms import DUE, read_session
from coaching.models import PlannedSession
from coaching.people import coachable_by, recent_first
from core.models import Company, User


@sensitive_post_parameters("notes", "commitment")
@for_coaches
@require_http_methods(["GET", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """The page, and what it sends. JSON where it is asked for: the queue of a phone that was offline."""
    user = person(request)
    if request.method == "GET":
        return _page(request, user, request.GET, {})
    as_json = request.headers.get("Accept", "") == "application/json"
    try:
        given = read_session(request.POST, user)
        if len(given.reps) > 1 and given.kind == "one_on_one":
            raise actions.Refused("A one-on-one has one rep: choose Group, or one rep.", "kind")
        logged = actions.log_session(actor=user, **vars(given))
    except actions.Refused as refused:
        errors = {refused.field or "form": str(refused)}
        return JsonResponse({"errors": errors}, status=400) if as_json else _page(request, user, request.POST, errors)
    if as_json:
        return JsonResponse({"status": "saved" if logged.created else "already"})
    messages.success(request, "Saved." if logged.created else "That session was already saved.")
    return redirect("coaching:log")


@for_coaches
@require_GET
def rep_details(request: HttpRequest, pk: int) -> HttpResponse:
    """Deals and open commitments of a rep who was not among the recent ones, as a part of the page."""
    user = person(request)
    rep = get_object_or_404(coachable_by(user), pk=pk)
    (of,) = phone.details(user, [rep])
    return render(request, "coaching/_rep_details.html", {"of": of, "open": True, "due_kept": {}})


@never_cache
@require_GET
def token(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and a token to send with: asked by the phone before it empties its queue."""
    if not request.user.is_authenticated:
        return JsonResponse({"user": None}, status=401)
    if not person(request).may_coach:
        raise Http404
    return JsonResponse({"user": str(request.user.pk), "csrf": get_token(request)})


def _page(request: HttpRequest, user: User, data: QueryDict, errors: dict[str, str]) -> HttpResponse:
    reps = recent_first(user)
    chosen = set(data.getlist("rep"))
    plan = PlannedSession.objects.waiting().filter(planned_by_id=user.pk, pk__in=_ids(data.getlist("plan"))).first()
    if plan:
        chosen.add(str(plan.rep_id))
    near = [r for i, r in enumerate(reps) if i < phone.RECENT_REPS or str(r.pk) in chosen]
    minutes = data.get("minutes") or str(plan.minutes if plan and plan.minutes in policy.MINUTE_PRESETS else 30)
    topics = phone.topics(user)
    if plan and plan.topic and plan.topic not in topics:
        topics.insert(0, plan.topic)
    today = Company.current().today()
    context: dict[str, Any] = {
        "data": data,
        "errors": errors,
        "near": near,
        "far": [r for r in reps if r not in near],
        "chosen": chosen,
        "details": phone.details(user, near, *_ids([data.get("deal", "")])),
        "kinds": policy.KIND_LABELS,
        "kind": data.get("kind") or (plan.kind if plan else "one_on_one"),
        "presets": [str(m) for m in policy.MINUTE_PRESETS],
        "minutes": minutes,
        "max_minutes": policy.MAX_MINUTES,
        "topics": topics,
        "topic": data.get("topic") or (plan.topic if plan else ""),
        "due_choices": DUE,
        "due": data.get("due") or "friday",
        "held_on": data.get("held_on") or today.isoformat(),
        "today": today,
        "another_day": data.get("held_on", today.isoformat()) != today.isoformat(),
        "plan": plan,
        "here": "log",
        "leads": True,
        "client_key": data.get("client_key") or secrets.token_urlsafe(24),
    }
    return render(request, "coaching/log.html", context, status=400 if errors else 200)


def _ids(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 10]
