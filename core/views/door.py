"""Signing in by a one-time link, the theme, and the health check."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.models import SignInLink
from core.signin_audit import LINK

YEAR = 365 * 24 * 3600


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button, POST uses the link up.

    Mail scanners and link previews open every address they see: they must not be able to use a link up. The link stands
    for the password, not for a second factor: who has one is asked for it.
    """
    if request.method == "GET":
        return render(request, "core/sign_in_link.html", {})
    user = SignInLink.redeem(token)
    if user is None:
        return render(request, "core/sign_in_link.html", {"spent": True}, status=410)
    request.session.flush()  # whoever used this browser before is gone
    record_authentication(request, user, method=LINK, reauthenticated=True)
    response: HttpResponse = perform_login(request, user, redirect_url="/")
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps light, dark or the system's choice in a cookie, and goes back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = redirect(target)
    chosen = request.POST.get("theme", "")
    if chosen in ("light", "dark"):
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme")
    return response


@never_cache
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Whether the database and Redis answer: 200, or 503 naming what does not. Tells nothing else to anyone."""
    answers = {"database": _answers(_ask_database), "redis": _answers(_ask_redis)}
    well = all(answers.values())
    return JsonResponse({"status": "ok" if well else "unwell", **answers}, status=200 if well else 503)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    cache.get("health")


def _answers(ask: object) -> bool:
    try:
        ask()  # type: ignore[operator]
    except Exception:  # whatever it is, the answer is no
        return False
    return True
