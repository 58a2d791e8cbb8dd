"""Meetings with their frozen decks, and packs with their files: read by those who see the whole company."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Path, Query

from core.audit import record
from scoreboard.api import replies, scopes, shapes
from scoreboard.api.auth import Token
from scoreboard.api.description import NOT_THERE, PROBLEMS, Problem, api
from scoreboard.api.numbers import person
from scoreboard.api.problems import not_found
from scoreboard.models.meetings import Meeting
from scoreboard.models.packs import Pack, PackFile
from scoreboard.packs.formats import TYPES
from scoreboard.packs.store import fetch

BINARY = {"schema": {"type": "string", "format": "binary"}}
CONTENT = {media.partition(";")[0]: BINARY for media in TYPES.values()}
FILES: dict[str, Any] = {"responses": {200: {"description": "The file", "content": CONTENT}}}


@api.get(
    "/v1/meetings",
    auth=Token(scopes.PACKS), response={200: shapes.MeetingList, 304: None, PROBLEMS: Problem}, tags=["Meetings"],
    summary="Meetings", operation_id="list_meetings",
)  # fmt: skip
def meetings(request: HttpRequest, query: Query[shapes.Page]) -> HttpResponseBase:
    """Meetings, newest first. Empty for those who do not see the whole company."""
    found = Meeting.objects.visible_to(person(request)).select_related(
        "snapshot", "sales_presenter", "marketing_presenter"
    )
    page = [shown(meeting) for meeting in found[query.offset : query.offset + query.limit]]
    body = {"count": found.count(), "limit": query.limit, "offset": query.offset, "meetings": page}
    return replies.json_reply(request, body)


@api.get(
    "/v1/meetings/{id}/deck",
    auth=Token(scopes.PACKS), response={200: shapes.FrozenDeck, 304: None, NOT_THERE: Problem}, tags=["Meetings"],
    summary="The frozen deck", operation_id="read_deck",
)  # fmt: skip
def deck(request: HttpRequest, id: Path[shapes.Id]) -> HttpResponseBase:
    """The deck as it was frozen, with its checksum; 404 for a meeting whose deck is not frozen."""
    found = Meeting.objects.visible_to(person(request)).select_related("snapshot").filter(pk=id).first()
    if found is None or not found.frozen:
        raise not_found("There is no such meeting, or its deck is not frozen yet.")
    kept = found.snapshot
    body = {"meeting": found.pk, "sha256": kept.sha256, "run": kept.run, "frozen_at": kept.frozen_at.isoformat()}
    return replies.json_reply(request, {**body, "deck": json.loads(kept.deck)}, kept.sha256)


@api.get(
    "/v1/packs",
    auth=Token(scopes.PACKS), response={200: shapes.PackList, 304: None, PROBLEMS: Problem}, tags=["Meetings"],
    summary="Packs", operation_id="list_packs",
)  # fmt: skip
def packs(request: HttpRequest, query: Query[shapes.Page]) -> HttpResponseBase:
    """Packs with the addresses of their files, newest first. Empty for those who do not see the whole company."""
    found = Pack.objects.visible_to(person(request)).prefetch_related("files")
    page = [_pack(pack) for pack in found[query.offset : query.offset + query.limit]]
    body = {"count": found.count(), "limit": query.limit, "offset": query.offset, "packs": page}
    return replies.json_reply(request, body)


@api.get(
    "/v1/packs/{id}/{format}",
    auth=Token(scopes.PACKS), response={200: str, NOT_THERE: Problem}, tags=["Meetings"],
    summary="A file of a pack", operation_id="read_pack_file", openapi_extra=FILES,
)  # fmt: skip
def pack_file(request: HttpRequest, id: Path[shapes.Id], format: Path[shapes.PackFormat]) -> HttpResponseBase:
    """The pack as pptx, pdf, xlsx or html, checked against its checksum. Audited."""
    user = person(request)
    file = PackFile.objects.filter(pack__in=Pack.objects.visible_to(user), pack_id=id, format=format).first()
    if file is None:
        raise not_found()
    try:
        content = fetch(file.sha256)
    except ValueError as error:
        raise not_found(f"{file.name}: {error}.") from None
    record(verb="downloaded a pack", actor=user, target=file.pack, format=format, sha256=file.sha256, through="api")
    response = HttpResponse(content, content_type=TYPES[format])
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return replies.private(response)


def shown(meeting: Meeting) -> dict[str, Any]:
    """A meeting; `sha256` is that of its frozen deck, null before it is frozen."""
    return {
        "id": meeting.pk, "kind": meeting.kind, "title": meeting.title, "held_on": meeting.held_on.isoformat(),
        "period": meeting.period, "sales_presenter": str(meeting.sales_presenter),
        "marketing_presenter": str(meeting.marketing_presenter), "frozen": meeting.frozen,
        "sha256": meeting.snapshot.sha256 if meeting.frozen else None,
    }  # fmt: skip


def _pack(pack: Pack) -> dict[str, Any]:
    files = [
        {"format": f.format, "name": f.name, "size": f.size, "sha256": f.sha256,
         "address": reverse("scoreboard:api:v1:pack_file", args=[pack.pk, f.format])}
        for f in pack.files.all()
    ]  # fmt: skip
    return {
        "id": pack.pk, "kind": pack.kind, "period": pack.period, "meeting": pack.meeting_id, "title": str(pack),
        "status": pack.status, "error": pack.error, "run": pack.run, "asked_at": pack.asked_at.isoformat(),
        "finished_at": pack.finished_at.isoformat() if pack.finished_at else None, "files": files,
    }  # fmt: skip
