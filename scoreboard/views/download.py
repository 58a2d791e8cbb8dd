"""A chart's values as a CSV file that no spreadsheet will run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.http import Http404, HttpRequest, HttpResponse

from core.audit import record
from core.models import User
from core.spreadsheet import csv_text
from scoreboard.annotations.read import noted_rows


class Downloadable(Protocol):
    """A chart or a table: both can be had as a file."""

    @property
    def key(self) -> str: ...
    def headings(self) -> list[str]: ...
    def plain(self) -> list[list[str]]: ...


def chart_download(request: HttpRequest, charts: Iterable[Downloadable]) -> HttpResponse:
    """The values of the chart that `?csv=` names. Raises Http404 if the page has no such chart."""
    for chart in charts:
        if chart.key == request.GET.get("csv"):
            return csv_response(chart.key, noted_rows(request, chart, [chart.headings(), *chart.plain()]), request)
    raise Http404("this page has no such chart")


def csv_response(name: str, rows: Iterable[list[str]], request: HttpRequest | None = None) -> HttpResponse:
    """A CSV file for download; `name` is our own word. `?raw=1` of `request` leaves formulas in, for programs."""
    raw = request is not None and is_raw(request, name)
    response = HttpResponse(csv_text(rows, raw=raw), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def is_raw(request: HttpRequest, name: str) -> bool:
    """Whether cells are asked for as they are, formulas included; who asked is written into the audit."""
    if request.GET.get("raw") != "1":
        return False
    record(verb="exported raw cells", actor=request.user if isinstance(request.user, User) else None, table=name)
    return True
