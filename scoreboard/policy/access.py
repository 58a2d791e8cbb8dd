"""Who may open the policy's pages: everyone reads, those who answer for the whole number change. Else 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from core.access import for_everyone, person
from metrics.policy.actions import may_change

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def _page(allowed: Callable[[HttpRequest], bool]) -> Callable[[View[P]], Callable[..., Any]]:
    def decorate(view: View[P]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not (person(request).is_active and allowed(request)):
                raise Http404("this page is not for everybody")
            return view(request, *args, **kwargs)

        return cast(Callable[..., Any], never_cache(login_required(guarded)))

    return decorate


for_changers = _page(lambda request: may_change(person(request)))
# Everyone reads; only those who may change the policy send anything.
changes_by_changers = _page(lambda request: request.method != "POST" or may_change(person(request)))

__all__ = ["changes_by_changers", "for_changers", "for_everyone", "may_change", "person"]
