"""The pages around the API: its reference, its description, and one's tokens and feeds."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import for_everyone, person
from core.models import User
from core.periods import Grain
from scoreboard.api import keys, problems, reference, scopes
from scoreboard.api.answers import Query, document, run_of
from scoreboard.api.auth import find
from scoreboard.api.description import description
from scoreboard.models import ApiToken, Feed
from scoreboard.reading import METRICS

SHOWN = 100


@dataclass
class Form:
    """What was typed, and what was wrong with it."""

    data: Any = field(default_factory=QueryDict)
    errors: dict[str, str] = field(default_factory=dict)


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description, for whoever is signed in or carries a token of any scope."""
    if not (request.user.is_authenticated or _carries_token(request)):
        return problems.response(401, "Sign in, or send a token.", headers={"WWW-Authenticate": "Bearer"})
    text = json.dumps(description(), ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json", headers={"Cache-Control": "private, no-cache"})


@for_everyone
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The reference, written from the same description."""
    context = {"groups": reference.groups(description()), "scopes": scopes.LABELS, "metrics": len(METRICS)}
    return render(request, "api/docs.html", context)


@for_everyone
@require_http_methods(["GET", "POST"])
@sensitive_variables("secret", "context")
def tokens(request: HttpRequest) -> HttpResponse:
    """GET lists one's tokens and feeds; POST makes one and shows its secret, this once."""
    user = person(request)
    form, context = Form(), {}
    if request.method == "POST":
        form = Form(request.POST)
        try:
            context = _make(request, user, request.POST)
        except keys.Refused as refused:
            form.errors[refused.field] = str(refused)
    context |= _context(user, form)
    return render(request, "api/tokens.html", context, status=400 if form.errors else 200)


@for_everyone
@require_POST
def revoke(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Takes one of one's own tokens or feeds back."""
    user = person(request)
    key: ApiToken | Feed
    if kind == "feed":
        key = get_object_or_404(Feed.objects.visible_to(user), pk=pk)
    else:
        key = get_object_or_404(ApiToken.objects.visible_to(user), pk=pk)
    keys.revoke(key=key, actor=user)
    messages.success(request, f"“{key.name}” is taken back. What still uses it is refused from now on.")
    return redirect("scoreboard:api:tokens")


def _make(request: HttpRequest, user: User, data: QueryDict) -> dict[str, Any]:
    given = data.get("days", "")
    days = int(given) if given in map(str, keys.DAYS) else 0
    if data.get("make") == "feed":
        query = _query(user, data)
        feed, secret = keys.make_feed(user=user, name=data.get("name", ""), query=query.saved(), days=days)
        address = request.build_absolute_uri(reverse("scoreboard:api:feed", args=[secret]))
        return {"made": feed, "secret": address, "formula": f'=IMPORTDATA("{address}")'}
    token, secret = keys.make_token(user=user, name=data.get("name", ""), wanted=data.getlist("scopes"), days=days)
    return {"made": token, "secret": secret, "example": request.build_absolute_uri("/api/v1/metrics/net_revenue")}


def _query(user: User, data: QueryDict) -> Query:
    """The saved query of the form, tried once before it is kept. Raises keys.Refused."""
    metric, grain, since = data.get("metric", ""), data.get("grain", ""), data.get("from", "")
    if metric not in METRICS:
        raise keys.Refused("Choose a metric.", "metric")
    if grain not in set(Grain):
        raise keys.Refused("Choose how long a period is.", "grain")
    try:
        first = date.fromisoformat(since) if since else None
    except ValueError:
        raise keys.Refused("Write the day as 2026-01-31.", "from") from None
    by = tuple(part.strip() for part in data.get("by", "").replace("\0", "").split(",") if part.strip())
    query = Query(metric, Grain(grain), by, {}, first)
    try:
        document(query, user, run_of(None))
    except problems.Refusal as refusal:
        raise keys.Refused(refusal.detail, "metric") from None
    return query


def _context(user: User, form: Form) -> dict[str, Any]:
    now = timezone.now()
    return {
        "form": form, "offered": scopes.offered(user), "days": keys.DAYS, "grains": [str(g) for g in Grain], "now": now,
        "metrics": sorted(METRICS.values(), key=lambda m: m.label),
        "tokens": ApiToken.objects.visible_to(user)[:SHOWN], "feeds": Feed.objects.visible_to(user)[:SHOWN],
    }  # fmt: skip


def _carries_token(request: HttpRequest) -> bool:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and "\0" not in secret and find(ApiToken, secret.strip()) is not None
