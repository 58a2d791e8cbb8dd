"""Imports: the list, one import, uploading a file, its rejected rows, answering and taking back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import File, Form, Path, Query, UploadedFile

from core.models import User
from revenue import objects
from revenue.imports import actions, teach
from revenue.models import ImportBatch, ImportFile
from scoreboard.api import replies, scopes, shapes
from scoreboard.api.auth import Token
from scoreboard.api.description import CONFLICT, NOT_THERE, Problem, api, as_table
from scoreboard.api.numbers import person
from scoreboard.api.problems import Refusal, not_found, wrong

RECEIVED_FROM = "api"


@api.get(
    "/v1/imports",
    auth=Token(scopes.IMPORTS), response={200: shapes.ImportList, 304: None, NOT_THERE: Problem}, tags=["Imports"],
    summary="Imports", operation_id="list_imports",
)  # fmt: skip
def imports(request: HttpRequest, query: Query[shapes.Page]) -> HttpResponseBase:
    """All imports, newest first. Empty for those who do not see the whole company."""
    found = ImportBatch.objects.visible_to(person(request)).select_related("file", "source")
    page = found[query.offset : query.offset + query.limit]
    body = {"count": found.count(), "limit": query.limit, "offset": query.offset, "imports": [shown(b) for b in page]}
    return replies.json_reply(request, body)


@api.post(
    "/v1/imports",
    auth=Token(scopes.IMPORT), response={202: shapes.Received, NOT_THERE: Problem}, tags=["Imports"],
    summary="Upload a file", operation_id="upload_file",
)  # fmt: skip
def upload(request: HttpRequest, file: File[UploadedFile], given: Form[shapes.Upload]) -> HttpResponse:
    """Keeps the file and has it imported by the same code as the page. `Location` is where to ask what became of it.

    `object` names what it holds where its headings do not say; `mapping` is the TOML of a mapping.
    """
    user = importer(request)
    if given.object and given.object not in {spec.name for spec in objects.all_objects()}:
        raise wrong(f"{given.object} is not something Assay imports.", "object")
    options = {name: value for name, value in given.dict().items() if value}
    name = (file.name or "unnamed").replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "")
    received = actions.receive(
        blocks=file.chunks(), name=name, actor=user, options=options, received_from=RECEIVED_FROM,
    )  # fmt: skip
    return _accepted(request, received)


@api.get(
    "/v1/files/{id}",
    auth=Token(scopes.IMPORTS), response={200: shapes.Received, 304: None, NOT_THERE: Problem}, tags=["Imports"],
    summary="What became of a file", operation_id="read_file",
)  # fmt: skip
def file(request: HttpRequest, id: Path[shapes.Id]) -> HttpResponseBase:
    """A file that was received, whether it is finished, and the imports that were made of it."""
    found = ImportFile.objects.visible_to(person(request)).filter(pk=id).first()
    if found is None:
        raise not_found()
    return replies.json_reply(request, received_file(found))


@api.get(
    "/v1/imports/{id}",
    auth=Token(scopes.IMPORTS), response={200: shapes.Import, 304: None, NOT_THERE: Problem}, tags=["Imports"],
    summary="One import", operation_id="read_import",
)  # fmt: skip
def one(request: HttpRequest, id: Path[shapes.Id]) -> HttpResponseBase:
    """One import with its counts and its questions."""
    return replies.json_reply(request, shown(batch_of(person(request), id)))


@api.get(
    "/v1/imports/{id}/rejected.csv",
    auth=Token(scopes.IMPORT), response={200: str, NOT_THERE: Problem}, tags=["Imports"],
    summary="Rejected rows", operation_id="read_rejected_rows", openapi_extra=as_table(),
)  # fmt: skip
def rejected(request: HttpRequest, id: Path[shapes.Id]) -> HttpResponseBase:
    """The rejected rows with line, column, value and reason: as they were, to be corrected and sent again."""
    batch = batch_of(importer(request), id)
    response = StreamingHttpResponse(actions.rejects_csv(batch), content_type=replies.CSV)
    response["Content-Disposition"] = f'attachment; filename="rejected-{batch.pk}.csv"'
    return replies.private(response)


@api.post(
    "/v1/imports/{id}/answer",
    auth=Token(scopes.IMPORT), response={202: shapes.Received, CONFLICT: Problem}, tags=["Imports"],
    summary="Answer an import's questions", operation_id="answer_import",
)  # fmt: skip
def answer(request: HttpRequest, id: Path[shapes.Id], body: shapes.Answers) -> HttpResponse:
    """Answers all questions of an import and has its file read again; the answer is remembered for the next file."""
    user = importer(request)
    batch = batch_of(user, id)
    wanted = {str(q["key"]) for q in batch.questions}
    if not wanted:
        raise Refusal(409, f"Import {batch.pk} asks nothing.")
    if set(body.answers) != wanted or not all(text.strip() for text in body.answers.values()):
        raise wrong(f"Answer each of its questions and nothing else: {', '.join(sorted(wanted))}.", "answers")
    try:
        found = teach.answer(batch=batch, answers=body.answers, actor=user)
    except ValueError as error:
        raise Refusal(409, f"{error}.") from None
    return _accepted(request, found)


@api.post(
    "/v1/imports/{id}/undo",
    auth=Token(scopes.IMPORT), response={200: shapes.TakenBack, CONFLICT: Problem}, tags=["Imports"],
    summary="Take an import back", operation_id="undo_import",
)  # fmt: skip
def undo(request: HttpRequest, id: Path[shapes.Id]) -> HttpResponseBase:
    """Takes an import back: its rows go, what it changed is as it was, and the numbers are computed again."""
    user = importer(request)
    batch = batch_of(user, id)
    try:
        result = actions.undo(batch=batch, actor=user)
    except ValueError as error:
        raise Refusal(409, f"{error}.") from None
    batch.refresh_from_db()
    body = {"id": batch.pk, "status": batch.status, "removed": result.removed, "restored": result.restored}
    return replies.json_reply(request, body)


def importer(request: HttpRequest) -> User:
    """The token's person, if they may import. Raises Refusal (404)."""
    user = person(request)
    if not user.may_import:
        raise not_found("Imports are made by operators.")
    return user


