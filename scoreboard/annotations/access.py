"""Who may write annotations, and the doors of pages that are not for everybody. What is not yours is 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from core.access import person
from core.models import Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page_for(allowed: Callable[[User], bool]) -> Callable[[View[P]], Callable[..., Any]]:
    """A decorator for views: signed in and `allowed`, else 404; nothing of the page stays in a cache."""

    def decorate(view: View[P]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not allowed(person(request)):
                raise Http404("this page is not for everybody")
            return view(request, *args, **kwargs)

        return cast(Callable[..., Any], never_cache(login_required(guarded)))

    return decorate


def may_annotate(user: User) -> bool:
    """Those who see the company's numbers, and managers, who know why a team's month went as it did."""
    return user.sees_everything or (user.is_active and user.role == Role.SALES_MANAGER)


for_annotators = page_for(may_annotate)
