"""The page behind the rating link: five buttons, for somebody who is not signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coaching import actions, policy, rating_links
from coaching.forms import whole


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Asks, and keeps the answer. GET changes nothing: programs that read mail open the links in it."""
    attendance = rating_links.attendance_of(token)
    if attendance is None:
        return _page(request, {"state": "gone"}, 404)
    session = attendance.session
    context = {"kind": policy.KIND_LABELS[session.kind], "session": session, "scale": (1, 2, 3, 4, 5), "state": "ask"}
    if attendance.useful is not None:
        return _page(request, {**context, "state": "answered"})
    if request.method == "GET":
        return _page(request, context)
    try:
        actions.answer_by_link(token=token, useful=whole(request.POST.get("useful", ""), "useful"))
    except actions.Refused as refused:
        return _page(request, {**context, "error": str(refused)}, 400)
    return _page(request, {**context, "state": "thanks"})


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, "coaching/answer.html", context, status=status)
    # The address is the key: it must not reach another site, nor a search engine.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
