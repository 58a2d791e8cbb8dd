"""An address that takes only what a form sends, opened in a browser: a page that says so instead of an empty answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

Answer = Callable[[HttpRequest], HttpResponseBase]


def refused_method(get_response: Answer) -> Answer:
    """The middleware: 405 without a word becomes the page of it for whoever reads HTML; `Allow` stays."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        found = get_response(request)
        empty = isinstance(found, HttpResponse) and not found.content
        if found.status_code != 405 or not empty or not request.accepts("text/html"):
            return found
        page = render(request, "405.html", status=405)
        page["Allow"] = found["Allow"]
        return page

    return answer
