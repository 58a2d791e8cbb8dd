"""Who may open which page. What is not for somebody does not exist for them: 404, not 403."""

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


def page_for(allowed: Callable[[User], bool]) -> Callable[[View[P]], Callable[..., Any]]:
    """A decorator for views: signed in and `allowed`, else 404; nothing of the page stays in a cache."""
    return guarded_by(lambda request: allowed(person(request)))


def guarded_by(allowed: Callable[[HttpRequest], bool]) -> Callable[[View[P]], Callable[..., Any]]:
    """As `page_for`, where what is asked decides as well as who asks."""

    def decorate(view: View[P]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not allowed(request):
                raise Http404("this page is not for everybody")
            return view(request, *args, **kwargs)

        # Names, links and promises must not stay in the cache of a proxy or a shared browser.
        return cast(Callable[..., Any], never_cache(login_required(guarded)))

    return decorate


for_everyone = page_for(lambda user: user.is_active)
for_operators = page_for(lambda user: user.is_active and user.is_staff)
for_company = page_for(lambda user: user.sees_everything)
