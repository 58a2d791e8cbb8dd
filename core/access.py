"""Who may open core's pages. What is not for somebody does not exist for them: 404, not 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from core.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person(request: HttpRequest) -> User:
    """The person who is signed in; for views behind one of the decorators below."""
    return cast(User, request.user)


def _page(allowed: Callable[[User], bool]) -> Callable[[View[P]], Callable[..., Any]]:
    def decorate(view: View[P]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not allowed(person(request)):
                raise Http404("this page is not for everybody")
            return view(request, *args, **kwargs)

        # Names and links must not stay in the cache of a proxy or a shared browser.
        return cast(Callable[..., Any], never_cache(login_required(guarded)))

    return decorate


for_everyone = _page(lambda user: user.is_active)
for_operators = _page(lambda user: user.is_active and user.is_staff)
