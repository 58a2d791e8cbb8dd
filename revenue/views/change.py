"""What changes imports: uploading, answering a question, taking an import back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core.models import User
from core.show import sentence
from revenue import objects
from revenue.imports import actions, teach
from revenue.models import ImportBatch, ImportFile
from revenue.views.access import importer
from revenue.views.imports import files_of

LONGEST_MAPPING = 200_000  # bytes; a mapping is a page of text
ANSWER = "answer-"


@require_POST
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Receives files; answers a script with their rows, a plain form with the list."""
    user = importer(request)
    uploads = request.FILES.getlist("files")
    try:
        if not uploads:
            raise ValueError("Choose at least one file.")
        options = _options(request)
    except ValueError as error:
        return _refused(request, str(error))
    received = [_receive(each, user, options) for each in uploads]
    if request.headers.get("X-Requested-With") == "fetch":
        files = files_of(user).filter(pk__in=[each.pk for each in received])
        return render(request, "revenue/file_rows.html", {"files": files})
    messages.success(request, f"{len(received)} file{'s' if len(received) > 1 else ''} received.")
    return redirect("revenue:imports")


def _receive(upload: UploadedFile[bytes], user: User, options: dict[str, Any]) -> ImportFile:
    name = (upload.name or "unnamed").replace("\\", "/").rsplit("/", 1)[-1]
    return actions.receive(blocks=upload.chunks(), name=name, actor=user, options=options)


def _options(request: HttpRequest) -> dict[str, Any]:
    """What the form says about the files. Raises ValueError with a sentence for the person."""
    options: dict[str, Any] = {}
    if source := request.POST.get("source", "").strip():
        options["source"] = source
    if name := request.POST.get("object", ""):
        if name not in {spec.name for spec in objects.all_objects()}:
            raise ValueError(f"{name} is not something Assay imports.")
        options["object"] = name
    if as_of := request.POST.get("as_of", ""):
        try:
            options["as_of"] = date.fromisoformat(as_of).isoformat()
        except ValueError:
            raise ValueError(f"{as_of} is not a date; write it as 2026-09-21.") from None
    mapping = request.FILES.get("mapping")
    if isinstance(mapping, UploadedFile):
        if (mapping.size or 0) > LONGEST_MAPPING:
            raise ValueError(f"{mapping.name} is too large for a mapping file; mappings are a page of TOML.")
        try:
            options["mapping"] = mapping.read().decode("utf-8")
        except UnicodeDecodeError:
            raise ValueError(f"{mapping.name} is not UTF-8 text; mapping files are TOML.") from None
    return options


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "revenue/refused.html", {"reason": reason}, status=400)
    messages.error(request, reason)
    return redirect("revenue:imports")


@require_POST
@login_required
def answer(request: HttpRequest, id: int) -> HttpResponse:
    """Answers an import's questions and has the file read again."""
    user = importer(request)
    batch = get_object_or_404(ImportBatch.objects.visible_to(user), pk=id)
    wanted = {str(question["key"]) for question in batch.questions}
    given = {key: request.POST.get(ANSWER + key, "").strip() for key in wanted}
    missing = [key for key, value in given.items() if not value]
    if missing:
        messages.error(request, "Each question needs an answer before the file can be read.")
        return redirect("revenue:batch", batch.pk)
    try:
        teach.answer(batch=batch, answers=given, actor=user)
    except ValueError as error:
        messages.error(request, sentence(error))
        return redirect("revenue:imports")
    messages.success(request, f"Thank you. {batch.file.name} is being read again.")
    return redirect("revenue:imports")


@require_POST
@login_required
def undo(request: HttpRequest, id: int) -> HttpResponse:
    """Takes an import back."""
    user = importer(request)
    batch = get_object_or_404(ImportBatch.objects.visible_to(user), pk=id)
    try:
        result = actions.undo(batch=batch, actor=user)
    except ValueError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(
            request,
            f"Import {batch.pk} was taken back: {result.removed:,} rows removed, {result.restored:,} restored. "
            "The numbers are being computed again.",
        )
    return redirect("revenue:batch", batch.pk)
