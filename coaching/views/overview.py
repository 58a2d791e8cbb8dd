"""Coaching beside the pipeline."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from coaching.access import for_everyone, leads, person
from coaching.overview import overview as read
from core.kept_pages import kept_page
from core.models import Company


@for_everyone
@require_GET
@kept_page
def overview(request: HttpRequest) -> HttpResponse:
    """The overview; a rep is taken to their own page."""
    user = person(request)
    if not leads(user):
        return redirect("coaching:me")
    company = Company.current()
    page = read(user, company.today())
    context = {"page": page, "currency": company.currency, "here": "overview", "leads": True}
    return render(request, "coaching/overview.html", context)
