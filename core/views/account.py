"""One's own account: what one may see, password, second factor, where one is signed in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from core import people
from core.access import for_everyone, person
from core.models import AuditEvent
from core.sessions import open_sessions

SHOWN = 8
SIGN_IN_VERBS = ("signed in", "signed in by link")


@for_everyone
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """The account page."""
    user = person(request)
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "teams": user.team_names(),
        "has_password": user.has_usable_password(),
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_key": Authenticator.Type.WEBAUTHN in kinds,
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "sessions": len(open_sessions(user)),
        "sign_ins": AuditEvent.objects.filter(actor_id=user.pk, verb__in=SIGN_IN_VERBS)[:SHOWN],
    }
    return render(request, "core/account.html", context)


@for_everyone
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """Ends all sessions of the person but this one."""
    ended = people.sign_out_elsewhere(person=person(request), keep=request.session.session_key)
    messages.success(
        request,
        f"Signed out of {ended} other {'place' if ended == 1 else 'places'}."
        if ended
        else "You are signed in here only.",
    )
    return redirect("core:account")
