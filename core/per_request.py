"""What one request for a page reads again and again is read once: the company, the policy, the newest run.

Only requests that write nothing keep anything, and nothing outlives its request.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

T = TypeVar("T")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept for this request", default=None)


def once(name: Hashable, read: Callable[[], T]) -> T:
    """What `read` gave first in this request under this name; outside of a request it is read each time."""
    kept = _kept.get()
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    found: T = kept[name]
    return found


def reading() -> bool:
    """Whether this is within a request that writes nothing."""
    return _kept.get() is not None


def per_request(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware that begins and ends the keeping."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return get_response(request)
        token = _kept.set({})
        try:
            return get_response(request)
        finally:
            _kept.reset(token)

    return answer
