"""The digest as a page for oneself, and its switch."""

from __future__ import annotations

import base64

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from coaching.mail import configured
from core.access import for_everyone, person
from core.models import User
from scoreboard.digest.content import build
from scoreboard.digest.send import choose, may_have, wants


@for_everyone
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What the mail would say to oneself now."""
    user = _reader(request)
    digest = build(user)
    if digest is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    images = {
        name: "data:image/png;base64," + base64.b64encode(picture.png).decode()
        for name, picture in digest.pictures.items()
    }
    context = {"digest": digest, "images": images, "wanted": wants(user), "configured": configured()}
    return render(request, "digest/preview.html", context)


@for_everyone
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Switches one's own digest on or off, and leads back to where the switch was."""
    user, wanted = _reader(request), request.POST.get("wanted") == "yes"
    choose(user=user, wanted=wanted)
    messages.success(request, f"The Monday digest is switched {'on' if wanted else 'off'}.")
    return redirect("core:account" if request.POST.get("from") == "account" else "scoreboard:digest:preview")


def _reader(request: HttpRequest) -> User:
    user = person(request)
    if not may_have(user):
        raise Http404("the digest is for those who answer for more than themselves")
    return user