def batch_of(user: User, id: int) -> ImportBatch:
    """The import, if the person may see it. Raises Refusal (404)."""
    found = ImportBatch.objects.visible_to(user).select_related("file", "source").filter(pk=id).first()
    if found is None:
        raise not_found()
    return found


def received_file(file: ImportFile) -> dict[str, Any]:
    """A file with the imports that were made of it."""
    named = {r["batch"] for r in file.results} | set(file.batches.values_list("pk", flat=True))
    batches = ImportBatch.objects.select_related("file", "source").filter(pk__in=named).order_by("pk")
    return {
        "id": file.pk, "name": file.name, "sha256": file.sha256, "size": file.size,
        "received_at": file.received_at.isoformat(), "finished": file.finished_at is not None,
        "address": reverse("scoreboard:api:v1:file", args=[file.pk]), "imports": [shown(batch) for batch in batches],
    }  # fmt: skip


def shown(batch: ImportBatch) -> dict[str, Any]:
    """One import as the command prints it, with its address."""
    counts = ("read", "accepted", "created", "updated", "unchanged", "rejected", "skipped")
    return {
        "id": batch.pk, "file": batch.file.name, "file_id": batch.file_id, "table": batch.table,
        "source": batch.source.name if batch.source else None, "object": batch.object or None, "title": batch.title,
        "status": batch.status, **{name: getattr(batch, name) for name in counts},
        "questions": [_question(q) for q in batch.questions], "notes": [str(note) for note in batch.notes],
        "error": batch.error, "received_at": batch.file.received_at.isoformat(),
        "finished_at": batch.finished_at.isoformat() if batch.finished_at else None,
        "address": reverse("scoreboard:api:v1:one", args=[batch.pk]),
    }  # fmt: skip


def _question(question: dict[str, Any]) -> dict[str, Any]:
    answers = [str(reading["answer"]) for reading in question.get("readings", ()) if reading.get("answer")]
    return {"key": str(question["key"]), "text": str(question.get("text", "")), "answers": answers}


def _accepted(request: HttpRequest, file: ImportFile) -> HttpResponse:
    file.refresh_from_db()
    response = replies.json_reply(request, received_file(file))
    response.status_code = 202
    response.headers["Location"] = request.build_absolute_uri(reverse("scoreboard:api:v1:file", args=[file.pk]))
    assert isinstance(response, HttpResponse)  # noqa: S101 - a POST is never answered with "not modified"
    return response
