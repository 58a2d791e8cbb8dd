"""Coaching against its policy, and whether what follows it differs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coaching.access import for_leads, person
from coaching.effect import effect_page
from core.kept_pages import kept_page
from core.models import Company


@for_leads
@require_GET
@kept_page
def effect(request: HttpRequest) -> HttpResponse:
    """Effect, hours against the policy, coverage, and what the teams that got better practised."""
    user = person(request)
    page = effect_page(user, Company.current().today())
    return render(request, "coaching/effect.html", {"page": page, "here": "effect", "leads": True})
