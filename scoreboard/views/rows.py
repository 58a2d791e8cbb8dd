"""The rows behind a number, paged, searchable and exportable, and each record with its import and original line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core import show
from core.audit import record
from core.kept_pages import kept_page
from core.money import text as money_text
from core.money import to_decimal
from core.paging import Counted
from core.spreadsheet import csv_lines
from revenue.models import ImportBatch, LedgerChange
from scoreboard.reading import METRICS, person, setting_of
from scoreboard.rowsets import BY_OBJECT, RowColumn, Rows, RowSet, rows_of, rowset_of
from scoreboard.views.cuts import names_of, narrowed
from scoreboard.views.download import is_raw

PAGE = 50
SCALED = frozenset({"amount", "net_amount", "list_amount", "cost", "quantity", "minutes"})


@dataclass(frozen=True)
class Row:
    """One row of the list: its cells written for people, and where it came from."""

    pk: int
    cells: tuple[tuple[str, str, str], ...]  # what is written, where it leads, and the heading of its column
    source: str
    batch: int | None
    line: int | None


@dataclass(frozen=True)
class Change:
    """What one import changed: the columns as they were before it."""

    batch: int
    on: datetime | None
    before: tuple[tuple[str, str], ...]


@require_GET
@login_required
@kept_page
def metric_rows(request: HttpRequest, key: str) -> HttpResponseBase:
    """The rows behind one number; `?format=csv` for all of them as a file."""
    metric, setting = METRICS.get(key), setting_of(request)
    rowset = rowset_of(metric) if metric else None
    if metric is None or rowset is None or setting is None:
        raise Http404("there is no list behind this")
    setting, of, _ = narrowed(request, metric, setting)
    whole = request.GET.get("period") == "all"
    search = request.GET.get("q", "").strip()[:100]
    try:
        rows = rows_of(
            metric,
            rowset,
            setting.user,
            period=None if whole else setting.view.period,
            parts=setting.within or ((of,) if of else ()),
            search=search,
        )
    except ValueError as error:
        raise Http404(str(error)) from None
    rows = rows.order_by(*([f"-{rowset.day}"] if rowset.day else ["-starts_on"]), "-pk")
    if request.GET.get("format") == "csv":
        return _download(rows, rowset, key, request)
    ids = [column.id_path for column in _leading(rowset)]
    count = rows.count()  # without the tables that only the cells need
    page = Counted(rows.values_list("pk", *_paths(rowset), *ids), PAGE, count=count).get_page(request.GET.get("page"))
    number_columns = {i for i, c in enumerate(rowset.columns) if c.kind in ("money", "rate", "minutes")}
    context = {
        "metric": metric, "rowset": rowset, "view": None if whole else setting.view, "search": search, "page": page,
        "rows": [_row(values, rowset) for values in page.object_list], "right": number_columns, "whole": whole,
        "of_name": names_of(setting, of),
    }  # fmt: skip
    return render(request, "scoreboard/rows.html", context)


@require_GET
@login_required
@kept_page
def ledger_row(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """One record of the ledger with its import, its line in the original file, and what imports changed in it."""
    rowset = BY_OBJECT.get(object)
    if rowset is None:
        raise Http404("there is no such table")
    user = person(request)
    visible = rowset.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    row = get_object_or_404(visible.select_related("source", "batch__file", "created_batch__file"), pk=id)
    may_open = ImportBatch.objects.visible_to(user).filter(pk=row.batch_id).exists() if row.batch_id else False
    changes = LedgerChange.objects.filter(object=object, row_id=row.pk).select_related("batch").order_by("-id")
    context = {
        "rowset": rowset, "row": row, "facts": list(_facts(rowset, row)), "may_open_import": may_open,
        "changes": [Change(c.batch_id, c.batch.finished_at, tuple(_before(c.before))) for c in changes[:PAGE]],
    }  # fmt: skip
    return render(request, "scoreboard/row.html", context)


def _before(before: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in before.items():
        if name in ("batch_id", "line"):
            continue
        yield (
            name.replace("_", " "),
            money_text(value) if name in SCALED and value is not None else str(value or "empty"),
        )


def _facts(rowset: RowSet, row: Any) -> Iterator[tuple[str, str]]:
    for column in rowset.columns:
        value = row
        for part in column.path.split("__"):
            value = getattr(value, part, None)
        yield column.heading, _cell(value, column, getattr(row, "currency", None))


def _paths(rowset: RowSet) -> list[str]:
    return [*(c.path for c in rowset.columns), *(["currency"] if _has_currency(rowset) else []), *_ORIGIN]


def _leading(rowset: RowSet) -> list[RowColumn]:
    return [column for column in rowset.columns if column.leads]


_ORIGIN = ("source__name", "batch_id", "line")


def _has_currency(rowset: RowSet) -> bool:
    return any(c.kind == "money" for c in rowset.columns)


def _row(values: tuple[Any, ...], rowset: RowSet) -> Row:
    leading = _leading(rowset)
    pk, *cells = values[: len(values) - len(leading)]
    ids = dict(zip((c.path for c in leading), values[len(values) - len(leading) :], strict=True))
    count = len(rowset.columns)
    currency = cells[count] if _has_currency(rowset) else None
    written = tuple(
        (_cell(value, column, currency), _lead(column, ids.get(column.path)), column.heading)
        for value, column in zip(cells, rowset.columns, strict=False)
    )
    source, batch, line = cells[-3:]
    return Row(pk, written, source or "", batch, line)


def _lead(column: RowColumn, id: int | None) -> str:
    return reverse(f"scoreboard:{column.leads}", args=[id]) if column.leads and id else ""


def _cell(value: Any, column: RowColumn, currency: str | None) -> str:
    if value is None:
        return ""
    if column.kind == "money":
        return show.money_exact(to_decimal(value), currency) if currency else money_text(value)
    if column.kind == "rate":
        return show.rate(Decimal(value) / 10_000, 0)
    if column.kind == "minutes":
        return money_text(value)
    if column.kind == "yes":
        return "yes" if value else "no"
    return show.day(value) if isinstance(value, date) else str(value)


def _download(rows: Rows, rowset: RowSet, key: str, request: HttpRequest) -> StreamingHttpResponse:
    """All rows as CSV, read in blocks, so that a million lines need no memory. An export is written into the audit."""
    record(verb="exported rows", actor=person(request), metric=key, query=request.GET.urlencode())
    money = _has_currency(rowset)
    headings = [c.heading for c in rowset.columns] + (["Currency"] if money else []) + ["Source", "Import", "Line"]

    def lines() -> Iterator[list[object]]:
        yield list(headings)
        for values in rows.values_list(*_paths(rowset)).iterator(chunk_size=5000):
            plain = [_plain(v, c) for v, c in zip(values, rowset.columns, strict=False)]
            yield [*plain, *values[len(rowset.columns) :]]

    response = StreamingHttpResponse(
        csv_lines(lines(), raw=is_raw(request, f"{key}-rows")), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{key}-rows.csv"'
    return response


def _plain(value: Any, column: RowColumn) -> object:
    if value is None or column.kind not in ("money", "rate", "minutes"):
        return value
    return money_text(value)
