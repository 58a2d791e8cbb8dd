"""The registry, one metric, and the rows behind a value."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query

from core.audit import record
from core.models import User
from metrics.answers import as_table as table_of
from metrics.definitions.base import Metric
from metrics.definitions.registry import all_metrics
from scoreboard.api import replies, rows, scopes, shapes
from scoreboard.api.answers import Query as Asked
from scoreboard.api.answers import document, is_stored, metric_of, run_of
from scoreboard.api.auth import Token, spend_more
from scoreboard.api.description import NOT_THERE, PROBLEMS, Problem, api, as_table
from scoreboard.api.problems import wrong

GOOD = {"up": "higher", "down": "lower", "neutral": "neither"}


@api.get(
    "/v1/metrics",
    auth=Token(scopes.METRICS), response={200: shapes.MetricList, 304: None, PROBLEMS: Problem}, tags=["Numbers"],
    summary="All metrics", operation_id="list_metrics",
)  # fmt: skip
def metrics(request: HttpRequest) -> HttpResponseBase:
    """Every metric with its definition, as the glossary shows it."""
    entries = [entry(metric) for metric in all_metrics()]
    return replies.json_reply(request, {"count": len(entries), "metrics": entries})


@api.get(
    "/v1/metrics/{key}.csv",
    auth=Token(scopes.METRICS), response={200: str, 304: None, NOT_THERE: Problem}, tags=["Numbers"],
    summary="One metric as a table", operation_id="read_metric_table", openapi_extra=as_table(),
)  # fmt: skip
def metric_table(request: HttpRequest, key: Path[shapes.Key], query: Query[shapes.CsvQuery]) -> HttpResponseBase:
    """The same as CSV: a column per dimension, and no cell that a spreadsheet would run."""
    return _reply(request, asked(key, query), "csv", raw=query.raw)


@api.get(
    "/v1/metrics/{key}",
    auth=Token(scopes.METRICS), response={200: shapes.MetricDocument, 304: None, NOT_THERE: Problem}, tags=["Numbers"],
    summary="One metric", operation_id="read_metric", openapi_extra=as_table(too=True),
)  # fmt: skip
def metric(request: HttpRequest, key: Path[shapes.Key], query: Query[shapes.FormatQuery]) -> HttpResponseBase:
    """Exactly what `manage.py metric KEY --json` prints, in the scope of the token's person.

    For a manager or a rep, whose whole is a team or themself, the rows without a cut are those of that team or rep,
    and `by` names it.
    """
    return _reply(request, asked(key, query), query.format, raw=query.raw)


@api.get(
    "/v1/metrics/{key}/rows",
    auth=Token(scopes.ROWS), response={200: shapes.RowList, 304: None, NOT_THERE: Problem}, tags=["Numbers"],
    summary="The rows behind a value", operation_id="list_rows", openapi_extra=as_table(too=True),
)  # fmt: skip
def metric_rows(request: HttpRequest, key: Path[shapes.Key], query: Query[shapes.RowQuery]) -> HttpResponseBase:
    """The ledger's rows that a value was made of, newest first. As CSV all of them, whatever `limit` says; audited."""
    user = person(request)
    found = rows.find(user, metric_of(key), period=query.period, of=query.of, search=query.q)
    if query.format == "csv":
        record(verb="exported rows", actor=user, metric=key, query=request.GET.urlencode(), through="api")
        return replies.csv_stream(rows.table(found), f"{key}-rows", raw=query.raw)
    return replies.json_reply(request, rows.document(found, query.limit, query.offset))


def entry(metric: Metric) -> dict[str, Any]:
    """A metric as the registry lists it."""
    return {
        "metric": metric.key, "label": metric.label, "unit": str(metric.unit), "family": metric.family,
        "definition": metric.formula, "why": metric.why, "good_is": GOOD[str(metric.direction)],
        "timing": str(metric.timing), "functions": [str(f) for f in metric.functions],
        "dimensions": list(metric.dims), "grains": [str(g) for g in metric.every_grain],
        "own_dimensions": list(metric.own_dims), "minimum_n": metric.min_n, "version": metric.version,
        "reviewed": metric.reviewed.isoformat(), "source": metric.source,
    }  # fmt: skip


def asked(key: str, query: shapes.MetricQuery) -> Asked:
    """The question of the parameters. Raises Refusal for a `where` that names no dimension."""
    where = {}
    for text in query.where:
        dim, sign, member = text.partition("=")
        if not sign:
            raise wrong(f"{text!r}: write DIMENSION=VALUE.", "where")
        where[dim.strip()] = member
    by = tuple(dim.strip() for dim in query.by.split(",") if dim.strip())
    return Asked(key, query.grain, by, where, query.since, query.until, query.model, query.as_of)


def person(request: HttpRequest) -> User:
    """The token's person."""
    user: User = request.auth  # type: ignore[attr-defined]
    return user


def _reply(request: HttpRequest, query: Asked, form: str, *, raw: bool) -> HttpResponseBase:
    user, run = person(request), run_of(query.as_of)
    metric_of(query.key)
    tag = ""
    if is_stored(query):
        tag = replies.run_tag(request, user, run)
        if form == "json" and (same := replies.known(request, tag)):
            return replies.private(same)
    else:
        spend_more(request)
    found = document(query, user, run)
    if form == "json":
        return replies.json_reply(request, found, tag)
    if raw:
        record(verb="exported raw cells", actor=user, metric=query.key, through="api")
    return replies.csv_reply(request, table_of(found), query.key, raw=raw)
