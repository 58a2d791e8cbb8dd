"""Signing, differing, and the CEO's decision."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from core.access import for_company, person
from scoreboard.meetings import signing
from scoreboard.meetings.views.parts import changed, meeting_of


@for_company
@require_POST
def sign_off(request: HttpRequest, id: int) -> HttpResponse:
    """One presenter signs what the page showed."""
    held, user = meeting_of(request, id), person(request)
    return changed(
        request, held, lambda: signing.sign(actor=user, meeting=held, seen=request.POST.get("seen", "")) or True,
        "Signed.", at="sign",
    )  # fmt: skip


@for_company
@require_POST
def say_difference(request: HttpRequest, id: int) -> HttpResponse:
    """One presenter says which number they hold instead."""
    held, user, data = meeting_of(request, id), person(request), request.POST
    return changed(
        request, held,
        lambda: signing.differ(
            actor=user, meeting=held, number=data.get("number", "")[:200], holds=data.get("holds", ""),
            why=data.get("why", ""),
        ),
        "Recorded. It will stand in the frozen deck, beside the number.", at="sign",
    )  # fmt: skip


@for_company
@require_POST
def take_back(request: HttpRequest, id: int) -> HttpResponse:
    """One presenter takes a difference back."""
    held, user, given = meeting_of(request, id), person(request), request.POST.get("difference", "")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else 0
    return changed(
        request, held, lambda: signing.withdraw(actor=user, meeting=held, difference_id=number), "Taken back.",
        at="sign",
    )  # fmt: skip


@for_company
@require_POST
def freeze(request: HttpRequest, id: int) -> HttpResponse:
    """The CEO freezes the deck with the difference in it."""
    held, user = meeting_of(request, id), person(request)
    return changed(
        request, held,
        lambda: signing.freeze_with_difference(actor=user, meeting=held, why=request.POST.get("why", "")),
        "Frozen, with the difference recorded.", at="sign",
    )  # fmt: skip
