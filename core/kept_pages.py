"""Pages that are given again, byte for byte, while nothing in the database has changed.

Put `@kept_page` nearest to a view that shows what the database says and nothing else:

    @require_GET
    @login_required
    @kept_page
    def home(request): ...

What stands outside of it (sign-in, role, scope) is asked at every request. A page is kept in this process

- for one person: whoever else asks for the same address has a page of their own, whatever their role;
- for one address with its query string, host and theme;
- for one state of the database (`core.unchanged`): after any commit the next request makes the page anew;
- for a quarter of an hour by the clock, since what is due today changes at midnight, and midnight in every time zone
  falls on a quarter.

The CSRF token is left out and put in for each answer; the pieces between are compressed once. A page is made as ever,
and not kept, if it tells of something else than the database: pending messages, a cookie, a nonce, a token asked for in
another way, a changed session.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers

from core import gzipped
from core.models import User
from core.unchanged import Kept, state

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

MOST_BYTES = 32 * 1024 * 1024  # of pages in one process: some four hundred
QUARTER = 900  # seconds
PAGES = Kept(MOST_BYTES)
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
# Stands where the token goes. Nobody can write it into a page: it is another one in each process, and never sent.
_HOLE = secrets.token_hex(32)


@dataclass(frozen=True)
class Page:
    """A page between its holes, as it is and compressed, and the headers that its view set."""

    pieces: tuple[bytes, ...]
    headers: tuple[tuple[str, str], ...]
    packed: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """The bytes it holds."""
        return sum(map(len, self.pieces)) + sum(map(len, self.packed))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page for this request, with its own token; compressed for whoever can read that."""
        token = get_token(request).encode() if len(self.pieces) > 1 else b""
        if _GZIP.search(request.headers.get("Accept-Encoding", "")):
            answer = HttpResponse(gzipped.joined(self.pieces, self.packed, token), headers=dict(self.headers))
            answer.headers["Content-Encoding"] = "gzip"
        else:
            answer = HttpResponse(token.join(self.pieces), headers=dict(self.headers))
        patch_vary_headers(answer, ("Accept-Encoding",))
        return answer


def kept_page(view: View[P]) -> Callable[..., Any]:
    """A decorator for views of pages; see above."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        key = _key(request)
        # Not the state of now: the person, on whom all depends, was read before it.
        at = cast(User, request.user).read_at if key is not None else ""
        if not at or at != state():
            return view(request, *args, **kwargs)
        page: Page | None = PAGES.get(at, key)
        if page is not None:
            return page.answer(request)
        request.assay_kept = True  # type: ignore[attr-defined]
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.assay_kept = False  # type: ignore[attr-defined]
        if type(response) is not HttpResponse:
            return response  # a redirect, a stream
        pieces = response.content.split(_HOLE.encode())
        if _tells_nothing_else(request, response):
            made = Page(tuple(pieces), tuple(response.headers.items()), tuple(map(gzipped.packed, pieces)))
            PAGES.put(at, key, made, made.size)
            return made.answer(request)
        if len(pieces) > 1:
            response.content = get_token(request).encode().join(pieces)
        return response

    return cast(Callable[..., Any], answer)


def hole(request: HttpRequest) -> dict[str, str]:
    """The context processor that leaves the token out of a page that may be kept."""
    return {"csrf_token": _HOLE} if getattr(request, "assay_kept", False) else {}


def _key(request: HttpRequest) -> Hashable | None:
    """What the page depends on beside the database; None where it depends on more, or is no page."""
    user = request.user
    if request.method != "GET" or not isinstance(user, User) or "HX-Request" in request.headers:
        return None
    if len(get_messages(request)) or _asked_for_token(request):
        return None
    theme = request.COOKIES.get("theme", "")
    theme = theme if theme in ("light", "dark") else ""
    return user.pk, request.scheme, request.get_host(), request.get_full_path(), theme, int(time.time() // QUARTER)


def _tells_nothing_else(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the page is of the database alone, and so for keeping."""
    return (
        response.status_code == 200
        and response.headers.get("Content-Type", "").startswith("text/html")
        and not response.cookies
        and not request.session.modified
        and not len(get_messages(request))
        and not _asked_for_token(request)
        and getattr(request, "_csp_nonce", None) is None
    )


def _asked_for_token(request: HttpRequest) -> bool:
    return bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))
