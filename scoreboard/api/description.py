"""The API object and its OpenAPI description."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from metrics import VERSION
from scoreboard.api import problems
from scoreboard.api.auth import A_MINUTE
from scoreboard.api.problems import MEDIA_TYPE, Problem

WORDS = f"""Everything the pages show, for programs: the published numbers, the rows behind them, imports and coaching.

Each request carries a token in `Authorization: Bearer …`, made on the page `/account/tokens/`. A token acts as its
person: with their role and scope at the time of the request. Cookies are not looked at. A token has {A_MINUTE} requests
a minute; a number that has to be computed from the ledger counts as ten. Money is exact decimal text in the company
currency, a rate is a fraction, and where there is no number `value` is null and `status` says why."""

api = NinjaAPI(
    title="Assay", version=str(VERSION), description=WORDS, urls_namespace="v1", docs_url=None, openapi_url=None
)
ALWAYS = {401: "no usable token", 403: "the token lacks the scope", 429: "too many requests"}
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until the next request is answered."}},
}
# What every operation may answer besides what it was asked for; some add 404 and 409.
PROBLEMS = frozenset({401, 403, 422, 429})
NOT_THERE = PROBLEMS | {404}
CONFLICT = NOT_THERE | {409}
TABLE: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}}


def as_table(*, too: bool = False) -> dict[str, Any]:
    """Documents an answer in CSV: alone, or with `too` besides JSON."""
    content = {"responses": {200: {"content": TABLE}}}
    return content if too else {"responses": {200: {"description": "A table", "content": TABLE}}}


def description(prefix: str = "/api") -> dict[str, Any]:
    """The OpenAPI 3.1 description, with the errors' own media type and headers."""
    document: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=prefix))
    for path in document["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                _finish(int(status), answer)
    return document


def _finish(status: int, answer: dict[str, Any]) -> None:
    if status >= 400 and "application/json" in answer.get("content", {}):
        answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        answer["description"] = ALWAYS.get(status, answer.get("description", ""))
    if status in HEADERS:
        answer["headers"] = HEADERS[status]


@api.exception_handler(problems.Refusal)
def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.of_refusal(request, error)


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.response(
        401, "Send a token that is in use: Authorization: Bearer assay_…", headers={"WWW-Authenticate": "Bearer"}
    )


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Exception) -> HttpResponse:
    found = error.errors if isinstance(error, ValidationError) else []
    errors = [{"field": _field(e["loc"]), "message": str(e["msg"])} for e in found]
    named = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
    return problems.response(422, named or "What was sent cannot be read.", errors)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: Exception) -> HttpResponse:
    status = error.status_code if isinstance(error, HttpError) else 400
    # A body that is no JSON at all is one more thing that cannot be read.
    return problems.response(422 if status == 400 else status, f"{error}.")


def _field(location: Any) -> str:
    """`("query", "query", "from")` → "from": where it was, without the names of our own variables."""
    parts = [str(part) for part in location[1:]]
    return ".".join(parts[1:] if len(parts) > 1 else parts)


__all__ = ["CONFLICT", "NOT_THERE", "PROBLEMS", "Problem", "api", "as_table", "description"]
