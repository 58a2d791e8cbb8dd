"""Imports: the list, one import, and the progress of one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.models import User
from revenue import doubles, missing_records
from revenue.imports.actions import rejects_csv
from revenue.imports.missing import MARK
from revenue.imports.undo import Undone, preview
from revenue.models import ImportBatch, ImportFile, Status
from revenue.objects import all_objects
from revenue.views.access import importer, reader

PAGE = 40
REJECTS_SHOWN = 100
BY_MAPPING = ("object", "mapping", "columns")  # questions that a mapping answers as well
SHOWS = {
    "rejected": Q(batches__rejected__gt=0),
    "questions": Q(batches__status=Status.NEEDS_ANSWER),
    "failed": Q(batches__status__in=[Status.FAILED, Status.REFUSED]),
}


def files_of(user: User) -> QuerySet[ImportFile]:
    """Files with their batches, newest first, as the list shows them."""
    batches = ImportBatch.objects.select_related("source").order_by("id")
    return ImportFile.objects.visible_to(user).prefetch_related(Prefetch("batches", queryset=batches))


@require_GET
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """All files that came in, newest first; `?show=rejected|questions|failed` narrows it."""
    user = reader(request)
    show = request.GET.get("show", "")
    files = files_of(user)
    if show in SHOWS:
        files = files.filter(SHOWS[show]).distinct()
    context = {
        "page": Paginator(files, PAGE).get_page(request.GET.get("page")),
        "show": show,
        "objects": all_objects(),
        "waiting": ImportBatch.objects.visible_to(user).filter(status=Status.NEEDS_ANSWER).count(),
    }
    return render(request, "revenue/imports.html", context)


@require_GET
@login_required
def file(request: HttpRequest, id: int) -> HttpResponse:
    """One file's row, which asks again every second until the file is finished; opened by itself, the page it is of."""
    found = get_object_or_404(files_of(reader(request)), pk=id)
    if "HX-Request" not in request.headers:
        return imports(request)
    return render(request, "revenue/file_row.html", {"file": found})


@require_GET
@login_required
def batch(request: HttpRequest, id: int) -> HttpResponse:
    """One import: its counts, how its columns were read, its questions, its rejected rows, and undo."""
    user = reader(request)
    found = get_object_or_404(ImportBatch.objects.visible_to(user).select_related("file", "source"), pk=id)
    context = {
        "batch": found,
        "twice": doubles.of(found),
        "gone": missing_records.count(found) if _has_list(found) else 0,
        "gone_amounts": missing_records.amounts(found) if _has_list(found) else (),
        "decisions": found.decisions.count(),
        "newer": missing_records.newer(found) if _has_list(found) else None,
        "notes": [note for note in found.notes if not note.startswith((doubles.MARK, MARK))],
        "rejected": list(found.rejected_rows.all()[:REJECTS_SHOWN]),
        "skipped": list(found.skipped_rows.all()[:REJECTS_SHOWN]),
        "only_mapping": any(_is_for_a_mapping(q) for q in found.questions),
        "needs_mapping": any(q["key"] in BY_MAPPING for q in found.questions),
        "undo": _undo_preview(found) if user.may_import else None,
    }
    return render(request, "revenue/batch.html", context)


@require_GET
@login_required
def rejects(request: HttpRequest, id: int) -> StreamingHttpResponse:
    """The rejected rows as a CSV that can be corrected and sent again."""
    found = get_object_or_404(ImportBatch.objects.visible_to(importer(request)), pk=id)
    lines: Iterator[str] = rejects_csv(found)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{found.pk}.csv"'
    return response


def _is_for_a_mapping(question: Mapping[str, Any]) -> bool:
    """Whether a mapping alone answers it: also what the rows are, where nothing likely can be offered instead."""
    return question["key"] in BY_MAPPING[1:] or (question["key"] == "object" and not question.get("readings"))


def _has_list(found: ImportBatch) -> bool:
    """Whether it notes what it lacks, and is in the ledger."""
    return found.status == Status.DONE and missing_records.watched(found)


def _undo_preview(found: ImportBatch) -> Undone | None:
    return preview(found) if found.status == Status.DONE else None
