"""Feeds: an address of its own for one saved query, for spreadsheets that cannot send a header (IMPORTDATA)."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from metrics.answers import as_table
from scoreboard.api import problems, replies
from scoreboard.api.answers import document, is_stored, of_saved, run_of
from scoreboard.api.auth import COSTLY, find, spend
from scoreboard.models import Feed


@csrf_exempt
@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The feed's one table, in its person's scope at this moment. 404 for what is unknown, expired or taken back."""
    try:
        return _table(secret, request)
    except problems.Refusal as refusal:
        return problems.of_refusal(request, refusal)


def _table(secret: str, request: HttpRequest) -> HttpResponseBase:
    key = find(Feed, secret) if "\0" not in secret else None
    if key is None:
        raise problems.not_found("There is no such feed.")
    query = of_saved(key.query)
    spend(key, 1 if is_stored(query) else COSTLY)
    found = document(query, key.user, run_of(None))
    return replies.csv_reply(request, as_table(found), query.key, raw=False)


def missing(request: HttpRequest) -> HttpResponseBase:
    """What the API says of an address that it does not have."""
    return problems.response(404, "There is no such address; /api/openapi.json describes those that there are.")


missing = csrf_exempt(missing)
