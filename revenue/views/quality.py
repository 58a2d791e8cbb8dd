"""Data quality: the score, what pulls it down, and the lists to work through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.audit import record
from core.models import Company
from core.spreadsheet import csv_lines
from revenue import quality as measures
from revenue.models import DifferentMoney
from revenue.views.access import reader

PAGE = 50


@require_GET
@login_required
def quality(request: HttpRequest) -> HttpResponse:
    """The score overall and per source, with every item."""
    user = reader(request)
    found = measures.known()
    context = {"quality": found, "fresh": measures.FRESH, "columns": measures.ITEMS}
    context["different"] = (
        DifferentMoney.objects.visible_to(user).filter(reversed_at=None).select_related("one_source", "other_source")
    )
    return render(request, "revenue/quality.html", context)


@require_GET
@login_required
def quality_item(request: HttpRequest, key: str) -> HttpResponseBase:
    """The things to mend of one item, of all sources or `?source=`; `?format=csv` for all of them as a file."""
    user = reader(request)
    item = measures.BY_KEY.get(key)
    found = measures.known()
    asked = request.GET.get("source", "")
    standing = next((s for s in (found.overall, *found.sources) if str(s.source_id or "") == asked), None)
    if item is None or standing is None:
        raise Http404("there is no such list")
    today, source = Company.current().today(), standing.source_id
    if request.GET.get("format") == "csv":
        record(verb="exported data quality", actor=user, item=key, source=standing.source)
        return _download(item, source)
    bad = next(f.bad for f in standing.found if f.item.key == key)
    page = Paginator(range(bad), PAGE).get_page(request.GET.get("page"))
    offset = (page.number - 1) * PAGE
    rows = measures.known_listing(item, source=source, today=today, limit=PAGE, offset=offset) if bad else []
    context = {
        "item": item, "standing": standing, "bad": bad, "page": page, "sources": found.sources,
        "headings": list(item.shown),
        "rows": [(pk, name, key, _told(item.shown, rest)) for pk, name, key, *rest in rows],
        "opens": item.object in ("deals", "revenue_lines"),
    }  # fmt: skip
    return render(request, "revenue/quality_item.html", context)


def _told(headings: Iterable[str], cells: Iterable[object]) -> list[tuple[str, object]]:
    """Each cell with its heading, which stands before it where a row is a card."""
    return list(zip(headings, cells, strict=True))


def _download(item: measures.Item, source: int | None) -> StreamingHttpResponse:
    today = Company.current().today()

    def lines() -> Iterator[tuple[object, ...]]:
        yield ("Source", "Id", *item.shown, "What to mend")
        for _, name, key, *rest in measures.everything(item, source=source, today=today):
            yield (name, key, *rest, item.label)

    response = StreamingHttpResponse(csv_lines(lines()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{item.key}.csv"'
    return response
