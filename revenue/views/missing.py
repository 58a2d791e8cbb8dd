"""Missing since last time: the records that an import lacks, and what people decide about them."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.audit import record
from core.models import User
from core.show import sentence
from core.spreadsheet import csv_lines
from revenue import missing_decisions as decisions
from revenue import missing_records as missing
from revenue.ledger import place
from revenue.models import ImportBatch, MissingDecision, Status
from revenue.views.access import importer, reader

PAGE = 50
SHOWN = 50  # of the names on the second step


@require_GET
@login_required
def records(request: HttpRequest, id: int) -> HttpResponseBase:
    """The records that an import lacks: `?q=` searches, `?sort=amount|id|name`, `?format=csv` for all as a file."""
    user = reader(request)
    batch = _batch(user, id)
    search, sort = request.GET.get("q", "").strip(), request.GET.get("sort", "amount")
    if request.GET.get("format") == "csv":
        record(verb="exported missing records", actor=user, target=batch)
        return _download(batch, search)
    found = missing.count(batch, search=search)
    page = Paginator(range(found), PAGE).get_page(request.GET.get("page"))
    newer = missing.newer(batch)
    context = {
        "batch": batch, "label": place(batch.object).spec.label, "q": search, "page": page, "found": found,
        "sort": sort if sort in missing.SORTS else "amount",
        "all": missing.count(batch) if search else found, "amounts": missing.amounts(batch, search=search),
        "records": missing.listing(batch, search=search, sort=sort, limit=PAGE, offset=(page.number - 1) * PAGE),
        "headings": missing.headings(batch.object), "stake": missing.AT_STAKE.get(batch.object, ""),
        "opens": batch.object in ("deals", "revenue_lines"), "newer": newer,
        "decided": MissingDecision.objects.visible_to(user).filter(batch=batch),
        "may_decide": user.may_import and newer is None and batch.status == Status.DONE,
    }  # fmt: skip
    return render(request, "revenue/missing.html", context)


def _batch(user: User, id: int) -> ImportBatch:
    """An import that notes what it lacks. Raises Http404."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(user).select_related("file", "source"), pk=id)
    if not batch.object or batch.source is None or not missing.watched(batch):
        raise Http404("this import has no such list")
    return batch


def _download(batch: ImportBatch, search: str) -> StreamingHttpResponse:
    def lines() -> Iterator[tuple[object, ...]]:
        yield ("Id", "Name", *missing.headings(batch.object), "Currency", "At stake", "Last changed by import")
        for each in missing.everything(batch, search=search):
            for currency, amount in each.stakes or (("", None),):
                yield (each.key, each.name, *each.says, currency, amount, each.last_in)

    response = StreamingHttpResponse(csv_lines(lines()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="missing-{batch.pk}.csv"'
    return response


@require_POST
@login_required
def decide(request: HttpRequest, id: int) -> HttpResponse:
    """Keeps the chosen records; or says what taking them out would do, and does that when it is confirmed."""
    user = importer(request)
    batch = _batch(user, id)
    search, ids = _chosen(request.POST)
    if ids == []:
        messages.error(request, "Tick the records first, or take all of them.")
        return _back(batch)
    try:
        if request.POST.get("decision") == "keep":
            kept = decisions.keep(batch=batch, search=search, ids=ids, actor=user)
            messages.success(request, f"{_records(kept.records)} kept. They are not shown again until they change.")
        elif request.POST.get("confirmed"):
            _take_out(request, batch, search, ids, user)
        else:
            return _ask(request, batch, search, ids)
    except ValueError as error:
        text = str(error)
        messages.error(request, sentence(text))
    return _back(batch)


def _chosen(given: QueryDict) -> tuple[str, list[int] | None]:
    """What a form chose: all that a search finds (no ids), or the ticked ones."""
    if given.get("all"):
        return given.get("q", "").strip(), None
    return "", [int(each) for each in given.getlist("record") if each.isdecimal() and len(each) < 19]


def _take_out(request: HttpRequest, batch: ImportBatch, search: str, ids: list[int] | None, user: User) -> None:
    made = decisions.take_out(batch=batch, search=search, ids=ids, at=request.POST.get("at", ""), actor=user)
    messages.success(
        request, f"{_records(made.records)} taken out of the ledger. The numbers are being computed again. "
        "You can take this decision back below.",
    )  # fmt: skip


def _ask(request: HttpRequest, batch: ImportBatch, search: str, ids: list[int] | None) -> HttpResponse:
    """The second step: how many, how much, and what hangs on them."""
    told = missing.consequences(batch, search=search, ids=ids)
    if not told.records:
        raise ValueError("none of these records waits for a decision any more")
    context = {
        "batch": batch, "label": place(batch.object).spec.label, "told": told, "q": search, "ids": ids,
        "stake": missing.AT_STAKE.get(batch.object, ""),
        "first": missing.listing(batch, search=search, ids=ids, limit=SHOWN), "shown": SHOWN,
    }  # fmt: skip
    return render(request, "revenue/missing_confirm.html", context)


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"


def _back(batch: ImportBatch) -> HttpResponse:
    return redirect(reverse("revenue:missing", args=[batch.pk]))


@require_POST
@login_required
def take_back(request: HttpRequest, id: int) -> HttpResponse:
    """Takes a decision back."""
    user = importer(request)
    decision = get_object_or_404(MissingDecision.objects.visible_to(user).select_related("batch"), pk=id)
    try:
        decisions.take_back(decision=decision, actor=user)
    except ValueError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"Taken back: {_records(decision.records)} as before.")
    return _back(decision.batch)
