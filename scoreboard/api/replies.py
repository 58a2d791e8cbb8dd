"""How answers leave: JSON or CSV, private to the token, with a tag by which an unchanged one need not be sent again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from core.models import User
from core.spreadsheet import csv_lines
from metrics import VERSION
from metrics.models import MetricRun
from metrics.models.runs import member_scope

CSV = "text/csv; charset=utf-8"


def json_reply(request: HttpRequest, document: Any, tag: str = "") -> HttpResponseBase:
    """The document, tagged by `tag` or else by what it says; 304 where the asker has it already."""
    body = json.dumps(document, ensure_ascii=False).encode()
    return _tagged(request, HttpResponse(body, content_type="application/json"), tag or tag_of(body))


def csv_reply(request: HttpRequest, rows: Iterable[Sequence[object]], name: str, *, raw: bool) -> HttpResponseBase:
    """A table as CSV, without formulas unless `raw`; 304 where the asker has it already."""
    body = "".join(csv_lines(rows, raw=raw)).encode()
    return _tagged(request, _as_file(HttpResponse(body, content_type=CSV), name), tag_of(body))


def csv_stream(rows: Iterable[Sequence[object]], name: str, *, raw: bool) -> HttpResponseBase:
    """A table of any length as CSV, sent as it is read."""
    return private(_as_file(StreamingHttpResponse(csv_lines(rows, raw=raw), content_type=CSV), name))


def known(request: HttpRequest, tag: str) -> HttpResponseBase | None:
    """304 where the asker has the answer of that tag, before anything is computed; else None."""
    etag = quote_etag(tag)
    found = get_conditional_response(request, etag=etag, response=None)
    if found is not None:
        found.headers["ETag"] = etag  # RFC 9110, 15.4.5: who keeps answers learns which of them still holds
    return found


def tag_of(*parts: object) -> str:
    """A tag of what an answer depends on."""
    text = "\x1f".join(part.decode() if isinstance(part, bytes) else str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def run_tag(request: HttpRequest, user: User, run: MetricRun) -> str:
    """The tag of what is published: the run, the code, the question, and the scope that the person has now."""
    scope = "everything" if user.sees_everything else json.dumps([user.role, member_scope(user)], sort_keys=True)
    return tag_of(run.pk, VERSION, request.get_full_path(), scope)


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Marks an answer as one person's: kept by nobody else, and asked after each time."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response


def _tagged(request: HttpRequest, response: HttpResponse, tag: str) -> HttpResponseBase:
    etag = quote_etag(tag)
    response.headers["ETag"] = etag
    private(response)
    found = get_conditional_response(request, etag=etag, response=response)
    return private(found) if found is not None else response


def _as_file(response: Any, name: str) -> Any:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
