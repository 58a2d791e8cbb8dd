"""The one address that takes a written title."""

from __future__ import annotations

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.access import for_company, person
from metrics.policy.checks import Refused
from scoreboard.titles.actions import write_title
from scoreboard.titles.read import Subject


@for_company
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Keeps the title and leads back to its chart; what the page did not show cannot be written about."""
    try:
        subject = Subject.unsigned(request.POST.get("about", ""))
    except BadSignature:
        raise Http404("no page of this server showed that chart") from None
    text = "" if "drafted" in request.POST else request.POST.get("text", "")
    try:
        write_title(actor=person(request), subject=subject, text=text)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(subject.address)
